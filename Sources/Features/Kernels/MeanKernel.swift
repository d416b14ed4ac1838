/// `ema_n` and `price_vs_ema_n` for up to four lookbacks: ``EMA`` in every lane.
struct MeanKernel: FeatureKernel {
  private let group: LaneLengths
  private let weights: Lanes
  private let rests: Lanes
  private var means = Lanes.zero
  private var seen = 0

  init(lookbacks: [Int]) {
    group = LaneLengths(lookbacks)
    weights = 2 / (group.lengths + 1)
    rests = 1 - weights
  }

  var outputs: [FeatureColumn] {
    ["ema", "price_vs_ema"].flatMap { name in group.lookbacks.map { FeatureColumn("\(name)_\($0)", $0 - 1) } }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    if seen >= group.longest {
      means = means * rests + price * weights
    } else {
      seed(price)
    }
    output.write(means, 0, row)
    output.write(quotient(price, means) - 1, 4, row)
    if seen < group.longest { output.blank(group, from: seen, outputs: 8, row) }
  }

  /// The mean of the first n values is where each recursion starts.
  @inline(never)
  private mutating func seed(_ price: Double) {
    let isRunning = (group.lengths .<= Double(seen)).bits
    seen += 1
    let sums = means + price
    let started = sums.replaced(by: sums / group.lengths, where: (group.lengths .== Double(seen)).bits)
    means = started.replaced(by: means * rests + price * weights, where: isRunning)
  }
}
