import Foundation

/// How much each parameter decides whether a trial is among the best: PED-ANOVA.
///
/// The share of a parameter is the Pearson divergence of its values in the best trials from those in all, on a grid of at most
/// 50 values. Source: Watanabe, Bansal and Hutter, "PED-ANOVA" (IJCAI 2023); conditional parameters as in Optuna 5.
public struct PEDANOVA: Sendable, Hashable {
  /// The share of trials that are the best; above 0 and below 1.
  public let quantile: Double

  /// Makes the measure.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(quantile: Double = 0.1) throws(TuningError) {
    guard quantile > 0, quantile < 1 else {
      throw TuningError(.invalidOption, "quantile \(quantile); above 0 and below 1")
    }
    self.quantile = quantile
  }

  /// The importance of each parameter, the largest first; not negative, and without an upper bound.
  ///
  /// - Parameters:
  ///   - trials: The trials; only complete ones with finite objectives count.
  ///   - directions: Which objectives are better; with several the best trials are those of the first ranks.
  public func evaluate(_ trials: [TrialRecord], directions: [Direction]) -> [(name: String, importance: Double)] {
    let region = trials.filter { $0.state == .complete && $0.values.allSatisfy(\.isFinite) }
    var names: [String] = []
    for trial in region {
      for parameter in trial.parameters where !names.contains(parameter.name) { names.append(parameter.name) }
    }
    guard region.count > 1 else { return names.map { ($0, 0) } }
    let target = best(region, directions)
    let share = Double(target.count) / Double(region.count)
    let numbers = Set(target.map(\.number))
    let importances = names.map { name in
      (name, share * share * importance(name, region, numbers))
    }
    return importances.enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }.map(\.element)
  }

  private func best(_ trials: [TrialRecord], _ directions: [Direction]) -> [TrialRecord] {
    let count = Int((quantile * Double(trials.count)).rounded(.up))
    if directions.count > 1 {
      let losses = trials.map { trial in zip(directions, trial.values).map { $0.loss($1) } }
      return Nondomination.best(count, of: losses).map { trials[$0] }
    }
    let losses = trials.map { directions[0].loss($0.values[0]) }
    let limit = losses.sorted()[count - 1]
    return zip(trials, losses).filter { $0.1 <= limit }.map(\.0)
  }

  private func importance(_ name: String, _ region: [TrialRecord], _ best: Set<Int>) -> Double {
    var regimes: [Distribution: [TrialRecord]] = [:]
    for trial in region {
      if let parameter = trial.parameter(name) { regimes[parameter.distribution, default: []].append(trial) }
    }
    var total = 0.0
    // Regimes are summed in the order of their first trials, so that the sum is always the same.
    for (distribution, trials) in regimes.sorted(by: { $0.value[0].number < $1.value[0].number }) {
      let good = trials.filter { best.contains($0.number) }
      guard trials.count >= 2, !distribution.isSingle, !good.isEmpty else { continue }
      let goodShare = Double(good.count) / Double(best.count)
      let share = Double(trials.count) / Double(region.count)
      let top = GridDensity(name, distribution, good)
      let all = GridDensity(name, distribution, trials)
      let divergence = zip(top.shares, all.shares).reduce(0) { sum, pair in
        let ratio = (pair.0 + 1e-12) / (pair.1 + 1e-12) - 1
        return sum + (pair.1 + 1e-12) * ratio * ratio
      }
      total += goodShare * goodShare / share * divergence
    }
    return total
  }
}

/// The density of a parameter's values on a grid, by kernels of Scott's width.
struct GridDensity {
  /// The probability of each place of the grid.
  let shares: [Double]

  init(_ name: String, _ distribution: Distribution, _ trials: [TrialRecord]) {
    let positions = trials.compactMap { $0.parameter(name)?.position }
    if let choices = distribution.choices {
      var counts = [Int](repeating: 0, count: choices)
      for position in positions { counts[Int(position)] += 1 }
      let kernels = ChoiceKernels(
        counts.indices.filter { counts[$0] > 0 }.map(Double.init), choices: choices, priorWeight: 1)
      shares = Self.shares(.choice(kernels), counts)
    } else {
      let counts = Self.counts(positions, distribution)
      shares = Self.shares(.numeric(Self.kernels(counts)), counts)
    }
  }

  private static func shares(_ dimension: ParzenDimension, _ counts: [Int]) -> [Double] {
    let weights = counts.filter { $0 > 0 }.map(Double.init) + [1]
    let estimator = ParzenEstimator(weights: weights, dimensions: [dimension])
    return estimator.logDensity([counts.indices.map(Double.init)]).map { exp($0) }
  }

  /// How many values fall to each place of a grid over the range, ties to the lower one.
  private static func counts(_ positions: [Double], _ distribution: Distribution) -> [Int] {
    var steps = 50
    if case .whole(let low, let high, true, _) = distribution {
      steps = min(Int((Foundation.log(Double(high - low + 1)) / Foundation.log(2)).rounded(.up)) + 1, steps)
    } else if let step = distribution.step {
      steps = min(Int(((distribution.high - distribution.low) / step).rounded(.toNearestOrEven)) + 1, steps)
    }
    let isLog = distribution.isLog
    let low = isLog ? Foundation.log(distribution.low) : distribution.low
    let high = isLog ? Foundation.log(distribution.high) : distribution.high
    var counts = [Int](repeating: 0, count: steps)
    let size = (high - low) / Double(steps - 1)
    for position in positions {
      let place = (((isLog ? Foundation.log(position) : position) - low) / size - 0.5).rounded(.up)
      counts[Int(min(max(place, 0), Double(steps - 1)))] += 1
    }
    return counts
  }

  private static func kernels(_ counts: [Int]) -> NumericKernels {
    let places = counts.indices.filter { counts[$0] > 0 }
    let weights = places.map { Double(counts[$0]) }
    let total = weights.reduce(0, +)
    let mean = zip(places, weights).reduce(0) { $0 + Double($1.0) * $1.1 } / total
    let squares = zip(places, weights).reduce(0) { $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1 }
    let deviation = (squares / max(1, total - 1)).squareRoot()
    var sums: [Double] = []
    for weight in weights { sums.append((sums.last ?? 0) + weight) }
    let first = sums.firstIndex { $0 >= (total / 4).rounded(.down) } ?? 0
    let third = sums.firstIndex { $0 > (total * 3 / 4).rounded(.down) } ?? sums.count
    let spread = Double(places[min(places.count - 1, third)] - places[first])
    let width = max(1.059 * min(spread / 1.34, deviation) * pow(total, -0.2), 0.5 / 1.64)
    let high = Double(counts.count - 1)
    return NumericKernels(
      centres: places.map(Double.init) + [high / 2],
      widths: [Double](repeating: width, count: places.count) + [high + 1],
      .whole(low: 0, high: counts.count - 1, log: false, step: 1), low: -0.5, high: high + 0.5, isLattice: true)
  }
}

extension Study {
  /// The importance of each parameter by ``PEDANOVA``, the largest first.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption` for a quantile that is not above 0 and below 1.
  public func importances(quantile: Double = 0.1) throws(TuningError) -> [(name: String, importance: Double)] {
    try PEDANOVA(quantile: quantile).evaluate(trials, directions: directions)
  }
}
