import Foundation

/// Ends a trial whose best value so far is worse than a percentile of what others had at the same step.
public struct PercentilePruner: Pruner, Hashable {
  private let percentile: Double
  private let startupTrials: Int
  private let steps: PruningSteps
  private let minTrials: Int

  /// Makes the pruner.
  ///
  /// - Parameters:
  ///   - percentile: The share of trials to keep, in percent.
  ///   - startupTrials: Complete trials before which nothing is ended; at least 0.
  ///   - warmup: Steps before which nothing is ended; at least 0.
  ///   - interval: Steps between two looks; at least 1.
  ///   - minTrials: Values at the step that are needed; at least 1.
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(
    percentile: Double, startupTrials: Int = 5, warmup: Int = 0, interval: Int = 1, minTrials: Int = 1
  ) throws(TuningError) {
    guard (0...100).contains(percentile), startupTrials >= 0, minTrials >= 1 else {
      throw TuningError(
        .invalidOption,
        "percentile \(percentile), startupTrials \(startupTrials), minTrials \(minTrials); 0...100, at least 0 and 1")
    }
    self.percentile = percentile
    self.startupTrials = startupTrials
    steps = try PruningSteps(warmup: warmup, interval: interval)
    self.minTrials = minTrials
  }

  /// Makes the pruner that keeps the better half.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public static func median(
    startupTrials: Int = 5, warmup: Int = 0, interval: Int = 1, minTrials: Int = 1
  ) throws(TuningError) -> PercentilePruner {
    try PercentilePruner(
      percentile: 50, startupTrials: startupTrials, warmup: warmup, interval: interval, minTrials: minTrials)
  }

  /// The pruner that keeps the better half, with the usual settings.
  public static let median: PercentilePruner = {
    do { return try PercentilePruner(percentile: 50) } catch { preconditionFailure("\(error)") }
  }()

  /// Compares the trial's best value with those of complete trials.
  public func decide(_ trial: TrialRecord, in view: StudyView) -> PruningDecision {
    PruningDecision(isPruned: isPruned(trial, view), rungs: trial.rungs)
  }

  private func isPruned(_ trial: TrialRecord, _ view: StudyView) -> Bool {
    let direction = view.directions[0]
    var complete = 0
    var others: [Double] = []
    guard let step = trial.lastReport?.step else { return false }
    for other in view.complete {
      complete += 1
      if let report = other.reports.first(where: { $0.step == step }) { others.append(report.value) }
    }
    guard complete > 0, complete >= startupTrials, steps.includes(step, of: trial.reports) else { return false }
    let own = trial.reports.filter { !$0.value.isNaN }.map { direction.loss($0.value) }
    guard let best = own.min() else { return true }
    guard others.count >= minTrials else { return false }
    let limit = Self.percentile(others, direction == .minimize ? percentile : 100 - percentile)
    return limit.isNaN ? false : best > direction.loss(limit)
  }

  /// A percentile with linear interpolation; values that are no numbers are left out; NaN without others.
  static func percentile(_ values: [Double], _ percent: Double) -> Double {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return .nan }
    let place = percent / 100 * Double(sorted.count - 1)
    let lower = min(Int(place.rounded(.down)), sorted.count - 1)
    let upper = min(lower + 1, sorted.count - 1)
    let share = place - Double(lower)
    let gap = sorted[upper] - sorted[lower]
    if gap == 0 || share == 0 { return sorted[lower] }
    // From the nearer end, so that it is the same from both sides.
    return share >= 0.5 ? sorted[upper] - gap * (1 - share) : sorted[lower] + gap * share
  }
}
