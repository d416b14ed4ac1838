import Compute
import Foundation

/// Statistics of a series of simple returns, each as empyrical defines it.
///
/// Returns are of equal periods in the order of time; NaN returns are left out of means and count as 0 in what compounds. Where empyrical gives NaN
/// (no return, no spread, fewer than two values) so do these.
public struct ReturnStatistics: Sendable, Hashable {
  /// The returns.
  public let returns: [Double]
  /// Periods in a year: 252 days, 52 weeks, 12 months, or 252 · 6.5 · 60 minutes.
  public let periodsPerYear: Double

  /// Takes returns.
  ///
  /// - Throws: ``EvaluationError``: `invalidLabel` for an infinite return or one below −1; `invalidOption` for the periods.
  public init(_ returns: [Double], periodsPerYear: Double = 252) throws(EvaluationError) {
    if let row = returns.firstIndex(where: { $0.isInfinite || $0 < -1 }) {
      throw EvaluationError(.invalidLabel, "the return of period \(row) is \(returns[row]); finite, at least -1")
    }
    guard periodsPerYear > 0, periodsPerYear.isFinite else {
      throw EvaluationError(.invalidOption, "\(periodsPerYear) periods a year; a positive number is needed")
    }
    self.returns = returns
    self.periodsPerYear = periodsPerYear
  }

  private var known: [Double] { returns.filter { !$0.isNaN } }

  /// Wealth after each period, from 1.
  public var wealth: [Double] {
    var value = 1.0
    return returns.map {
      value *= 1 + ($0.isNaN ? 0 : $0)
      return value
    }
  }

  /// The return over all periods.
  public var totalReturn: Double { (wealth.last ?? .nan) - 1 }

  /// The yearly return that compounds to the total.
  public var annualReturn: Double {
    guard let last = wealth.last else { return .nan }
    return pow(last, periodsPerYear / Double(returns.count)) - 1
  }

  /// Standard deviation (n − 1) times √periods.
  public var annualVolatility: Double { known.count < 2 ? .nan : deviation(known) * periodsPerYear.squareRoot() }

  /// Mean over standard deviation (n − 1) of excess returns, times √periods; NaN for fewer than two.
  ///
  /// - Parameter riskFree: Return of a period without risk.
  public func sharpeRatio(riskFree: Double = 0) -> Double {
    let excess = known.map { $0 - riskFree }
    guard excess.count > 1 else { return .nan }
    return mean(excess) / deviation(excess) * periodsPerYear.squareRoot()
  }

  /// Root of the mean square of returns below what is required, times √periods.
  ///
  /// - Parameter required: Required return of a period.
  public func downsideRisk(required: Double = 0) -> Double {
    guard !known.isEmpty else { return .nan }
    let below = known.map { min($0 - required, 0) }
    return (compensatedSum(below.map { $0 * $0 }) / Double(below.count)).squareRoot() * periodsPerYear.squareRoot()
  }

  /// Mean excess a year over ``downsideRisk(required:)``; infinite without a loss.
  public func sortinoRatio(required: Double = 0) -> Double {
    guard known.count > 1 else { return .nan }
    return mean(known.map { $0 - required }) * periodsPerYear / downsideRisk(required: required)
  }

  /// Wealth below its peak so far, a share at or below 0, for each period; the start counts as a peak.
  public var drawdowns: [Double] {
    var peak = 1.0
    return wealth.map {
      peak = max(peak, $0)
      return ($0 - peak) / peak
    }
  }

  /// The deepest drawdown, at or below 0; NaN without returns.
  public var maximumDrawdown: Double { drawdowns.min() ?? .nan }

  /// ``annualReturn`` over the deepest drawdown; NaN without one.
  public var calmarRatio: Double {
    let depth = maximumDrawdown
    return depth < 0 ? annualReturn / -depth : .nan
  }

  /// Gains above over losses below what is required (Keating and Shadwick 2002); NaN without a loss.
  ///
  /// - Parameter required: Required return of a period.
  public func omegaRatio(required: Double = 0) -> Double {
    guard known.count > 1 else { return .nan }
    let excess = known.map { $0 - required }
    let losses = -compensatedSum(excess.filter { $0 < 0 })
    return losses > 0 ? compensatedSum(excess.filter { $0 > 0 }) / losses : .nan
  }

  /// 95th percentile over the size of the 5th.
  public var tailRatio: Double {
    guard !known.isEmpty else { return .nan }
    let sorted = known.sorted()
    return abs(quantile(sorted: sorted, 0.95)) / abs(quantile(sorted: sorted, 0.05))
  }

  /// The return that is undercut in a share of periods; NaN for a share outside 0...1.
  public func valueAtRisk(_ share: Double = 0.05) -> Double {
    known.isEmpty || !(0...1 ~= share) ? .nan : quantile(sorted: known.sorted(), share)
  }

  /// Mean of the returns up to the ⌊(n − 1) · share⌋-th worst; NaN for a share outside 0...1.
  public func conditionalValueAtRisk(_ share: Double = 0.05) -> Double {
    guard !known.isEmpty, 0...1 ~= share else { return .nan }
    let sorted = known.sorted()
    return mean(Array(sorted[...Int(Double(sorted.count - 1) * share)]))
  }

  /// R² of a line through the logarithm of wealth: 1 for a straight equity curve.
  public var stability: Double {
    guard known.count > 1 else { return .nan }
    var sum = 0.0
    let logarithms = known.map {
      sum += log1p($0)
      return sum
    }
    let r = correlation((0..<logarithms.count).map(Double.init), logarithms)
    return r * r
  }

  /// Share of periods with a gain among those with a gain or a loss.
  public var hitRate: Double {
    let moved = known.filter { $0 != 0 }
    return moved.isEmpty ? .nan : Double(moved.count { $0 > 0 }) / Double(moved.count)
  }

  /// Slope and intercept (a year, compounded) against a benchmark's returns, by least squares on periods where both are known.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` for another number of periods.
  public func alphaBeta(
    against benchmark: [Double], riskFree: Double = 0
  ) throws(EvaluationError) -> (alpha: Double, beta: Double) {
    guard benchmark.count == returns.count else {
      throw EvaluationError(.shapeMismatch, "\(benchmark.count) returns of the benchmark for \(returns.count)")
    }
    let both = returns.indices.filter { !returns[$0].isNaN && !benchmark[$0].isNaN }
    guard both.count > 1 else { return (.nan, .nan) }
    let own = both.map { returns[$0] - riskFree }
    let other = both.map { benchmark[$0] - riskFree }
    let (meanOwn, meanOther) = (mean(own), mean(other))
    let spread = compensatedSum(other.map { ($0 - meanOther) * ($0 - meanOther) })
    let common = compensatedSum(both.indices.map { (own[$0] - meanOwn) * (other[$0] - meanOther) })
    let beta = spread > 1e-30 ? common / spread : .nan
    let alpha = mean(zip(own, other).map { $0 - beta * $1 })
    return (pow(alpha + 1, periodsPerYear) - 1, beta)
  }
}

/// The mean of values, NaN of none.
func mean(_ values: [Double]) -> Double { compensatedSum(values) / Double(values.count) }

/// The standard deviation with n − 1.
func deviation(_ values: [Double]) -> Double {
  let centre = mean(values)
  return (compensatedSum(values.map { ($0 - centre) * ($0 - centre) }) / Double(values.count - 1)).squareRoot()
}
