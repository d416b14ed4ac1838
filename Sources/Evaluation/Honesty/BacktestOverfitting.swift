import Compute
import Foundation

/// The probability that the configuration which did best in sample does worse than the median out of sample (PBO).
///
/// Source: Bailey, Borwein, López de Prado and Zhu, "The probability of backtest overfitting" (2017): combinatorially symmetric cross-validation.
/// Time is cut into S blocks; for each of the C(S, S/2) ways to call half of them in-sample, the configuration of the best Sharpe ratio there is ranked among
/// all on the rest.
public struct BacktestOverfitting: Sendable, Hashable, Codable {
  /// Share of ways in which the best in sample was at or below the median out of sample: near 0.5 for luck, near 0 for skill that lasts.
  ///
  /// A way in which it stands at the median only because it ties with others counts half.
  public let probability: Double
  /// For each way the logit of the relative rank out of sample of the best in sample; at or below 0 where it was not above the median.
  public let logits: [Double]
  /// For each way the ratio of the best, in and out of sample.
  public let ratios: [Pair]
  /// Slope of out-of-sample on in-sample ratios: below 0 where a better past went with a worse future.
  public let degradation: Double
  /// Share of ways in which the best in sample lost money out of sample.
  public let probabilityOfLoss: Double

  /// Ratios of one way to cut time.
  public struct Pair: Sendable, Hashable, Codable {
    /// In sample.
    public let inSample: Double
    /// Out of sample.
    public let outOfSample: Double
  }

  /// Computes the probability.
  ///
  /// - Parameters:
  ///   - returns: For each configuration that was tried, its returns over the same periods, finite; at least two configurations.
  ///   - blocks: Even, 2...20, at most the number of periods halved.
  /// - Throws: ``EvaluationError``: `shapeMismatch`, `invalidLabel` for a return that is not finite, or `invalidOption` for the blocks.
  /// - Complexity: O(periods · configurations + C(S, S/2) · configurations · S).
  public init(returns: [[Double]], blocks: Int = 16) throws(EvaluationError) {
    let periods = returns.first?.count ?? 0
    guard returns.count >= 2, returns.allSatisfy({ $0.count == periods }) else {
      throw EvaluationError(
        .shapeMismatch,
        "\(returns.count) configurations of \(Set(returns.map(\.count)).sorted()) periods; at least 2 of one length")
    }
    guard blocks % 2 == 0, 2...20 ~= blocks, 2 * blocks <= periods else {
      throw EvaluationError(
        .invalidOption,
        "\(blocks) blocks of \(periods) periods; an even number in 2...20 with two periods a block at least")
    }
    guard returns.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw EvaluationError(.invalidLabel, "a return is not finite")
    }
    let sums = returns.map { series in
      (0..<blocks).map { block in
        Sums(series[block * periods / blocks..<(block + 1) * periods / blocks])
      }
    }
    var (logits, ratios): ([Double], [Pair]) = ([], [])
    var atMost = 0.0
    for choice in 0..<(1 << blocks) where choice.nonzeroBitCount == blocks / 2 {
      var inside: [Double] = []
      var outside: [Double] = []
      for own in sums {
        var (inner, outer) = (Sums(), Sums())
        for block in 0..<blocks {
          if choice >> block & 1 == 1 { inner.add(own[block]) } else { outer.add(own[block]) }
        }
        inside.append(inner.ratio)
        outside.append(outer.ratio)
      }
      guard let best = inside.indices.max(by: { inside[$0] < inside[$1] }) else { continue }
      let below = outside.count { $0 < outside[best] }
      let equal = outside.count { $0 == outside[best] }
      // Rank 1...n, ties by their mean; divided by n + 1 it is within 0..<1.
      let rank = (Double(below) + Double(equal + 1) / 2) / Double(returns.count + 1)
      let logit = log(rank / (1 - rank))
      logits.append(logit)
      atMost += logit < 0 ? 1 : logit > 0 ? 0 : equal > 1 ? 0.5 : 1
      ratios.append(Pair(inSample: inside[best], outOfSample: outside[best]))
    }
    self.logits = logits
    self.ratios = ratios
    probability = atMost / Double(logits.count)
    probabilityOfLoss = Double(ratios.count { $0.outOfSample < 0 }) / Double(ratios.count)
    let (meanIn, meanOut) = (mean(ratios.map(\.inSample)), mean(ratios.map(\.outOfSample)))
    let spread = ratios.reduce(0) { $0 + ($1.inSample - meanIn) * ($1.inSample - meanIn) }
    let common = ratios.reduce(0) { $0 + ($1.inSample - meanIn) * ($1.outOfSample - meanOut) }
    degradation = spread > 0 ? common / spread : .nan
  }

  /// Sums of a block's returns, enough for the ratio of any union of blocks.
  private struct Sums {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0

    init() {}

    init(_ values: ArraySlice<Double>) {
      count = Double(values.count)
      sum = compensatedSum(values)
      squares = compensatedSum(values.map { $0 * $0 })
    }

    mutating func add(_ other: Sums) {
      count += other.count
      sum += other.sum
      squares += other.squares
    }

    /// Mean over standard deviation; 0 for returns that do not vary and are 0, as of a strategy that never trades.
    var ratio: Double {
      let centre = sum / count
      let variance = (squares - sum * centre) / (count - 1)
      return variance > 0 ? centre / variance.squareRoot() : centre == 0 ? 0 : centre > 0 ? .infinity : -.infinity
    }
  }
}
