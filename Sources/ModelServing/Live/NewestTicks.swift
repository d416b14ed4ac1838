import Features
import Foundation
import Synchronization
import TickData
import TickStorage
import TickStreaming

/// Features of symbols that no live ticks come in for, from the newest ticks of a store.
///
/// A symbol's newest ticks are read when it is asked for, and again at most every ``refreshInterval`` seconds; so are the names of
/// the symbols that there are, which are all that is read for others.
final class NewestTicks: Sendable {
  /// Ticks that are read of a symbol: more than the standard features look back.
  static let depth = 2000
  static let refreshInterval = 1.0
  /// Symbols that are read at once; who asks for more is to come again.
  static let concurrency = 4

  private struct Known {
    let place: LivePlace
    let read: ContinuousClock.Instant
    let lanes: [LiveModels.Lane]
  }

  private struct State {
    var known: [String: Known] = [:]
    var symbols: Set<String> = []
    /// When their names were read.
    var listed: ContinuousClock.Instant?
    var reading = 0
  }

  private let path: String
  private let state = Mutex(State())
  /// Symbols that are kept at most.
  private static let limit = 10_000

  /// - Throws: ``StorageError`` if the store cannot be opened.
  init(path: String) throws {
    self.path = path
    _ = try TickStore(path: path, readOnly: true)
  }

  private static func isFresh(_ read: ContinuousClock.Instant?) -> Bool {
    read.map { ContinuousClock.now - $0 < .seconds(refreshInterval) } ?? false
  }

  /// The symbols of the store.
  func symbols() async throws -> Set<String> {
    if let symbols = state.withLock({ Self.isFresh($0.listed) ? $0.symbols : nil }) { return symbols }
    return try await read { store in try self.list(store) }
  }

  private func list(_ store: TickStore) throws -> Set<String> {
    let symbols = Set(try store.symbols())
    state.withLock { ($0.symbols, $0.listed) = (symbols, .now) }
    return symbols
  }

  /// A symbol's state after its newest ticks; nil for a symbol that the store does not have.
  ///
  /// - Throws: ``RequestProblem`` with 503 while too many symbols are read.
  func place(_ symbol: String, _ lanes: [LiveModels.Lane]) async throws -> LivePlace? {
    let (found, isListed) = state.withLock { state in
      (state.known[symbol], Self.isFresh(state.listed) && !state.symbols.contains(symbol))
    }
    if let found, found.lanes == lanes, Self.isFresh(found.read) { return found.place }
    if isListed { return nil }
    return try await read { store in
      guard try self.list(store).contains(symbol) else { return nil }
      let ticks = try store.newestTicks(symbol: symbol, limit: Self.depth)
      var live = LiveSymbol(symbol, lanes)
      var newest = Tick(symbol: symbol, time: Tick.noTime)
      for row in 0..<ticks.count {
        if case .features = live.take(ticks[row]).outcome { newest = ticks[row] }
      }
      let place = LivePlace(live)
      place.withLock { $0.tick = newest }
      self.state.withLock { state in
        if state.known.count >= Self.limit { state.known.removeAll() }
        state.known[symbol] = Known(place: place, read: .now, lanes: lanes)
      }
      return place
    }
  }

  private func read<Value: Sendable>(_ body: @escaping @Sendable (TickStore) throws -> Value) async throws -> Value {
    let isFree = state.withLock { state in
      guard state.reading < Self.concurrency else { return false }
      state.reading += 1
      return true
    }
    guard isFree else {
      throw RequestProblem(503, "\(Self.concurrency) symbols are read from the store already", retryAfter: 1)
    }
    defer { state.withLock { $0.reading -= 1 } }
    let path = path
    return try await blocking { try body(TickStore(path: path, readOnly: true)) }
  }
}
