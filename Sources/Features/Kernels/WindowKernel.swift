/// All columns over windows of prices and sizes, for up to four lookbacks.
struct WindowKernel: FeatureKernel {
  private var moments: LanePairMoments
  private var extrema: LaneExtrema
  /// 1 / √(n - 1), for standard deviations of samples.
  private let inverseFreedomRoot: Lanes

  private static let names = [
    "price_mean", "sma", "price_std", "price_min", "price_max", "price_position", "price_vs_sma", "volume_mean",
    "volume_std", "volume_vs_mean", "vwap", "price_vs_vwap", "volume_price_correlation",
  ]

  init(lookbacks: [Int]) {
    moments = LanePairMoments(lookbacks)
    extrema = LaneExtrema(moments.group)
    inverseFreedomRoot = quotient(1, (moments.group.lengths - 1).root)
  }

  var outputs: [FeatureColumn] {
    Self.names.flatMap { name in moments.group.lookbacks.map { FeatureColumn("\(name)_\($0)", $0 - 1) } }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    let size = input.sizes[index]
    let value = moments.push(price: price, size: size)
    let (low, high) = extrema.push(price, moments.prices)
    output.write(value.priceMean, 0, row)
    output.write(value.priceMean, 4, row)
    output.write(value.priceSpread * inverseFreedomRoot, 8, row)
    output.write(low, 12, row)
    output.write(high, 16, row)
    output.write(quotient(price - low, high - low).replaced(by: 0.5, where: (low .>= high).bits), 20, row)
    output.write(quotient(price, value.priceMean) - 1, 24, row)
    output.write(value.sizeMean, 28, row)
    output.write(value.sizeSpread * inverseFreedomRoot, 32, row)
    output.write(quotient(size, value.sizeMean).replaced(by: 1, where: (value.sizeMean .== 0).bits), 36, row)
    output.write(value.vwap, 40, row)
    output.write(quotient(price, value.vwap) - 1, 44, row)
    output.write(value.correlation, 48, row)
    if moments.seen < moments.group.longest {
      output.blank(moments.group, from: moments.seen, outputs: 52, row)
    }
  }
}
