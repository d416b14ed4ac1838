/// Ends a trial that is worse than the best one on the same steps, by the signed-rank test: for steps that are folds or data sets.
///
/// The order of the steps does not matter, and the objective should be the mean of the intermediate values.
public struct WilcoxonPruner: Pruner, Hashable {
  private let pThreshold: Double
  private let startupSteps: Int

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - pThreshold: The p-value below which a trial is ended; 0...1.
  ///   - startupSteps: Common steps before which nothing is ended; at least 0.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(pThreshold: Double = 0.1, startupSteps: Int = 2) throws(TuningError) {
    guard (0...1).contains(pThreshold), startupSteps >= 0 else {
      throw TuningError(.invalidOption, "pThreshold \(pThreshold), startupSteps \(startupSteps); 0...1 and at least 0")
    }
    self.pThreshold = pThreshold
    self.startupSteps = startupSteps
  }

  /// Tests the differences to the best trial.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    PruningDecision(isPruned: isPruned(trial, view), rungs: trial.rungs)
  }

  private func isPruned(_ trial: TrialRecord, _ view: StudyView) -> Bool {
    let direction = view.directions[0]
    guard let best = view.best, !trial.reports.isEmpty, !best.reports.isEmpty,
      (trial.reports + best.reports).allSatisfy(\.value.isFinite)
    else { return false }
    let others = Dictionary(best.reports.map { ($0.step, direction.loss($0.value)) }) { first, _ in first }
    let differences = trial.reports.compactMap { report in
      others[report.step].map { direction.loss(report.value) - $0 }
    }
    guard differences.count >= max(2, startupSteps), SignedRankTest.pValueGreater(differences) < pThreshold else {
      return false
    }
    // A trial whose mean is better than the best one's is not ended, whatever the ranks say.
    return mean(best.reports, direction) < mean(trial.reports, direction)
  }

  private func mean(_ reports: [TrialRecord.Report], _ direction: Direction) -> Double {
    direction.loss(reports.reduce(0) { $0 + $1.value } / Double(reports.count))
  }
}
