#if Serving
import Foundation
import Logging
import Synchronization

/// What the service notices of itself: rates, alarms.
final class ServingWatch: Sendable {
}
#endif
