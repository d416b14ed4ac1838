import Compute
import Foundation

/// Whether intervals hold the share they promise, over time.
public struct CoverageReport: Sendable, Hashable, Codable {
  /// A stretch of rows.
  public struct Stretch: Sendable, Hashable, Codable {
    /// Its first row.
    public let firstRow: Int
    /// Number of rows.
    public let rows: Int
    /// Share of truths within their intervals.
    public let coverage: Double
  }

  /// Share of all truths within their intervals.
  public let coverage: Double
  /// The share that was promised.
  public let promised: Double
  /// Stretches of rows in the order of time.
  public let stretches: [Stretch]
  /// Mean width of finite intervals.
  public let meanWidth: Double
  /// Two-sided p-value of coverage equal to what was promised, with a variance that allows for misses that come together (Newey and West 1987).
  public let pValue: Double

  /// Checks intervals.
  ///
  /// - Parameters:
  ///   - labels: True values in the order of time, finite.
  ///   - lower: Lower ends.
  ///   - upper: Upper ends.
  ///   - promised: Between 0 and 1, such as 0.9.
  ///   - stretches: Number of stretches of equal length, at least 1.
  ///   - lags: Rows over which misses may hang together, such as the label's horizon; nil: the cube root of the number of rows.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel` or `invalidOption`.
  /// - Complexity: O(n · lags).
  public init(
    labels: [Double], lower: [Double], upper: [Double], promised: Double, stretches count: Int = 10, lags: Int? = nil
  ) throws(EvaluationError) {
    coverage = try intervalCoverage(labels: labels, lower: lower, upper: upper)
    guard promised > 0, promised < 1, count >= 1, count <= labels.count, (lags ?? 0) >= 0 else {
      throw EvaluationError(
        .invalidOption,
        "promised \(promised), stretches \(count), lags \(lags ?? 0); between 0 and 1, 1...\(labels.count), at least 0")
    }
    self.promised = promised
    let hits = labels.indices.map { lower[$0] <= labels[$0] && labels[$0] <= upper[$0] ? 1.0 : 0 }
    stretches = (0..<count).map { index in
      let rows = index * hits.count / count..<(index + 1) * hits.count / count
      return Stretch(
        firstRow: rows.lowerBound, rows: rows.count, coverage: hits[rows].reduce(0, +) / Double(rows.count))
    }
    let widths = zip(upper, lower).map { $0 - $1 }.filter(\.isFinite)
    meanWidth = widths.isEmpty ? .infinity : compensatedSum(widths) / Double(widths.count)
    let total = Double(hits.count)
    let centred = hits.map { $0 - promised }
    let reach = min(lags ?? Int(cbrt(total)), hits.count - 1)
    var variance = compensatedSum(centred.map { $0 * $0 }) / total
    for lag in 1..<max(reach + 1, 1) {
      let product = compensatedSum((lag..<hits.count).map { centred[$0] * centred[$0 - lag] }) / total
      variance += 2 * (1 - Double(lag) / Double(reach + 1)) * product
    }
    let z = abs(coverage - promised) / (max(variance, .leastNormalMagnitude) / total).squareRoot()
    pValue = erfc(z / 2.0.squareRoot())
  }
}
