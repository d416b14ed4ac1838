import Features
import Foundation
import Synchronization
import TickData
import TickStorage
import TickStreaming

/// Features of symbols that no live ticks come in for, from the newest ticks of a store.
///
/// A symbol's newest ticks are read when it is asked for, and again at most every ``refreshInterval`` seconds; so are the names of
/// the symbols that there are, which are all that is read for others. While one request reads, others take what was read before.
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
    /// Symbols that are read, one of them empty while the names are.
    var reading: Set<String> = []
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
    while true {
      if let known = state.withLock({ Self.isFresh($0.listed) ? $0.symbols : nil }) { return known }
      let old = state.withLock { $0.listed == nil ? nil : $0.symbols }
      if let symbols = try await read("", { store in try self.list(store) }, meanwhile: old) { return symbols }
    }
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
    while true {
      let (found, isUnknown) = state.withLock { state in
        (
          state.known[symbol].flatMap { $0.lanes == lanes ? $0 : nil },
          Self.isFresh(state.listed) && !state.symbols.contains(symbol)
        )
      }
      if let found, Self.isFresh(found.read) { return found.place }
      if isUnknown { return nil }
      let old = found.map { Found(value: $0.place) }
      if let place = try await read(symbol, { try self.place(symbol, lanes, $0) }, meanwhile: old) {
        return place.value
      }
    }
  }

  /// A place or none, to be told from a reading that somebody else does.
  private struct Found: Sendable { let value: LivePlace? }

  private func place(_ symbol: String, _ lanes: [LiveModels.Lane], _ store: TickStore) throws -> Found {
    guard try list(store).contains(symbol) else { return Found(value: nil) }
    let ticks = try store.newestTicks(symbol: symbol, limit: Self.depth)
    var live = LiveSymbol(symbol, lanes)
    for row in 0..<ticks.count { _ = live.take(ticks[row]) }
    let place = LivePlace(live)
    state.withLock { state in
      if state.known.count >= Self.limit { state.known.removeAll() }
      state.known[symbol] = Known(place: place, read: .now, lanes: lanes)
    }
    return Found(value: place)
  }

  /// Reads for a symbol.
  ///
  /// - Parameter old: What is known, to be given while others read.
  /// - Returns: Nil if somebody else has read it just now, so that it is known.
  /// - Throws: ``RequestProblem`` with 503 where nothing is known and too many symbols are read.
  private func read<Value: Sendable>(
    _ symbol: String, _ body: @escaping @Sendable (TickStore) throws -> Value, meanwhile old: Value?
  ) async throws -> Value? {
    let (isOwn, isRead) = state.withLock { state in
      let isRead = state.reading.contains(symbol)
      let isOwn = !isRead && state.reading.count < Self.concurrency
      if isOwn { state.reading.insert(symbol) }
      return (isOwn, isRead)
    }
    guard isOwn else {
      if let old { return old }
      guard isRead else {
        throw RequestProblem(503, "\(Self.concurrency) symbols are read from the store already", retryAfter: 1)
      }
      while state.withLock({ $0.reading.contains(symbol) }) { try await Task.sleep(for: .milliseconds(2)) }
      return nil
    }
    // The place is free again whatever becomes of the reading.
    defer { _ = state.withLock { $0.reading.remove(symbol) } }
    let path = path
    return try await blocking { try body(TickStore(path: path, readOnly: true)) }
  }
}
