#if Serving
import Synchronization

/// An answer that is made again only when it has reached an age: what many ask for often costs the thread that answers once.
final class AgedText: Sendable {
  private let age: Duration
  private let state = Mutex<(bytes: [UInt8], time: ContinuousClock.Instant)?>(nil)

  init(age: Duration) { self.age = age }

  /// What was made last, while it is not too old.
  var known: [UInt8]? {
    state.withLock { state in state.flatMap { ContinuousClock.now - $0.time < age ? $0.bytes : nil } }
  }

  func bytes(_ make: () throws -> [UInt8]) rethrows -> [UInt8] {
    if let known { return known }
    let now = ContinuousClock.now
    let bytes = try make()
    state.withLock { $0 = (bytes, now) }
    return bytes
  }

  /// Makes it again for the next who asks.
  func forget() { state.withLock { $0 = nil } }
}
#endif
