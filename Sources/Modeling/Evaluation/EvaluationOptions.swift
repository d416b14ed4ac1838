public import Evaluation

/// How ``ModelEvaluator`` judges a bundle.
public struct EvaluationOptions: Sendable {
  /// Which rows are predicted, and by which model.
  public enum Method: Sendable, Hashable {
    /// Folds in the order of time, each predicted by a model that is trained anew with the bundle's options on what was known before.
    case walkForward(WalkForwardSplit)
    /// The bundle's own model on rows after the last one of the data it was made from.
    case laterRows
  }

  /// Which rows are predicted.
  public var method: Method
  /// Costs and limits of the backtest; capital is shared evenly by the symbols.
  public var backtest = BacktestOptions()
  /// A position is taken where a prediction's signal is farther from 0 than this, at least 0: P(up) − P(down) for classes, the return for returns.
  public var threshold = 0.0
  /// Share of a symbol's capital that a position is worth at the first tested price, above 0, at most 1.
  public var positionShare = 0.5
  /// Configurations that were tried before this one was chosen, for the deflated Sharpe ratio; nil for what the bundle says, else 1.
  public var trials: Int?
  /// Bootstrap samples of each interval, at least 20; intervals of few blocks reach into tails that few samples do not have.
  public var resamples = 1000
  /// Confidence of the intervals, between 0 and 1.
  public var confidence = 0.95
  /// Test rows by which features are explained, at least 50, evenly spaced over the last fold's.
  public var explainedRows = 2000
  /// Shufflings of each feature, at least 1.
  public var repeats = 3
  /// Features whose dependence is drawn, at least 1.
  public var features = 6
  /// Features within this distance, 1 − |Spearman's ρ| on average, are shuffled as one; in 0...1.
  public var clusterDistance = 0.5
  /// Seed of bootstrap, shufflings and samples.
  public var seed: UInt64 = 1
  /// Threads, 0 for all processors; the verdict is the same for any number.
  public var threads = 0

  /// Makes options with five walk-forward folds.
  public init() throws(EvaluationError) { method = .walkForward(try WalkForwardSplit(folds: 5)) }

  func check() throws(ModelingError) {
    do {
      _ = try Backtest(backtest)
    } catch {
      throw ModelingError(.invalidOption, error.message)
    }
    let isSound =
      threshold >= 0 && threshold.isFinite && positionShare > 0 && positionShare <= 1 && (trials ?? 1) >= 1
      && resamples >= 20 && confidence > 0 && confidence < 1 && explainedRows >= 50 && repeats >= 1 && features >= 1
      && (0...1).contains(clusterDistance) && threads >= 0
    guard isSound else {
      throw ModelingError(
        .invalidOption,
        "threshold \(threshold), position share \(positionShare), trials \(trials ?? 1), resamples \(resamples), confidence \(confidence), "
          + "explained rows \(explainedRows), repeats \(repeats), features \(features), cluster distance \(clusterDistance), threads \(threads); at "
          + "least 0, in 0...1 and not 0, at least 1, at least 20, between 0 and 1, at least 50, at least 1, at least 1, in 0...1, at least 0"
      )
    }
  }
}
