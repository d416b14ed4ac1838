/// `price_change_n`, `return_n` and `log_return_n` for up to four lookbacks, and `volatility_n`.
struct LagKernel: FeatureKernel {
  private let group: LaneLengths
  private var prices: RecentValues
  private var steps: LaneMoments
  /// 1 / (n - 1), for standard deviations of samples.
  private let inverseFreedom: Lanes

  init(lookbacks: [Int]) {
    steps = LaneMoments(lookbacks)
    group = steps.group
    prices = RecentValues(atLeast: group.longest)
    inverseFreedom = quotient(1, group.lengths - 1)
  }

  var outputs: [FeatureColumn] {
    ["price_change", "return", "log_return", "volatility"].flatMap { name in
      group.lookbacks.map { FeatureColumn("\(name)_\($0)", $0) }
    }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    prices.append(price)
    guard prices.seen > 1 else {
      output.blank(group, from: 0, outputs: 16, row)
      return
    }
    let moments = steps.push(logRatio(price, prices[age: 1]))
    let old = prices.before(group.lookbacks)
    output.write(price - old, 0, row)
    output.write(quotient(price, old) - 1, 4, row)
    output.write(logRatio(price, old), 8, row)
    output.write((moments.squaredDeviations * inverseFreedom).root, 12, row)
    if steps.seen < group.longest {
      output.blank(group, from: steps.seen, outputs: 16, row)
    }
  }
}
