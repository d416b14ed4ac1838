/// Builds bars from trades as they come, one symbol at a time.
///
/// The bar that a trade completes is returned by the ``update(_:)`` of that trade, or, for time bars, of the first trade
/// after the interval: so a bar is known no earlier than its close. The bar still forming is ``forming``.
/// The memory does not grow with the trades. A builder written and read in mid-stream goes on with the same bars.
public struct BarBuilder: Sendable, Codable {
  /// When a bar is complete.
  public let rule: BarRule
  /// Where the signs of trades come from; for imbalance and run bars.
  public let signs: TradeSigns
  /// What becomes of trades older than what was already seen.
  public let lateTrades: LateTrades
  /// The bar that is not complete yet, or nil before its first trade.
  public private(set) var forming: Bar?
  /// Late trades so far: counted into a forming bar, or dropped.
  public private(set) var lateTradeCount = 0
  private var latestTime: Int64?
  private var signer = TradeSigner()
  private var progress: BarProgress?

  /// Makes a builder.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` if a number of the rule is outside its range.
  public init(
    _ rule: BarRule, signs: TradeSigns = .tickRule, lateTrades: LateTrades = .countIntoForming
  ) throws(TickDataError) {
    if let problem = rule.problem { throw TickDataError(.invalidOption, problem) }
    self.rule = rule
    self.signs = signs
    self.lateTrades = lateTrades
    progress = BarProgress(rule)
  }

  private enum CodingKeys: String, CodingKey {
    case rule
    case signs
    case lateTrades
    case forming
    case lateTradeCount
    case latestTime
    case signer
    case progress
  }

  /// Reads a builder and checks its rule as ``init(_:signs:lateTrades:)`` does; states of the first version have only a rule
  /// and a forming bar.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      values.decode(BarRule.self, forKey: .rule),
      signs: values.decodeIfPresent(TradeSigns.self, forKey: .signs) ?? .tickRule,
      lateTrades: values.decodeIfPresent(LateTrades.self, forKey: .lateTrades) ?? .countIntoForming)
    forming = try values.decodeIfPresent(Bar.self, forKey: .forming)
    lateTradeCount = try values.decodeIfPresent(Int.self, forKey: .lateTradeCount) ?? 0
    latestTime = try values.decodeIfPresent(Int64.self, forKey: .latestTime)
    signer = try values.decodeIfPresent(TradeSigner.self, forKey: .signer) ?? TradeSigner()
    progress = try values.decodeIfPresent(BarProgress.self, forKey: .progress) ?? progress
  }

  /// Takes the next trade (others are ignored) and returns the bar that is now complete, if any.
  ///
  /// O(1); O(span) at the end of a bar with ``AdaptiveThreshold/Averaging/window``.
  public mutating func update(_ tick: Tick) -> Bar? {
    guard tick.isTrade else { return nil }
    if isLate(tick.time) {
      lateTradeCount += 1
      if lateTrades == .drop { return nil }
    }
    let sign = signer.sign(of: tick, by: signs)
    let time = max(tick.time, latestTime ?? tick.time)
    latestTime = time
    if case .time(let length) = rule { return updateTime(tick, at: time, length) }
    extend(with: tick, at: time, closeTime: time)
    guard let bar = forming else { return nil }
    let isComplete =
      switch rule {
      case .ticks(let count): bar.ticks >= count
      case .volume(let amount): bar.volume >= amount
      case .dollars(let amount): bar.dollars >= amount
      case .imbalance, .runs:
        progress?.add(sign: sign, price: tick.price, size: tick.size.isNaN ? 0 : tick.size) ?? false
      case .time: false
      }
    guard isComplete else { return nil }
    forming = nil
    progress?.reset(isCut: false)
    return bar
  }

  /// Closes the forming bar before its rule is met, as at the end of a session; nil if there is none.
  ///
  /// - Parameter time: Becomes the bar's `closeTime` where it is later than the last trade (for time bars: instead of the
  ///   interval's end where it is earlier than that).
  public mutating func close(at time: Int64) -> Bar? {
    guard var bar = forming else { return nil }
    let lastTrade = latestTime ?? bar.closeTime
    let end = max(time, lastTrade)
    if case .time = rule { bar.closeTime = min(bar.closeTime, end) } else { bar.closeTime = end }
    latestTime = end
    forming = nil
    progress?.reset(isCut: true)
    return bar
  }

  private func isLate(_ time: Int64) -> Bool {
    // A trade without a time stands behind the one before it.
    guard let latestTime, time != Tick.noTime else { return false }
    if case .time(let length) = rule, let bar = forming { return intervalEnd(of: time, length) < bar.closeTime }
    return time < latestTime
  }

  /// Stamps at the end of the range of Int64 have no end of their interval; they keep the last one.
  private func intervalEnd(of time: Int64, _ length: Int64) -> Int64 {
    let (end, isTooLarge) = (floorDivide(time, length) + 1).multipliedReportingOverflow(by: length)
    return isTooLarge ? .max : end
  }

  private mutating func updateTime(_ tick: Tick, at time: Int64, _ length: Int64) -> Bar? {
    let end = intervalEnd(of: time, length)
    guard let bar = forming, end > bar.closeTime else {
      extend(with: tick, at: time, closeTime: forming?.closeTime ?? end)
      return nil
    }
    forming = nil
    extend(with: tick, at: time, closeTime: end)
    return bar
  }

  private mutating func extend(with tick: Tick, at time: Int64, closeTime: Int64) {
    let size = tick.size.isNaN ? 0 : tick.size
    guard var bar = forming else {
      forming = Bar(
        openTime: tick.time == Tick.noTime ? time : tick.time, closeTime: closeTime, open: tick.price, high: tick.price,
        low: tick.price,
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
  public func bars(_ rule: BarRule, signs: TradeSigns = .tickRule) throws(TickDataError) -> [Bar] {
    var builder = try BarBuilder(rule, signs: signs)
    var bars: [Bar] = []
    for row in 0..<count {
      if let bar = builder.update(self[row]) { bars.append(bar) }
    }
    return bars
  }
}
