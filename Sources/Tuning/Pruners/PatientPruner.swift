/// Lets a trial go on while it became better within the last steps; only then asks another pruner, or ends it.
public struct PatientPruner: Pruner {
  private let wrapped: (any Pruner)?
  private let patience: Int
  private let minDelta: Double

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - wrapped: Who decides once patience is over; nil ends the trial.
  ///   - patience: Steps without improvement to bear; at least 0.
  ///   - minDelta: By how much the last steps must be worse than those before; at least 0.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(_ wrapped: (any Pruner)? = nil, patience: Int, minDelta: Double = 0) throws(TuningError) {
    guard patience >= 0, minDelta >= 0 else {
      throw TuningError(.invalidOption, "patience \(patience), minDelta \(minDelta); at least 0")
    }
    self.wrapped = wrapped
    self.patience = patience
    self.minDelta = minDelta
  }

  /// Compares the best of the last steps with the best before them.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    let goOn = PruningDecision(isPruned: false, rungs: trial.rungs)
    guard trial.reports.count > patience + 1 else { return goOn }
    let losses = trial.reports.sorted { $0.step < $1.step }.map { view.directions[0].loss($0.value) }
    let before = losses.dropLast(patience + 1).filter { !$0.isNaN }.min()
    let after = losses.suffix(patience + 1).filter { !$0.isNaN }.min()
    guard let before, let after, before + minDelta < after else { return goOn }
    return wrapped?.decide(trial, in: view) ?? PruningDecision(isPruned: true, rungs: trial.rungs)
  }
}
