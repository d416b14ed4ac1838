/// Ends a trial whose value leaves a range, or is not a number.
public struct ThresholdPruner: Pruner, Hashable {
  private let lower: Double
  private let upper: Double
  private let steps: PruningSteps

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - lower: The least value that is allowed.
  ///   - upper: The largest one; not below `lower`.
  ///   - warmup: Steps before which nothing is ended; at least 0.
  ///   - interval: Steps between two looks; at least 1.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(
    lower: Double = -.infinity, upper: Double = .infinity, warmup: Int = 0, interval: Int = 1
  ) throws(TuningError) {
    guard lower <= upper, lower > -.infinity || upper < .infinity else {
      throw TuningError(.invalidOption, "lower \(lower), upper \(upper); in order, and one of them finite")
    }
    self.lower = lower
    self.upper = upper
    steps = try PruningSteps(warmup: warmup, interval: interval)
  }

  /// Looks at the last value.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    guard let last = trial.lastReport, steps.includes(last.step, of: trial.reports) else {
      return PruningDecision(isPruned: false, rungs: trial.rungs)
    }
    return PruningDecision(isPruned: !(last.value >= lower && last.value <= upper), rungs: trial.rungs)
  }
}
