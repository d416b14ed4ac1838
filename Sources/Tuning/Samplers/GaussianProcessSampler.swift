import Compute
import Foundation

/// Bayesian optimisation: a Gaussian process of the results, and the point at which it expects most improvement.
///
/// Good where trials are few and dear. With several objectives each trial weighs them at random (Knowles, "ParEGO", 2006). A trial
/// that breaks a constraint counts as bad as the worst. The time of a trial grows with the cube of the trials it looks at.
public struct GaussianProcessSampler: Sampler, Hashable {
  /// Complete trials before which values are drawn at random; at least 1.
  public let startupTrials: Int
  /// Most trials to look at, the best and the last ones; at least 10.
  public let trialLimit: Int

  /// Makes a sampler.
  ///
  /// - Throws: ``TuningError`` with code `invalidOption`.
  public init(startupTrials: Int = 10, trialLimit: Int = 200) throws(TuningError) {
    guard startupTrials >= 1, trialLimit >= 10 else {
      throw TuningError(
        .invalidOption, "startupTrials \(startupTrials), trialLimit \(trialLimit); at least 1 and 10")
    }
    self.startupTrials = startupTrials
    self.trialLimit = trialLimit
  }

  /// Draws the point of most expected improvement.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    let open = SearchSpace(space.parameters.filter { !$0.distribution.isSingle })
    var trials = view.complete.filter { trial in open.parameters.allSatisfy { trial.parameter($0.name) != nil } }
    guard trials.count >= startupTrials, !open.parameters.isEmpty else {
      return QuasiRandomSampler().joint(open, in: view, attempt: attempt)
    }
    var random = view.random(purpose("gp", attempt: attempt))
    var losses = losses(trials, view, &random)
    if trials.count > trialLimit {
      let best = losses.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }.prefix(trialLimit / 2)
      let kept = Set(best).union(losses.indices.suffix(trialLimit - best.count)).sorted()
      trials = kept.map { trials[$0] }
      losses = kept.map { losses[$0] }
    }
    let encoding = JointEncoding(open)
    var points = Self.points(trials, encoding)
    let mean = losses.reduce(0, +) / Double(losses.count)
    let deviation = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count)).squareRoot()
    var values = losses.map { ($0 - mean) / max(deviation, 1e-12) }
    let best = values.indices.min { values[$0] < values[$1] } ?? 0
    let incumbent = points[best]
    let least = values[best]
    // Trials that run are taken to come out at the mean, which keeps others away from them.
    for trial in view.running where open.parameters.allSatisfy({ trial.parameter($0.name) != nil }) {
      points += Self.points([trial], encoding)
      values.append(0)
    }
    let start = [Double](repeating: 0.5, count: encoding.count) + [0, -5]
    let short = [Double](repeating: 3, count: encoding.count) + [0, -3]
    let process = GaussianProcess(
      points, values, starts: points.count > 100 ? [start] : [start, short], steps: points.count > 100 ? 25 : 50)
    let search = AcquisitionSearch(process: process, least: least, encoding: encoding)
    return encoding.named(encoding.decode(search.best(near: incumbent, &random)))
  }

  /// Draws one parameter at random.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    RandomSampler().independent(name, distribution, in: view)
  }

  private static func points(_ trials: [TrialRecord], _ encoding: JointEncoding) -> [[Double]] {
    trials.map { trial in encoding.encode(encoding.space.parameters.map { trial.parameter($0.name)?.position ?? 0 }) }
  }

  /// One loss a trial; with several objectives the weighted worst, with weights of this trial.
  private func losses(_ trials: [TrialRecord], _ view: StudyView, _ random: inout RandomStream) -> [Double] {
    let rows = trials.map { trial in
      // A result without bounds is as bad as any that has some.
      zip(view.directions, trial.values).map { min(max($0.loss($1), -1e100), 1e100) }
    }
    var losses = rows.map { $0[0] }
    if view.directions.count > 1 {
      let raw = view.directions.map { _ in random.exponential() }
      let weights = raw.map { $0 / raw.reduce(0, +) }
      let lows = weights.indices.map { k in rows.map { $0[k] }.min() ?? 0 }
      let highs = weights.indices.map { k in rows.map { $0[k] }.max() ?? 1 }
      losses = rows.map { row in
        let parts = weights.indices.map { weights[$0] * (row[$0] - lows[$0]) / max(highs[$0] - lows[$0], 1e-12) }
        return (parts.max() ?? 0) + 0.05 * parts.reduce(0, +)
      }
    }
    let worst = zip(trials, losses).filter { $0.0.isFeasible }.map(\.1).max() ?? losses.max() ?? 0
    return zip(trials, losses).map { $0.isFeasible ? min($1, 1e100) : max(worst, $1) }
  }
}

/// The search for the point of most expected improvement (Jones, Schonlau and Welch 1998).
struct AcquisitionSearch {
  let process: GaussianProcess
  let least: Double
  let encoding: JointEncoding

  /// The best of many points that fill the space, and of steps from the best of them that become shorter.
  func best(near incumbent: [Double], _ random: inout RandomStream) -> [Double] {
    let coins = random.next()
    var found: [(score: Double, point: [Double])] = [(score(incumbent), incumbent)]
    let sequences = (0..<encoding.count).map {
      SobolSequence(dimension: $0 % SobolSequence.limit, coins: coins &+ UInt64($0))
    }
    for index in 0..<512 {
      let point = snapped(sequences.map { $0.coordinate(index) })
      found.append((score(point), point))
    }
    found.sort { $0.score > $1.score }
    var climbed = Array(found.prefix(4)) + [(score(incumbent), incumbent)]
    for start in climbed.indices {
      for step in 0..<80 {
        let reach = 0.2 * pow(0.93, Double(step))
        let isOne = random.uniform() < 0.5
        let only = random.index(below: encoding.count)
        let moved = climbed[start].point.enumerated().map { place, value in
          isOne && place != only ? value : min(1, max(0, value + reach * random.normal()))
        }
        let point = snapped(moved)
        let score = score(point)
        if score > climbed[start].score { climbed[start] = (score, point) }
      }
    }
    return climbed.max { $0.score < $1.score }?.point ?? incumbent
  }

  private func snapped(_ point: [Double]) -> [Double] { encoding.encode(encoding.decode(point)) }

  /// The logarithm of the expected improvement, which tells apart points where there is next to none.
  private func score(_ point: [Double]) -> Double {
    let (mean, variance) = process.predict(point)
    let deviation = variance.squareRoot()
    let z = (least - mean) / deviation
    if z < -6 {
      return -0.5 * z * z - NormalDistribution.logDensityScale - 2 * Foundation.log(-z) + Foundation.log(deviation)
    }
    let gain = z * NormalDistribution.cumulative(z) + NormalDistribution.density(z)
    return Foundation.log(max(gain, 1e-300)) + Foundation.log(deviation)
  }
}
