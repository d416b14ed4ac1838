/// Columns of the standing quote: spread, mid price, imbalance and microprice.
struct QuoteKernel: FeatureKernel {
  var outputs: [FeatureColumn] {
    ["spread", "relative_spread", "mid_price", "price_vs_mid", "quote_imbalance", "microprice_vs_mid"].map {
      FeatureColumn($0, 0)
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
  }

  /// Division that gives the one NaN where it is not defined: a sum of missing values may carry another NaN's bits.
  @inline(__always)
  private func ratio(_ a: Double, _ b: Double) -> Double { b == 0 || b.isNaN || a.isNaN ? .nan : a / b }

  @inline(__always)
  private func canonical(_ value: Double) -> Double { value.isNaN ? .nan : value }
}
