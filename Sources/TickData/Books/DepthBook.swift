/// An order book kept from a snapshot and the changes after it, by Binance's sequence rules.
///
/// 1. Changes that come before a snapshot are kept back, at most ``bufferLimit`` of them.
/// 2. A snapshot drops the changes it already holds (spot: u ≤ lastUpdateId; futures: u < lastUpdateId).
/// 3. The first change after it must reach over it (spot: U ≤ lastUpdateId + 1; futures: U ≤ lastUpdateId).
/// 4. Every further change must follow its predecessor (spot: U = u before + 1; futures: pu = u before).
///
/// Where rule 3 or 4 is broken updates are missing: the book is emptied, the gap counted, and the book waits for another
/// snapshot. It never shows levels that may be wrong. Levels beyond the depth of the snapshot are known only once they change.
/// Source: Binance, "How to manage a local order book correctly" (spot and USD-M futures).
public struct DepthBook: Sendable, Hashable, Codable {
  /// Whether the levels can be trusted.
  public enum State: Sendable, Hashable, Codable {
    /// No snapshot fits yet.
    case waitingForSnapshot
    /// The levels are those after this update.
    case synchronized(lastUpdate: Int64)
  }

  /// What became of a change or a snapshot.
  public enum Outcome: Sendable, Hashable, Codable {
    /// It changed the levels (a snapshot: the book is synchronized).
    case applied
    /// It is kept until a snapshot comes.
    case kept
    /// The levels hold it already; nothing changed.
    case outdated
    /// Updates are missing: `expected` was to come next, `received` came. The book waits for a snapshot.
    case gap(expected: Int64, received: Int64)
  }

  /// Most changes kept back while there is no snapshot; older ones are dropped, and count in ``droppedChanges``.
  public let bufferLimit: Int
  /// Whether the levels can be trusted.
  public private(set) var state = State.waitingForSnapshot
  /// Offers to buy; empty while waiting.
  public private(set) var bids = PriceLevels(.bid)
  /// Offers to sell; empty while waiting.
  public private(set) var asks = PriceLevels(.ask)
  /// Gaps so far.
  public private(set) var gapCount = 0
  /// Changes that fell out of the buffer.
  public private(set) var droppedChanges = 0
  private var buffer: [DepthUpdate] = []
  /// Whether the next change is the first after a snapshot.
  private var isFirst = false

  /// Makes an empty book.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` for a buffer of less than 1 change.
  public init(bufferLimit: Int = 10_000) throws(TickDataError) {
    guard bufferLimit >= 1 else {
      throw TickDataError(.invalidOption, "a buffer of \(bufferLimit) changes; at least 1 is needed")
    }
    self.bufferLimit = bufferLimit
  }

  /// Takes the next change.
  ///
  /// O(log levels) a price; O(bufferLimit) while waiting with a full buffer.
  @discardableResult
  public mutating func apply(_ update: DepthUpdate) -> Outcome {
    guard case .synchronized(let last) = state else {
      keep(update)
      return .kept
    }
    if isOutdated(update, last) { return .outdated }
    if let expected = missing(before: update, last) {
      waitAgain(keeping: update)
      return .gap(expected: expected, received: update.firstUpdate)
    }
    set(update.levels)
    isFirst = false
    state = .synchronized(lastUpdate: update.lastUpdate)
    return .applied
  }

  /// Takes a snapshot, and the changes kept back that follow it.
  ///
  /// - Returns: `gap` where the changes kept back do not reach back to the snapshot: a newer one is needed.
  @discardableResult
  public mutating func apply(_ snapshot: DepthSnapshot) -> Outcome {
    if case .synchronized(let last) = state, snapshot.lastUpdate <= last { return .outdated }
    bids.removeAll()
    asks.removeAll()
    set(snapshot.levels)
    isFirst = true
    state = .synchronized(lastUpdate: snapshot.lastUpdate)
    let kept = buffer
    buffer.removeAll()
    for (position, update) in kept.enumerated() {
      let outcome = apply(update)
      guard case .gap = outcome else { continue }
      for later in kept[(position + 1)...] { keep(later) }
      return outcome
    }
    return .applied
  }

  private func isOutdated(_ update: DepthUpdate, _ last: Int64) -> Bool {
    update.previousUpdate == nil || !isFirst ? update.lastUpdate <= last : update.lastUpdate < last
  }

  /// The number that should have come, or nil where nothing is missing.
  private func missing(before update: DepthUpdate, _ last: Int64) -> Int64? {
    guard let previous = update.previousUpdate else {
      let follows = isFirst ? update.firstUpdate <= last + 1 : update.firstUpdate == last + 1
      return follows ? nil : last + 1
    }
    return (isFirst ? update.firstUpdate <= last : previous == last) ? nil : last
  }

  private mutating func waitAgain(keeping update: DepthUpdate) {
    gapCount += 1
    bids.removeAll()
    asks.removeAll()
    state = .waitingForSnapshot
    keep(update)
  }

  private mutating func keep(_ update: DepthUpdate) {
    if buffer.count >= bufferLimit {
      buffer.removeFirst()
      droppedChanges += 1
    }
    buffer.append(update)
  }

  private mutating func set(_ levels: BookLevels) {
    for level in levels.bids { bids.set(level.size, at: level.price) }
    for level in levels.asks { asks.set(level.size, at: level.price) }
  }
}
