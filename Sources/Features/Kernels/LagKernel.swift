import Foundation

/// `price_change_n`, `return_n` and `log_return_n` for all lookbacks, and `volatility_n`.
struct LagKernel: FeatureKernel {
  private let lookbacks: [Int]
  private var ring: [Double]
  private let mask: Int
  private var seen = 0
  private var returns: [WindowMoments]

  init(lookbacks: [Int]) {
    self.lookbacks = lookbacks
    var capacity = 1
    while capacity <= lookbacks.max() ?? 1 { capacity *= 2 }
    ring = [Double](repeating: 0, count: capacity)
    mask = capacity - 1
    returns = lookbacks.map { WindowMoments(length: $0) }
  }

  var outputs: [FeatureColumn] {
    lookbacks.flatMap { n in
      [
        FeatureColumn("price_change_\(n)", n), FeatureColumn("return_\(n)", n), FeatureColumn("log_return_\(n)", n),
        FeatureColumn("volatility_\(n)", n),
      ]
    }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    let step = seen > 0 ? logRatio(price, ring[(seen &- 1) & mask]) : 0
    ring[seen & mask] = price
    var slot = 0
    for k in 0..<lookbacks.count {
      let n = lookbacks[k]
      if seen > 0 { returns[k].push(step) }
      if seen >= n {
        let old = ring[(seen &- n) & mask]
        output.write(price - old, slot, row)
        output.write(price / old - 1, slot + 1, row)
        output.write(n == 1 ? step : logRatio(price, old), slot + 2, row)
        let deviations = returns[k].squaredDeviations
        output.write(n > 1 ? (deviations / Double(n - 1)).squareRoot() : .nan, slot + 3, row)
      } else {
        for extra in 0..<4 { output.write(.nan, slot + extra, row) }
      }
      slot += 4
    }
    seen &+= 1
  }
}

/// ln(a/b) of positive numbers.
///
/// Near 1 the quotient a/b would lose the digits that matter, so ln(a/b) = 2·artanh((a − b)/(a + b)) is summed as its
/// series, whose error is below 1e-16 relative for |a/b − 1| < 1.5 %; elsewhere the library's logarithm of the quotient
/// is used.
@inline(__always)
func logRatio(_ a: Double, _ b: Double) -> Double {
  let s = (a - b) / (a + b)
  let q = s * s
  if q < 6e-5 {
    return 2 * s * (1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9)))))
  }
  return log(a / b)
}
