/// What ends trials that are not worth going on with.
///
/// A pruner keeps no state of its own: what it decides follows from the trial and the view alone.
public protocol Pruner: Sendable {
  /// Judges a trial by its last intermediate value.
  func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision
}

/// What a pruner says.
public struct PruningDecision: Sendable, Hashable {
  /// Whether the trial should end.
  public var isPruned: Bool
  /// The values at the rungs that the trial has reached, for those who halve.
  var rungs: [Double]

  /// Makes a decision.
  public init(isPruned: Bool) {
    self.isPruned = isPruned
    rungs = []
  }

  init(isPruned: Bool, rungs: [Double]) {
    self.isPruned = isPruned
    self.rungs = rungs
  }
}

/// Never ends a trial.
public struct NopPruner: Pruner, Hashable {
  /// Makes the pruner.
  public init() {}

  /// Lets the trial go on.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision { PruningDecision(isPruned: false) }
}

/// The steps at which a pruner looks: those from `warmup` on, the first of each `interval`.
struct PruningSteps: Sendable, Hashable {
  let warmup: Int
  let interval: Int

  init(warmup: Int, interval: Int) throws(TuningError) {
    guard warmup >= 0, interval >= 1 else {
      throw TuningError(.invalidOption, "warmup \(warmup), interval \(interval); at least 0 and 1")
    }
    self.warmup = warmup
    self.interval = interval
  }

  func includes(_ step: Int, of reports: [TrialRecord.Report]) -> Bool {
    guard step >= warmup else { return false }
    let start = (step - warmup) / interval * interval + warmup
    let before = reports.reduce(-1) { $1.step > $0 && $1.step != step ? $1.step : $0 }
    return before < start
  }
}
