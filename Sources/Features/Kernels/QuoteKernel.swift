/// Columns of the standing quote: spread, mid price, imbalance and microprice, and the spread over windows.
struct QuoteKernel: FeatureKernel {
  private let lookbacks: [Int]
  private var windows: [WindowMoments]
  /// Ticks since the last one without a quote, counted up to the longest lookback.
  private var quoted = 0

  init(lookbacks: [Int]) {
    self.lookbacks = lookbacks
    windows = lookbacks.map { WindowMoments(length: $0) }
  }

  var outputs: [FeatureColumn] {
    ["spread", "relative_spread", "mid_price", "price_vs_mid", "quote_imbalance", "microprice_vs_mid"].map {
      FeatureColumn($0, 0)
    }
      + lookbacks.flatMap {
        [FeatureColumn("spread_mean_\($0)", $0 - 1), FeatureColumn("spread_vs_mean_\($0)", $0 - 1)]
      }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let bid = input.bids[index]
    let ask = input.asks[index]
    let bidSize = input.bidSizes[index]
    let askSize = input.askSizes[index]
    let spread = ask - bid
    let mid = (ask + bid) / 2
    let sizes = bidSize + askSize
    output.write(canonical(spread), 0, row)
    output.write(ratio(spread, mid), 1, row)
    output.write(canonical(mid), 2, row)
    output.write(ratio(input.prices[index], mid) - 1, 3, row)
    output.write(ratio(bidSize - askSize, sizes), 4, row)
    output.write(ratio(ratio(ask * bidSize + bid * askSize, sizes), mid) - 1, 5, row)
    let isQuoted = !spread.isNaN
    quoted = isQuoted ? min(quoted + 1, Int.max - 1) : 0
    for k in 0..<lookbacks.count {
      // A quote, once known, stays; so the windows only have to wait for the first one.
      if isQuoted { windows[k].push(spread) }
      guard windows[k].isFull, quoted >= lookbacks[k] else {
        output.write(.nan, 6 + 2 * k, row)
        output.write(.nan, 7 + 2 * k, row)
        continue
      }
      let mean = windows[k].mean
      output.write(mean, 6 + 2 * k, row)
      output.write(mean == 0 ? 1 : spread / mean, 7 + 2 * k, row)
    }
  }

  /// Division that gives the one NaN where it is not defined: a sum of missing values may carry another NaN's bits.
  @inline(__always)
  private func ratio(_ a: Double, _ b: Double) -> Double { b == 0 || b.isNaN || a.isNaN ? .nan : a / b }

  @inline(__always)
  private func canonical(_ value: Double) -> Double { value.isNaN ? .nan : value }
}
