import Foundation

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
  let s = quotient(a - b, a + b)
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
