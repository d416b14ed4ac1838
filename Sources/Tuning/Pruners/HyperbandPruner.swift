import Foundation

/// Hyperband: several brackets of successive halving that are more and less eager; each trial belongs to one.
///
/// Source: Li et al., "Hyperband" (JMLR 18, 2018). The bracket follows from the name of the study and the number of the trial, by
/// the check sum that Optuna uses.
public struct HyperbandPruner: Pruner, Hashable {
  private let minResource: Int
  private let maxResource: Int?
  private let reductionFactor: Int
  private let bootstrapCount: Int

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - minResource: The step of the first rung; at least 1.
  ///   - maxResource: The last step, at least `minResource`; nil is that of the first complete trial.
  ///   - reductionFactor: One in how many goes on; at least 2.
  ///   - bootstrapCount: Trials at a rung up to which none goes on; at least 0, and 0 without `maxResource`.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(
    minResource: Int = 1, maxResource: Int? = nil, reductionFactor: Int = 3, bootstrapCount: Int = 0
  ) throws(TuningError) {
    guard minResource >= 1, maxResource ?? minResource >= minResource, reductionFactor >= 2, bootstrapCount >= 0 else {
      throw TuningError(
        .invalidOption,
        "minResource \(minResource), maxResource \(maxResource ?? minResource), reductionFactor \(reductionFactor), "
          + "bootstrapCount \(bootstrapCount); at least 1, minResource, 2 and 0")
    }
    guard bootstrapCount == 0 || maxResource != nil else {
      throw TuningError(.invalidOption, "bootstrapCount \(bootstrapCount) without maxResource; both or none")
    }
    self.minResource = minResource
    self.maxResource = maxResource
    self.reductionFactor = reductionFactor
    self.bootstrapCount = bootstrapCount
  }

  /// Judges the trial within its bracket.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    guard
      let last = maxResource
        ?? view.complete.lazy.compactMap({ $0.lastReport.map { $0.step + 1 } }).first(where: { _ in true })
    else { return PruningDecision(isPruned: false, rungs: trial.rungs) }
    let budgets = budgets(maxResource: last)
    let bracket = Self.bracket(trial.number, study: view.name, budgets: budgets)
    do {
      let halving = try SuccessiveHalvingPruner(
        minResource: minResource, reductionFactor: reductionFactor, minEarlyStoppingRate: bracket,
        bootstrapCount: bootstrapCount)
      return halving.decide(trial, in: view) { Self.bracket($0, study: view.name, budgets: budgets) == bracket }
    } catch {
      preconditionFailure("the options were checked: \(error)")
    }
  }

  /// The shares of trials that the brackets take.
  package func budgets(maxResource: Int) -> [Int] {
    let ratio = Foundation.log(Double(maxResource) / Double(minResource)) / Foundation.log(Double(reductionFactor))
    let count = max(Int(ratio.rounded(.down)) + 1, 1)
    return (0..<count).map { bracket in
      let s = count - 1 - bracket
      return Int((Double(count) * pow(Double(reductionFactor), Double(s)) / Double(s + 1)).rounded(.up))
    }
  }

  /// The bracket of a trial.
  package static func bracket(_ number: Int, study: String, budgets: [Int]) -> Int {
    var place = Int(Checksum.crc32("\(study)_\(number)".utf8)) % budgets.reduce(0, +)
    for (bracket, budget) in budgets.enumerated() {
      place -= budget
      if place < 0 { return bracket }
    }
    return budgets.count - 1
  }
}
