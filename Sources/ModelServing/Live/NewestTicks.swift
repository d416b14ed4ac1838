import Foundation
import Synchronization
import TickData
import TickStorage
import TickStreaming

/// Features of symbols that no live ticks come in for, from the newest ticks of a store.
///
/// A symbol's newest ticks are read when it is asked for, and again at most every ``refreshInterval`` seconds.
final class NewestTicks: Sendable {
  /// Ticks that are read of a symbol: more than the standard features look back.
  static let depth = 2000
  static let refreshInterval = 1.0

  private struct Known {
    let place: LivePlace
    let read: ContinuousClock.Instant
    let lanes: [LiveModels.Lane]
  }

  private let path: String
  private let known = Mutex<[String: Known]>([:])
  /// Symbols that are kept at most.
  private static let limit = 10_000

  /// - Throws: ``StorageError`` if the store cannot be opened.
  init(path: String) throws {
    self.path = path
    _ = try TickStore(path: path, readOnly: true)
  }

  /// A symbol's state after its newest ticks; nil for a symbol that the store does not have.
  func place(_ symbol: String, _ lanes: [LiveModels.Lane]) async throws -> LivePlace? {
    let found = known.withLock { $0[symbol] }
    if let found, found.lanes == lanes, ContinuousClock.now - found.read < .seconds(Self.refreshInterval) {
      return found.place
    }
    let path = path
    let read = try await blocking {
      try TickStore(path: path, readOnly: true).newestTicks(symbol: symbol, limit: Self.depth)
    }
    guard read.count > 0 else { return nil }
    var live = LiveSymbol(symbol, lanes)
    for row in 0..<read.count { _ = live.take(read[row]) }
    let place = LivePlace(live)
    known.withLock { known in
      if known.count >= Self.limit { known.removeAll() }
      known[symbol] = Known(place: place, read: .now, lanes: lanes)
    }
    return place
  }
}
