import Compute
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Drift, conformal intervals, temperature") struct DriftTests {
  /// scipy 1.17: ks_2samp(method="asymp") and wasserstein_distance of the same numbers.
  @Test("Kolmogorov-Smirnov and Wasserstein distances are scipy's")
  func distances() throws {
    let x = [0.1, 0.4, 0.4, 0.7, 1.2, 1.5, 2.0, 2.2]
    let y = [0.4, 0.9, 1.2, 1.9, 2.5, 3.1]
    let drift = try FeatureDrift(reference: x, current: y)
    #expect(isClose(drift.ksStatistic, 0.3333333333333333, relative: 1e-12))
    #expect(isClose(drift.wasserstein, 0.6041666666666667, relative: 1e-12))
    let same = try FeatureDrift(reference: x, current: x)
    #expect(
      same.ksStatistic == 0 && same.ksPValue == 1 && same.wasserstein == 0 && same.stabilityIndex == 0
        && !same.hasDrifted)
    // A shift by a constant moves every row by it.
    let moved = try FeatureDrift(reference: x, current: x.map { $0 + 3 })
    #expect(isClose(moved.wasserstein, 3, relative: 1e-12) && moved.hasDrifted && moved.stabilityIndex > 0.25)
  }

  @Test("the stability index sees moves to either side of a value that many rows share; narrow intervals do not cross")
  func ties() throws {
    let flat = [Double](repeating: 1, count: 100)
    #expect(try FeatureDrift(reference: flat, current: flat).stabilityIndex == 0)
    #expect(try FeatureDrift(reference: flat, current: flat.map { $0 - 1 }).stabilityIndex > 1)
    #expect(try FeatureDrift(reference: flat, current: flat.map { $0 + 1 }).stabilityIndex > 1)
    let narrow = try ConformalInterval(labels: [0, 0, 0], lower: [-3, -3, -3], upper: [3, 3, 3], missRate: 0.5)
    #expect(narrow.margin == -3 && narrow.interval(lower: 0, upper: 1) == (0.5, 0.5))
  }

  @Test("the p-value of equal distributions is small as often as it says")
  func level() throws {
    var random = RandomStream(seed: 1)
    var small = 0
    for _ in 0..<400 {
      let drift = try FeatureDrift(
        reference: (0..<300).map { _ in random.normal() }, current: (0..<300).map { _ in random.normal() })
      if drift.ksPValue < 0.05 { small += 1 }
    }
    // The asymptotic test is a little shy of its level: binomial(400, 0.035) is 5...25 with a chance of 0.99.
    #expect(5...27 ~= small, "\(small)")
  }

  @Test("missing values are left out; columns without values, infinite ones and new categories are named")
  func edges() throws {
    let gaps = try FeatureDrift(reference: [1, .nan, 2], current: [.nan, 1, 2])
    #expect(gaps.rows.reference == 2 && gaps.rows.current == 2 && gaps.ksStatistic == 0)
    #expect(throws: EvaluationError.self) { try FeatureDrift(reference: [.nan], current: [1]) }
    #expect(throws: EvaluationError.self) { try FeatureDrift(reference: [1], current: [.infinity]) }
    #expect(try CategoryDrift(reference: ["a", "b"], current: ["a", "c"]).pValue == 0)
    #expect(try CategoryDrift(reference: ["a"], current: ["a"]).pValue == 1)
  }

  /// scipy.stats.chisquare([30, 50, 20], [25, 50, 25]): statistic 2, p = exp(−1).
  @Test("chi-squared is the closed form for two degrees of freedom")
  func categories() throws {
    let reference =
      Array(repeating: "a", count: 25) + Array(repeating: "b", count: 50) + Array(repeating: "c", count: 25)
    let current = Array(repeating: "a", count: 30) + Array(repeating: "b", count: 50) + Array(repeating: "c", count: 20)
    let drift = try CategoryDrift(reference: reference, current: current)
    #expect(
      drift.statistic == 2 && drift.degreesOfFreedom == 2 && isClose(drift.pValue, 0.36787944117144233, relative: 1e-12)
    )
  }

  @Test("split conformal intervals hold their share on new rows")
  func conformal() throws {
    var random = RandomStream(seed: 4)
    var (hits, quantileHits, total) = (0, 0, 0)
    for _ in 0..<100 {
      let labels = (0..<99).map { _ in random.normal() }
      let own = try ConformalInterval(labels: labels, predictions: labels.map { _ in 0 }, missRate: 0.1)
      let quantile = try ConformalInterval(
        labels: labels, lower: labels.map { _ in -1 }, upper: labels.map { _ in 1 }, missRate: 0.1)
      for _ in 0..<100 {
        let truth = random.normal()
        let interval = own.interval(0)
        let wide = quantile.interval(lower: -1, upper: 1)
        if interval.lower <= truth, truth <= interval.upper { hits += 1 }
        if wide.lower <= truth, truth <= wide.upper { quantileHits += 1 }
        total += 1
      }
    }
    // Exactly 0.9 on average; the standard error of 100 calibrations is 0.003.
    #expect(abs(Double(hits) / Double(total) - 0.9) < 0.012 && abs(Double(quantileHits) / Double(total) - 0.9) < 0.012)
    let few = try ConformalInterval(labels: [1, 2], predictions: [0, 0], missRate: 0.1)
    #expect(few.margin == .infinity)
    #expect(try ConformalInterval(labels: [1, 4], predictions: [0, 0], scales: [1, 2], missRate: 0.4).margin == 2)
    #expect(throws: EvaluationError.self) { try ConformalInterval(labels: [1], predictions: [0], missRate: 0) }
    #expect(throws: EvaluationError.self) {
      try ConformalInterval(labels: [1], predictions: [0], scales: [0], missRate: 0.1)
    }
  }

  @Test("adaptive intervals keep their share where the market triples its noise, fixed ones do not")
  func adaptive() throws {
    var random = RandomStream(seed: 6)
    let errors = (0..<6000).map { abs(random.normal()) * ($0 < 3000 ? 1 : 3) }
    var adaptive = try AdaptiveConformalInterval(missRate: 0.1, stepSize: 0.02, window: 500)
    let fixed = try ConformalInterval(
      labels: Array(errors[..<1000]), predictions: [Double](repeating: 0, count: 1000), missRate: 0.1)
    var widths: [Double] = []
    for error in errors {
      widths.append(adaptive.margin)
      try adaptive.update(error: error)
    }
    let rows = 1000..<6000
    func report(_ upper: [Double]) throws -> CoverageReport {
      try CoverageReport(
        labels: Array(errors[rows]), lower: [Double](repeating: 0, count: rows.count), upper: upper, promised: 0.9,
        stretches: 5)
    }
    let moving = try report(Array(widths[rows]))
    let still = try report([Double](repeating: fixed.margin, count: rows.count))
    #expect(abs(moving.coverage - 0.9) < 0.012 && moving.pValue > 0.05, "\(moving.coverage)")
    #expect(moving.stretches.allSatisfy { abs($0.coverage - 0.9) < 0.05 })
    #expect(still.coverage < 0.75 && still.pValue < 1e-6 && still.stretches.map(\.rows).reduce(0, +) == 5000)
    #expect(throws: EvaluationError.self) { try adaptive.update(error: -1) }
    // Flat ticks: an empty interval misses, so the rate stays near what was asked and the next errors find intervals.
    var flat = try AdaptiveConformalInterval(missRate: 0.1)
    for _ in 0..<5000 { try flat.update(error: 0) }
    #expect(flat.current <= 1.01)
  }

  @Test("temperature undoes a factor in the scores")
  func temperature() throws {
    var random = RandomStream(seed: 8)
    let logits = (0..<20_000).map { _ in 2 * random.normal() }
    let labels = logits.map { random.uniform() < 1 / (1 + exp(-$0)) ? 1 : 0 }
    let found = try TemperatureScaling(labels: labels, scores: logits.map { $0 * 3 })
    #expect(abs(found.temperature - 3) < 0.15)
    // The derivative of the loss by 1/T is 0 at the found temperature: the mean score of hits equals its expectation.
    let probabilities = try found.probabilities(logits.map { $0 * 3 }, rows: logits.count)
    let gradient = logits.indices.reduce(0) { $0 + 3 * logits[$1] * (Double(labels[$1]) - probabilities[$1]) } / 20_000
    #expect(abs(gradient) < 1e-5)
    let two = try TemperatureScaling(labels: labels, scores: logits.map { _ in 0 } + logits.map { $0 * 3 })
    #expect(isClose(two.temperature, found.temperature, relative: 1e-7))
    let columns = try found.probabilities([0, 1, 2, 0, 3, 1], rows: 2)
    let pair = try found.probabilities([0, 0, 2, 3], rows: 2)
    let single = try found.probabilities([2, 3], rows: 2)
    #expect(abs(pair[2] - single[0]) < 1e-15 && abs(pair[3] - single[1]) < 1e-15)
    #expect(throws: EvaluationError.self) { try found.probabilities([1, 2, 3], rows: 2) }
    #expect(abs(columns[0] + columns[2] + columns[4] - 1) < 1e-15 && columns.count == 6)
    // A model that is sure and once wrong: its temperature is large, not at the other end of the range.
    let sure = try TemperatureScaling(
      labels: [1] + [Int](repeating: 0, count: 99), scores: [Double](repeating: -4000, count: 100))
    #expect(sure.temperature > 500)
    #expect(throws: EvaluationError.self) { try TemperatureScaling(labels: [0, 1], scores: [.infinity, 0]) }
  }
}
