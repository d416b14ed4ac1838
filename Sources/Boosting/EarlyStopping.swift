/// Watches the validation scores and says when they have not improved for too long.
struct EarlyStopping {
  /// For each metric whether a larger value is better.
  private let isLargerBetter: [Bool]
  private let options: BoostingOptions
  /// Scores by round, one list a metric.
  private(set) var history: [[Double]]
  /// The best round of each metric, from 1.
  private(set) var bestRounds: [Int?]
  /// The metric that ended training, or the first.
  private(set) var decisive = 0

  init(_ options: BoostingOptions, _ customMetrics: [CustomMetric]) {
    self.options = options
    isLargerBetter = options.usedMetrics.map(\.isLargerBetter) + customMetrics.map(\.isLargerBetter)
    history = isLargerBetter.map { _ in [] }
    bestRounds = isLargerBetter.map { _ in nil }
  }

  /// The round of the best score, from 1, by the metric that ended training or else the first.
  ///
  /// Nil without a metric.
  var bestRound: Int? { bestRounds.isEmpty ? nil : bestRounds[decisive] }

  mutating func add(_ scores: [Double]) {
    for (index, score) in scores.enumerated() {
      history[index].append(score)
      guard let best = bestRounds[index].map({ history[index][$0 - 1] }) else {
        bestRounds[index] = 1
        continue
      }
      let gain = isLargerBetter[index] ? score - best : best - score
      // A metric that is not defined (the AUC of one class) gives way to any number.
      if best.isNaN ? !score.isNaN : gain > options.earlyStoppingMinDelta { bestRounds[index] = history[index].count }
    }
    guard options.earlyStoppingRounds > 0, let rounds = history.first?.count else { return }
    let watched = options.firstMetricOnly ? 0..<1 : history.indices
    if let over = watched.first(where: { rounds - (bestRounds[$0] ?? rounds) >= options.earlyStoppingRounds }) {
      decisive = over
      isOver = true
    }
  }

  private(set) var isOver = false
}
