/// All columns over one window of prices and sizes.
struct WindowKernel: FeatureKernel {
  private let length: Int
  private var moments: PairMoments
  private var extrema: WindowExtrema

  init(lookback: Int) {
    length = lookback
    moments = PairMoments(length: lookback)
    extrema = WindowExtrema(length: lookback)
  }

  var outputs: [FeatureColumn] {
    [
      "price_mean", "sma", "price_std", "price_min", "price_max", "price_position", "price_vs_sma", "volume_mean",
      "volume_std", "volume_vs_mean", "vwap", "price_vs_vwap", "volume_price_correlation",
    ].map { FeatureColumn("\($0)_\(length)", length - 1) }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    let size = input.sizes[index]
    moments.push(price: price, size: size)
    extrema.push(price)
    guard moments.isFull else {
      for slot in 0..<13 { output.write(.nan, slot, row) }
      return
    }
    let mean = moments.priceMean
    output.write(mean, 0, row)
    output.write(mean, 1, row)
    output.write((moments.priceDeviations / Double(length - 1)).squareRoot(), 2, row)
    let low = extrema.minimum
    let high = extrema.maximum
    output.write(low, 3, row)
    output.write(high, 4, row)
    output.write(high > low ? (price - low) / (high - low) : 0.5, 5, row)
    output.write(price / mean - 1, 6, row)
    let sizeMean = moments.sizeMean
    output.write(sizeMean, 7, row)
    output.write((moments.sizeDeviations / Double(length - 1)).squareRoot(), 8, row)
    output.write(sizeMean == 0 ? 1 : size / sizeMean, 9, row)
    let vwap = moments.vwap
    output.write(vwap, 10, row)
    output.write(price / vwap - 1, 11, row)
    output.write(moments.correlation, 12, row)
  }
}
