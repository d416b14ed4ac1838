import Compute
import Evaluation

/// What a search did, in short and to be kept with the model that came out of it; and what its success is worth, given how much was tried.
public struct TuningSummary: Sendable, Hashable, Codable {
  /// One trial.
  public struct Entry: Sendable, Hashable, Codable {
    /// The number, from 0.
    public let number: Int
    /// `complete`, `pruned` or `failed`.
    public let state: String
    /// The score; of a pruned trial the last one.
    public let value: Double?
    /// The options by name.
    public let parameters: [String: String]
    /// Rounds that were best, for complete trials.
    public let bestIteration: Int?
    /// Seconds it took.
    public let seconds: Double
  }

  /// The metric that was made best.
  public let metric: String
  /// Whether larger scores are better.
  public let isLargerBetter: Bool
  /// The seed.
  public let seed: UInt64
  /// Trials that have ended, by number.
  public let trials: [Entry]
  /// The number of the best trial; nil without a complete one.
  public let best: Int?
  /// Sharpe ratios (of one period) of the complete trials' returns.
  public let sharpeRatios: [Double]
  /// The probability that the best trial's Sharpe ratio is above what the best of as many useless trials would show, over all trials, those that were
  /// pruned or failed included, which scatter by the trials' own ratios or, where that is more, as the ratios of useless trials do by chance; nil without returns.
  public let deflatedSharpeRatio: Double?
  /// The probability that the trial which is best in one half of time is below the median in the other (CSCV); nil without returns of two trials.
  public let overfitting: Overfitting?

  /// The numbers of ``Evaluation/BacktestOverfitting``, without those of each way to cut time.
  public struct Overfitting: Sendable, Hashable, Codable {
    /// As ``Evaluation/BacktestOverfitting/probability``.
    public let probability: Double
    /// As ``Evaluation/BacktestOverfitting/degradation``.
    public let degradation: Double
    /// As ``Evaluation/BacktestOverfitting/probabilityOfLoss``.
    public let probabilityOfLoss: Double
  }

  /// Sums up trials.
  ///
  /// - Parameters:
  ///   - trials: Trials that have ended.
  ///   - best: The best of them.
  public init(_ trials: [TrialRecord], best: TrialRecord?, metric: String, isLargerBetter: Bool, seed: UInt64) {
    self.metric = metric
    self.isLargerBetter = isLargerBetter
    self.seed = seed
    self.trials = trials.map { trial in
      Entry(
        number: trial.number, state: trial.state.rawValue, value: trial.value,
        parameters: trial.parameterValues.mapValues(\.description), bestIteration: trial.bestIteration,
        seconds: max(0, (trial.ended ?? trial.started) - trial.started))
    }
    self.best = best?.number
    let returns = trials.filter { $0.state == .complete }.compactMap(\.returns)
    // Returns that do not vary, as of a trial that foretells the same always, have no ratio.
    let ratios = returns.compactMap { try? SharpeInference(returns: $0).sharpeRatio }  // Left out for that reason.
    sharpeRatios = ratios
    deflatedSharpeRatio = best?.returns.flatMap { own in
      // As above: then there is no ratio to deflate.
      guard let inference = try? SharpeInference(returns: own), ratios.count >= 2 else { return nil }
      // Trials of one search resemble each other and scatter less than useless ones would: by the error of a ratio of 0.
      let deviation = max(spread(ratios), 1 / Double(max(1, own.count - 1)).squareRoot())
      // Refuses only deviations that are not finite, which ratios that are have not.
      return try? inference.deflatedSharpeRatio(deviation: deviation, trials: trials.count)
    }
    let periods = returns.first?.count ?? 0
    let blocks = min(16, periods / 2 / 2 * 2)
    // Fewer than two trials, or trials of other lengths from an older journal, leave nothing to say: nil, as documented.
    let all = blocks >= 2 ? try? BacktestOverfitting(returns: returns, blocks: blocks) : nil
    overfitting = all.map {
      Overfitting(probability: $0.probability, degradation: $0.degradation, probabilityOfLoss: $0.probabilityOfLoss)
    }
  }

  /// The best trial.
  public var bestEntry: Entry? { trials.first { $0.number == best } }

  /// Number of trials in a state.
  public func count(_ state: TrialState) -> Int { trials.count { $0.state == state.rawValue } }
}

/// The standard deviation (n).
private func spread(_ values: [Double]) -> Double {
  let centre = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
}
