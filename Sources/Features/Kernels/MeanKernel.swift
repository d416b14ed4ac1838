/// `ema_n` and `price_vs_ema_n` for all lookbacks.
struct MeanKernel: FeatureKernel {
  private let lookbacks: [Int]
  private var means: [ExponentialMean]

  init(lookbacks: [Int]) {
    self.lookbacks = lookbacks
    means = lookbacks.map { ExponentialMean(period: $0) }
  }

  var outputs: [FeatureColumn] {
    lookbacks.flatMap { [FeatureColumn("ema_\($0)", $0 - 1), FeatureColumn("price_vs_ema_\($0)", $0 - 1)] }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    for k in 0..<means.count {
      let mean = means[k].update(price) ?? .nan
      output.write(mean, 2 * k, row)
      output.write(price / mean - 1, 2 * k + 1, row)
    }
  }
}
