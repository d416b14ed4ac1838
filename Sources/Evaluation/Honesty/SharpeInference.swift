import Compute
import Foundation

/// How sure a Sharpe ratio is, given how long, how skewed and how searched for it is.
///
/// Source: Bailey and López de Prado, "The Sharpe ratio efficient frontier" (2012) and "The deflated Sharpe ratio" (2014). All ratios are of one period,
/// not a year's.
public struct SharpeInference: Sendable, Hashable, Codable {
  /// Mean over standard deviation (n − 1) of the returns of a period.
  public let sharpeRatio: Double
  /// Number of returns.
  public let observations: Int
  /// Skewness of the returns.
  public let skewness: Double
  /// Kurtosis of the returns, 3 for normal ones.
  public let kurtosis: Double

  /// Takes a ratio and the moments of its returns.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` for fewer than two observations, or moments that no returns have.
  public init(
    sharpeRatio: Double, observations: Int, skewness: Double = 0, kurtosis: Double = 3
  ) throws(EvaluationError) {
    guard observations >= 2, sharpeRatio.isFinite, skewness.isFinite, kurtosis.isFinite,
      kurtosis >= 1 + skewness * skewness
    else {
      throw EvaluationError(
        .invalidOption,
        "Sharpe ratio \(sharpeRatio), \(observations) observations, skewness \(skewness), kurtosis \(kurtosis); finite, at least 2, "
          + "kurtosis at least 1 + skewness²")
    }
    self.sharpeRatio = sharpeRatio
    self.observations = observations
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// Takes returns of equal periods; their moments are those of the population.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidLabel` for returns that are not finite, do not vary, or are fewer than two.
  public init(returns: [Double]) throws(EvaluationError) {
    guard returns.count >= 2, returns.allSatisfy(\.isFinite), returns.contains(where: { $0 != returns[0] }) else {
      throw EvaluationError(.invalidLabel, "\(returns.count) returns; at least two that are finite and differ")
    }
    let centre = mean(returns)
    func moment(_ power: Int) -> Double {
      compensatedSum(returns.map { pow($0 - centre, Double(power)) }) / Double(returns.count)
    }
    let variance = moment(2)
    try self.init(
      sharpeRatio: centre / deviation(returns), observations: returns.count, skewness: moment(3) / pow(variance, 1.5),
      kurtosis: max(moment(4) / (variance * variance), 1 + pow(moment(3) / pow(variance, 1.5), 2)))
  }

  /// Variance of the estimated ratio times (n − 1), at a true ratio.
  private func spread(at ratio: Double) -> Double {
    max(0, 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio)
  }

  /// The probability that the true ratio is above a benchmark's (PSR).
  public func probabilisticSharpeRatio(benchmark: Double = 0) -> Double {
    let scale = spread(at: sharpeRatio).squareRoot()
    return NormalDistribution.cumulative((sharpeRatio - benchmark) * Double(observations - 1).squareRoot() / scale)
  }

  /// The probability that the true ratio is above what the best of as many useless trials would show (DSR).
  ///
  /// - Parameter trials: Ratios (of one period) of all trials that were made, this one included, at least two; ``expectedMaximum(deviation:trials:)`` of their
  ///   standard deviation (n) is the benchmark.
  /// - Throws: ``EvaluationError`` with code `invalidOption` for fewer than two trials.
  public func deflatedSharpeRatio(trials: [Double]) throws(EvaluationError) -> Double {
    guard trials.count >= 2, trials.allSatisfy(\.isFinite) else {
      throw EvaluationError(.invalidOption, "\(trials.count) trials; at least two finite ratios are needed")
    }
    let centre = mean(trials)
    let variance = compensatedSum(trials.map { ($0 - centre) * ($0 - centre) }) / Double(trials.count)
    return try deflatedSharpeRatio(deviation: variance.squareRoot(), trials: trials.count)
  }

  /// The same from the standard deviation of the trials' ratios and their number.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` for fewer than one trial or a deviation below 0.
  public func deflatedSharpeRatio(deviation: Double, trials: Int) throws(EvaluationError) -> Double {
    probabilisticSharpeRatio(benchmark: try Self.expectedMaximum(deviation: deviation, trials: trials))
  }

  /// The ratio that the best of useless trials is expected to show; 0 for one.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` for fewer than one trial or a deviation below 0.
  public static func expectedMaximum(deviation: Double, trials: Int) throws(EvaluationError) -> Double {
    guard trials >= 1, deviation >= 0, deviation.isFinite else {
      throw EvaluationError(.invalidOption, "\(trials) trials of deviation \(deviation); at least 1, at least 0")
    }
    guard trials > 1 else { return 0 }
    let euler = 0.5772156649015329
    let count = Double(trials)
    return deviation
      * ((1 - euler) * NormalDistribution.quantile(1 - 1 / count)
        + euler * NormalDistribution.quantile(1 - 1 / (count * M_E)))
  }

  /// Number of returns that would be needed for the ratio to be above the benchmark's with a confidence (MinTRL); infinite where it is not above.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` for a confidence outside 0..<1.
  public func minimumTrackRecord(benchmark: Double = 0, confidence: Double = 0.95) throws(EvaluationError) -> Double {
    guard confidence > 0, confidence < 1 else {
      throw EvaluationError(.invalidOption, "a confidence of \(confidence); between 0 and 1 is needed")
    }
    guard sharpeRatio > benchmark else { return .infinity }
    let z = NormalDistribution.quantile(confidence) / (sharpeRatio - benchmark)
    return 1 + spread(at: sharpeRatio) * z * z
  }
}
