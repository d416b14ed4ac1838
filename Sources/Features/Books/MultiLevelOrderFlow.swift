public import TickData

/// Order flow imbalance at each of the best m levels of a book, over its last n changes, and their weighted sum (MLOFI).
///
/// At a level a change of the book adds to the bid the new size if the price rose, the difference of the sizes if it stayed, less
/// the old size if it fell; the ask counts with prices mirrored, and its flow is taken away. Level 1 is ``OFI`` to the bit. A level
/// that a side does not have is as one of size 0 behind all others, so levels that come and go count as flow.
///
/// A book that is not known, such as one that waits for a snapshot, makes every window that holds its change missing.
/// Sizes are in the book's units. Source: Xu, Gould and Howison, "Multi-level order-flow imbalance in a limit order book"
/// (2018); they weigh levels by regression, the default of 1 / level here is only a start.
public struct MultiLevelOrderFlow: Sendable, Codable {
  /// The best price and size of each side at one level; size 0 where there is none.
  private struct Level: Sendable, Codable {
    var bid = Int64.min
    var bidSize = Int64(0)
    var ask = Int64.max
    var askSize = Int64(0)
  }

  /// A weight a level for ``weightedSum``, best level first.
  public let weights: [Double]
  private var previous: [Level]
  private var hasPrevious = false
  private var windows: [WindowSum]
  private var flows: [Held]

  /// Makes the flow of a book.
  ///
  /// - Parameters:
  ///   - levels: Levels a side, 1 to 1000.
  ///   - timePeriod: Changes n in the window, 1 to 100000.
  ///   - weights: One finite weight a level; nil for 1, 1/2, 1/3 and so on.
  /// - Throws: ``FeatureError`` with code `invalidOption`.
  public init(levels: Int, timePeriod: Int = 20, weights: [Double]? = nil) throws(FeatureError) {
    guard 1...1000 ~= levels, 1...100_000 ~= timePeriod else {
      throw FeatureError(
        .invalidOption,
        "\(counted(levels, "level")) over \(counted(timePeriod, "change")); 1 to 1000 levels and 1 to 100000 changes are allowed"
      )
    }
    let weights = weights ?? (1...levels).map { 1 / Double($0) }
    guard weights.count == levels, weights.allSatisfy(\.isNumber) else {
      throw FeatureError(
        .invalidOption, "weights \(weights) for \(counted(levels, "level")); one finite weight a level is needed")
    }
    self.weights = weights
    previous = [Level](repeating: Level(), count: levels)
    windows = (0..<levels).map { _ in WindowSum(timePeriod) }
    flows = [Held](repeating: Held(), count: levels)
  }

  /// Number of levels.
  public var levelCount: Int { weights.count }

  /// Books before the first result.
  public var lookback: Int { windows[0].length }

  /// The flow at a level, 0 the best, over the last n changes; NaN while there are fewer or one is missing.
  public subscript(level: Int) -> Double { flows[level].value }

  /// Σ weight · flow over the levels.
  public var weightedSum: Double {
    var sum = 0.0
    for level in weights.indices { sum += weights[level] * flows[level].value }
    return sum
  }

  /// Takes the next book: levels best first, of which the best ``levelCount`` count; nil for a book that is not known.
  ///
  /// O(levels), and levels · n every n books; no allocation.
  public mutating func update(_ book: BookLevels?) {
    guard let book else { return skip() }
    update(bid: { $0 < book.bids.count ? book.bids[$0] : nil }, ask: { $0 < book.asks.count ? book.asks[$0] : nil })
  }

  /// Takes the book as it stands after a change; one that waits for a snapshot is not known.
  public mutating func update(_ book: DepthBook) {
    guard case .synchronized = book.state else { return skip() }
    update(bid: book.bids.level(rank:), ask: book.asks.level(rank:))
  }

  /// Takes the book as it stands after a message; levels behind its depth are as if there were none.
  public mutating func update(_ book: LobsterBook) {
    update(
      bid: { $0 < book.depth ? book.bids.level(rank: $0) : nil },
      ask: { $0 < book.depth ? book.asks.level(rank: $0) : nil })
  }

  private mutating func skip() {
    hasPrevious = false
    for level in windows.indices { push(.nan, level) }
  }

  private mutating func update(bid: (Int) -> BookLevel?, ask: (Int) -> BookLevel?) {
    for level in windows.indices {
      var now = Level()
      if let bid = bid(level) { (now.bid, now.bidSize) = (bid.price, bid.size) }
      if let ask = ask(level) { (now.ask, now.askSize) = (ask.price, ask.size) }
      push(hasPrevious ? Self.flow(from: previous[level], to: now) : .nan, level)
      previous[level] = now
    }
    hasPrevious = true
  }

  private mutating func push(_ flow: Double, _ level: Int) {
    windows[level].makeUnique()
    flows[level].value = windows[level].push(flow, commit: true)
  }

  private static func flow(from old: Level, to new: Level) -> Double {
    // In the order of ``OFI``; numbers as doubles, for no size may overflow.
    var flow = (new.bid >= old.bid ? Double(new.bidSize) : 0) - (new.bid <= old.bid ? Double(old.bidSize) : 0)
    flow += (new.ask >= old.ask ? Double(old.askSize) : 0) - (new.ask <= old.ask ? Double(new.askSize) : 0)
    return flow
  }
}
