import Foundation

/// Asynchronous successive halving: at each rung only the better share of those that reached it goes on.
///
/// Source: Li et al., "A system for massively parallel hyperparameter tuning" (MLSys 2020). A rung is `minResource` times a power
/// of `reductionFactor`.
public struct SuccessiveHalvingPruner: Pruner, Hashable {
  private let minResource: Int?
  private let reductionFactor: Int
  private let minEarlyStoppingRate: Int
  private let bootstrapCount: Int

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - minResource: The step of the first rung, at least 1; nil is a hundredth of the last step of the first complete trial.
  ///   - reductionFactor: One in how many goes on; at least 2.
  ///   - minEarlyStoppingRate: Rungs to leave out at the bottom; at least 0.
  ///   - bootstrapCount: Trials at a rung up to which none goes on; at least 0, and 0 without `minResource`.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(
    minResource: Int? = nil, reductionFactor: Int = 4, minEarlyStoppingRate: Int = 0, bootstrapCount: Int = 0
  ) throws(TuningError) {
    guard minResource ?? 1 >= 1, reductionFactor >= 2, minEarlyStoppingRate >= 0, bootstrapCount >= 0 else {
      throw TuningError(
        .invalidOption,
        "minResource \(minResource ?? 1), reductionFactor \(reductionFactor), minEarlyStoppingRate "
          + "\(minEarlyStoppingRate), bootstrapCount \(bootstrapCount); at least 1, 2, 0 and 0")
    }
    guard bootstrapCount == 0 || minResource != nil else {
      throw TuningError(.invalidOption, "bootstrapCount \(bootstrapCount) without minResource; both or none")
    }
    self.minResource = minResource
    self.reductionFactor = reductionFactor
    self.minEarlyStoppingRate = minEarlyStoppingRate
    self.bootstrapCount = bootstrapCount
  }

  /// Compares the trial at each rung that it has reached.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    decide(trial, in: view) { _ in true }
  }

  /// As ``decide(_:in:)`` among the trials whose numbers compete.
  func decide(_ trial: TrialRecord, in view: StudyView, competes: (Int) -> Bool) -> PruningDecision {
    var rungs = trial.rungs
    guard let last = trial.lastReport,
      let resource = minResource ?? Self.resource(view.complete.filter { competes($0.number) })
    else { return PruningDecision(isPruned: false, rungs: rungs) }
    let loss = view.directions[0].loss(last.value)
    while Double(last.step) >= Double(resource)
      * pow(Double(reductionFactor), Double(minEarlyStoppingRate + rungs.count))
    {
      if last.value.isNaN { return PruningDecision(isPruned: true, rungs: rungs) }
      let rung = rungs.count
      rungs.append(last.value)
      var rivals = [loss]
      for other in view.finished where other.rungs.count > rung && competes(other.number) {
        rivals.append(view.directions[0].loss(other.rungs[rung]))
      }
      if rivals.count <= bootstrapCount { return PruningDecision(isPruned: true, rungs: rungs) }
      rivals.sort()
      // Too few for one to be the best share: the best of them goes on.
      let limit = rivals[max(rivals.count / reductionFactor - 1, 0)]
      if loss > limit { return PruningDecision(isPruned: true, rungs: rungs) }
    }
    return PruningDecision(isPruned: false, rungs: rungs)
  }

  private static func resource(_ complete: some Sequence<TrialRecord>) -> Int? {
    complete.lazy.compactMap { $0.lastReport?.step }.first { _ in true }.map { max($0 / 100, 1) }
  }
}
