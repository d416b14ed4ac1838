import Foundation

/// What high-low estimators read of pairs of bars: β, the mean over n pairs of the sum of their two squared log ranges, and
/// γ, the squared log range of the newest pair as one bar.
struct HighLowRange: Sendable, Codable {
  private var window: WindowSum
  private var high = Held()
  private var low = Held()

  init(_ length: Int) { window = WindowSum(length) }

  /// Number of pairs.
  var length: Int { window.length }

  /// Takes a bar and returns √β and √γ; NaN while pairs are missing.
  @inline(__always)
  mutating func push(_ bar: OHLCV, commit: Bool) -> (beta: Double, gamma: Double) {
    let own = log(bar.high / bar.low)
    let before = log(high.value / low.value)
    let missing = own + before
    let sum = window.push(own * own + before * before, commit: commit)
    let pair = log(larger(bar.high, high.value) / smaller(bar.low, low.value))
    let isThere = own.isNumber
    high.value = isThere ? bar.high : .nan
    low.value = isThere ? bar.low : .nan
    return ((sum / Double(window.length)).squareRoot(), missing.isNumber ? pair : .nan)
  }

  mutating func makeUnique() { window.makeUnique() }
}
