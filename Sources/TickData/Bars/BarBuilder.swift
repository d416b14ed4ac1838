/// Builds bars from trades as they come, one symbol at a time.
///
/// The bar that a trade completes is returned by the ``update(_:)`` of that trade, or, for time bars, of the first trade
/// after the interval: so a bar is known no earlier than its close. The bar still forming is ``forming``.
/// A trade that is late (before the interval of the forming time bar) is counted into the forming bar.
public struct BarBuilder: Sendable, Codable {
  /// When a bar is complete.
  public let rule: BarRule
  /// The bar that is not complete yet, or nil before its first trade.
  public private(set) var forming: Bar?

  /// Makes a builder.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` if the rule's size is not positive.
  public init(_ rule: BarRule) throws(TickDataError) {
    if let problem = rule.problem { throw TickDataError(.invalidOption, problem) }
    self.rule = rule
  }

  private enum CodingKeys: String, CodingKey {
    case rule
    case forming
  }

  /// Reads a builder and checks its rule as ``init(_:)`` does.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(values.decode(BarRule.self, forKey: .rule))
    forming = try values.decodeIfPresent(Bar.self, forKey: .forming)
  }

  /// Takes the next trade (others are ignored) and returns the bar that is now complete, if any.
  ///
  /// O(1).
  public mutating func update(_ tick: Tick) -> Bar? {
    guard tick.isTrade else { return nil }
    if case .time(let length) = rule { return updateTime(tick, length) }
    extend(with: tick, closeTime: tick.time)
    guard let bar = forming else { return nil }
    let isComplete =
      switch rule {
      case .ticks(let count): bar.ticks >= count
      case .volume(let amount): bar.volume >= amount
      case .dollars(let amount): bar.dollars >= amount
      case .time: false
      }
    guard isComplete else { return nil }
    forming = nil
    return bar
  }

  private mutating func updateTime(_ tick: Tick, _ length: Int64) -> Bar? {
    let end = (floorDivide(tick.time, length) + 1) * length
    guard let bar = forming, end > bar.closeTime else {
      extend(with: tick, closeTime: forming?.closeTime ?? end)
      return nil
    }
    forming = nil
    extend(with: tick, closeTime: end)
    return bar
  }

  private mutating func extend(with tick: Tick, closeTime: Int64) {
    let size = tick.size.isNaN ? 0 : tick.size
    guard var bar = forming else {
      forming = Bar(
        openTime: tick.time, closeTime: closeTime, open: tick.price, high: tick.price, low: tick.price,
        close: tick.price, volume: size, dollars: tick.price * size, ticks: 1)
      return
    }
    bar.closeTime = closeTime
    bar.high = max(bar.high, tick.price)
    bar.low = min(bar.low, tick.price)
    bar.close = tick.price
    bar.volume += size
    bar.dollars += tick.price * size
    bar.ticks += 1
    forming = bar
  }
}

extension TickSeries {
  /// The complete bars of the series' trades, oldest first; the one still forming at the end is left out.
  public func bars(_ rule: BarRule) throws(TickDataError) -> [Bar] {
    var builder = try BarBuilder(rule)
    var bars: [Bar] = []
    for row in 0..<count {
      if let bar = builder.update(self[row]) { bars.append(bar) }
    }
    return bars
  }
}
