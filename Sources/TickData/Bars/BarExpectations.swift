/// The exponentially weighted expectations behind an adaptive threshold.
struct BarExpectations: Sendable, Hashable, Codable {
  private let options: AdaptiveThreshold
  /// Signed amounts of imbalance bars.
  private var signed: RunningAverage
  /// Unsigned amounts of imbalance bars, or amounts of buys of run bars.
  private var buys: RunningAverage
  private var sells: RunningAverage
  private var barTicks: RunningAverage
  private var buyShares: RunningAverage
  private var expectedTicks: Double
  /// The product that completes the forming bar, changed by completed bars only; nil while warming up.
  private var current: Double?

  init(_ options: AdaptiveThreshold) {
    self.options = options
    let trades = RunningAverage(span: options.tickSpan, averaging: options.averaging, spanGrows: true)
    let bars = RunningAverage(span: options.barSpan, averaging: options.averaging, spanGrows: false)
    (signed, buys, sells, barTicks, buyShares) = (trades, trades, trades, bars, bars)
    expectedTicks = Double(options.initialTicks)
  }

  mutating func add(sign: Int, amount: Double, runs: Bool) {
    guard runs else {
      signed.add(Double(sign) * amount)
      if options.minImbalance > 0 { buys.add(amount) }
      return
    }
    guard amount > 0 else { return }
    if sign > 0 { buys.add(amount) } else if sign < 0 { sells.add(amount) }
  }

  /// The threshold of the forming bar, which ends the warm-up where enough trades are there.
  mutating func threshold(runs: Bool, buyTicks: Int, ticks: Int) -> Double? {
    if current == nil { current = product(runs: runs, buyShare: Double(buyTicks) / Double(ticks)) }
    return current
  }

  mutating func completed(ticks: Int, buyTicks: Int, runs: Bool) {
    barTicks.add(Double(ticks))
    if runs { buyShares.add(Double(buyTicks) / Double(ticks)) }
    if options.followsBarLength, let mean = barTicks.mean {
      expectedTicks = min(max(mean, options.minTicks), options.maxTicks)
    }
    current = product(runs: runs, buyShare: buyShares.mean ?? 0)
  }

  private func product(runs: Bool, buyShare: Double) -> Double? {
    guard (runs ? min(buys.count, sells.count) : signed.count) >= options.initialTicks else { return nil }
    if runs {
      guard let buy = buys.mean, let sell = sells.mean else { return nil }
      return expectedTicks * max(buy * buyShare, sell * (1 - buyShare))
    }
    guard let mean = signed.mean else { return nil }
    return expectedTicks * max(abs(mean), options.minImbalance * (buys.mean ?? 0))
  }
}
