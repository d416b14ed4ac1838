import Compute
import Evaluation
import Foundation
import TestSupport
import Testing

/// Splits, calibration and return statistics beside scikit-learn, skfolio and empyrical.
@Suite("Against the originals") struct OriginalTests {
  struct File: Decodable {
    let splits: Splits
    let calibration: Calibration
    let returns: [Returns]
  }

  struct Splits: Decodable {
    let combinatorial: [Combinatorial]
    let ordered: [Ordered]
  }

  struct Combinatorial: Decodable {
    let rows: Int
    let folds: Int
    let test_folds: Int
    let purge: Int
    let embargo: Int
    let train: [[Int]]
    let test: [[Int]]
    let paths: [[Int]]
  }

  struct Ordered: Decodable {
    let rows: Int
    let folds: Int
    let gap: Int
    let train: [[Int]]
    let test: [[Int]]
  }

  struct Calibration: Decodable {
    let x: [Double]
    let y: [Double]
    let w: [Double]
    let grid: [Double]
    let platt: [Double]
    let platt_w: [Double]
    let isotonic: [Double]
    let isotonic_w: [Double]
    let q: [Double]
    let uniform: [[Double]]
    let quantile: [[Double]]
  }

  struct Returns: Decodable {
    let returns: [Double?]
    let benchmark: [Double]
    let found: [String: Double?]
  }

  private let file: File

  init() throws { file = try Golden.read("originals.json", as: File.self) }

  /// Rows a nanosecond apart whose labels are known `horizon` rows later.
  private func rows(_ count: Int, horizon: Int) throws -> LabelledRows {
    try LabelledRows(
      times: (0..<count).map(Int64.init), endTimes: (0..<count).map { Int64($0 + horizon) },
      symbols: [Int32](repeating: 0, count: count))
  }

  @Test(
    "combinatorial purged folds and paths are skfolio's where rows are periods and labels last as long as it purges")
  func combinatorial() throws {
    for own in file.splits.combinatorial {
      let split = try CombinatorialPurgedSplit(
        groups: own.folds, testGroups: own.test_folds, embargo: Int64(own.embargo))
      let found = try split.split(rows(own.rows, horizon: own.purge))
      #expect(found.folds.map(\.train) == own.train)
      #expect(found.folds.map(\.test) == own.test)
      #expect(found.foldOfGroup == own.paths)
      #expect(split.foldCount == own.train.count && split.pathCount == own.paths.count)
    }
  }

  @Test(
    "walk-forward folds are scikit-learn's TimeSeriesSplit where spans divide evenly, its gap being the labels' length")
  func ordered() throws {
    for own in file.splits.ordered {
      let folds = try WalkForwardSplit(folds: own.folds).split(rows(own.rows, horizon: own.gap))
      #expect(folds.map(\.train) == own.train && folds.map(\.test) == own.test)
    }
  }

  /// Tolerance 1e-4: scikit-learn stops its minimiser at a gradient of about 1e-5.
  @Test("Platt's curve is scikit-learn's, and lies lower in its own loss")
  func platt() throws {
    let own = file.calibration
    for (weights, expected) in [(nil, own.platt), (own.w, own.platt_w)] {
      let curve = try PlattScaling(labels: own.y, scores: own.x, weights: weights)
      for (score, value) in zip(own.grid, expected) { #expect(abs(curve(score) - value) < 1e-4) }
      // The gradient of the loss is 0 to rounding: a closed condition that the original meets to 1e-5.
      let positives = own.y.indices.reduce(0) { $0 + own.y[$1] * (weights?[$1] ?? 1) }
      let negatives = own.y.indices.reduce(0) { $0 + (1 - own.y[$1]) * (weights?[$1] ?? 1) }
      let targets = own.y.map { $0 > 0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
      let slope = own.x.indices.reduce(0) { $0 + (weights?[$1] ?? 1) * own.x[$1] * (curve(own.x[$1]) - targets[$1]) }
      let level = own.x.indices.reduce(0) { $0 + (weights?[$1] ?? 1) * (curve(own.x[$1]) - targets[$1]) }
      #expect(abs(slope) < 1e-9 && abs(level) < 1e-9)
    }
  }

  @Test("isotonic curves and reliability bins are scikit-learn's")
  func isotonic() throws {
    let own = file.calibration
    for (weights, expected) in [(nil, own.isotonic), (own.w, own.isotonic_w)] {
      let curve = try IsotonicCalibration(labels: own.y, scores: own.x, weights: weights)
      for (score, value) in zip(own.grid, expected) { #expect(abs(curve(score) - value) < 1e-12) }
      #expect(zip(curve.values, curve.values.dropFirst()).allSatisfy(<=))
    }
    for (binning, expected) in [(ReliabilityDiagram.Binning.uniform, own.uniform), (.quantile, own.quantile)] {
      let bins = try ReliabilityDiagram(labels: own.y, probabilities: own.q, bins: 8, binning: binning).bins
      #expect(zip(bins.map(\.observed), expected[0]).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(
        zip(bins.map(\.predicted), expected[1]).allSatisfy { abs($0 - $1) < 1e-12 } && bins.count == expected[0].count)
    }
  }

  /// Tolerance 1e-10 relative: powers of wealth to the 252nd of a period carry its rounding many times over.
  @Test("return statistics are empyrical's")
  func returns() throws {
    for own in file.returns {
      let statistics = try ReturnStatistics(own.returns.map { $0 ?? .nan })
      let line = try statistics.alphaBeta(against: own.benchmark)
      let found = [
        "total": statistics.totalReturn, "annual": statistics.annualReturn, "volatility": statistics.annualVolatility,
        "sharpe": statistics.sharpeRatio(), "sharpe_rf": statistics.sharpeRatio(riskFree: 0.001),
        "sortino": statistics.sortinoRatio(), "downside": statistics.downsideRisk(),
        "drawdown": statistics.maximumDrawdown,
        "calmar": statistics.calmarRatio, "omega": statistics.omegaRatio(), "tail": statistics.tailRatio,
        "var": statistics.valueAtRisk(), "cvar": statistics.conditionalValueAtRisk(), "stability": statistics.stability,
        "alpha": line.alpha, "beta": line.beta,
      ]
      #expect(found.keys.sorted() == own.found.keys.sorted())
      for (name, value) in own.found {
        let mine = try #require(found[name])
        #expect(
          isClose(mine, value ?? .nan, relative: 1e-10) || (mine.isNaN && value == nil),
          "\(name): \(mine) \(value ?? .nan)")
      }
    }
  }

  /// The numbers of empyrical's own tests (test_stats.py, Apache-2.0): annual return and Sharpe ratio of its mixed series.
  @Test("the published numbers of empyrical's tests")
  func published() throws {
    let mixed = try ReturnStatistics([.nan, 1, 10, -4, 2, 3, 2, 1, -10].map { $0 / 100 })
    #expect(isClose(mixed.sharpeRatio(), 1.7238613961706866, relative: 1e-8))
    #expect(isClose(mixed.annualReturn, 1.9135925373194231, relative: 1e-8))
    let negative = try ReturnStatistics([0, -6, -7, -1, -9, -2, -6, -8, -5].map { $0 / 100 })
    #expect(isClose(negative.sharpeRatio(), -24.406808633910085, relative: 1e-8))
  }
}
