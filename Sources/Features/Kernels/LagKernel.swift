import Foundation

/// `price_change_n`, `return_n` and `log_return_n` for up to four lookbacks, and `volatility_n`.
struct LagKernel: FeatureKernel {
  private let group: LaneLengths
  private var prices: RecentValues
  private var steps: LaneMoments
  /// 1 / (n - 1); NaN for a lookback of 1, which has no standard deviation.
  private let inverseFreedom: Lanes

  init(lookbacks: [Int]) {
    steps = LaneMoments(lookbacks)
    group = steps.group
    prices = RecentValues(atLeast: group.longest)
    inverseFreedom = (1 / (group.lengths - 1)).replaced(by: .nan, where: (group.lengths .== 1).bits)
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
    output.write(old.dividing(price) - 1, 4, row)
    output.write(logRatio(price, old), 8, row)
    output.write((moments.squaredDeviations * inverseFreedom).root, 12, row)
    if steps.seen < group.longest {
      output.blank(group, from: steps.seen, outputs: 16, row)
    }
  }
}

/// ln(a/b) of positive numbers.
///
/// Near 1 the quotient a/b would lose the digits that matter, so ln(a/b) = 2·artanh((a − b)/(a + b)) is summed as its
/// series, whose error is below 1e-16 relative for |a/b − 1| < 1.5 %; elsewhere the library's logarithm of the quotient
/// is used.
@inline(__always)
package func logRatio(_ a: Double, _ b: Double) -> Double {
  let s = (a - b) / (a + b)
  let q = s * s
  if q < seriesLimit {
    return 2 * s * (1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9)))))
  }
  return log(a / b)
}

/// ln(a/b) in every lane, to the bit as of the single numbers.
@inline(__always)
package func logRatio(_ a: Double, _ b: Lanes) -> Lanes {
  let s = (a - b).divided(by: a + b)
  let q = s * s
  let third: Lanes = 1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9))
  let first: Lanes = 1 + q * (1.0 / 3 + q * third)
  var result = 2 * s * first
  if (q .>= seriesLimit).bits.isAnySet {
    for lane in 0..<4 where q[lane] >= seriesLimit { result[lane] = log(a / b[lane]) }
  }
  return result
}

private let seriesLimit = 6e-5
