import Compute
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Scores against scikit-learn") struct ScoreTests {
  struct File: Decodable { let cases: [Case] }

  struct Case: Decodable {
    let weighted: Int
    let w: [Double]
    let y: [Int]
    let s: [Double]
    let classes: Int
    let k: [Int]
    let g: [Int]
    let shares: [Double]
    let t: [Double]
    let p: [Double]
    let scores: [String: Double?]
    let curves: [String: [Double]]?

    var weights: [Double]? { weighted == 1 ? w : nil }
    var labels: [Double] { y.map(Double.init) }
  }

  /// Tolerance 1e-12, also absolute for scores near 0: sums are taken in another order than numpy's.
  private func isSame(_ a: Double, _ b: Double) -> Bool {
    a == b || abs(a - b) <= 1e-12 * max(1, abs(b)) || (a.isNaN && b.isNaN)
  }

  private func found(_ own: Case) throws -> [String: Double] {
    let weights = own.weights
    let matrix = try ConfusionMatrix(labels: own.k, predictions: own.g, classes: own.classes, weights: weights)
    let averages = matrix.weightedScores
    func area(_ average: ClassAverage) throws -> Double {
      try rocAUCOneVersusRest(
        labels: own.k, scores: own.shares, classes: own.classes, average: average, weights: weights)
    }
    return [
      "auc": try rocAUC(labels: own.labels, scores: own.s, weights: weights),
      "average_precision":
        try PrecisionRecallCurve(labels: own.labels, scores: own.s, weights: weights).averagePrecision,
      "brier": try brierScore(labels: own.y, probabilities: own.s, weights: weights),
      "brier_multi":
        try brierScore(labels: own.k, probabilities: own.shares, classes: own.classes, weights: weights),
      "balanced": matrix.balancedAccuracy(), "balanced_adjusted": matrix.balancedAccuracy(adjusted: true),
      "mcc": matrix.matthewsCorrelation, "kappa": matrix.cohenKappa, "fbeta": matrix.fScore(1, beta: 0.5),
      "weighted_precision": averages.precision, "weighted_recall": averages.recall, "weighted_f1": averages.f1,
      "ovr": try area(.macro), "ovr_weighted": try area(.weighted),
      "ovo": try rocAUCOneVersusOne(labels: own.k, scores: own.shares, classes: own.classes),
      "ovo_weighted":
        try rocAUCOneVersusOne(labels: own.k, scores: own.shares, classes: own.classes, average: .weighted),
      "top2": try topKAccuracy(labels: own.k, scores: own.shares, classes: own.classes, k: 2, weights: weights),
      "pinball": try pinballLoss(labels: own.t, predictions: own.p, quantile: 0.9, weights: weights),
      "mape": try meanAbsolutePercentageError(labels: own.t, predictions: own.p, weights: weights),
      "max_error": try maximumError(labels: own.t, predictions: own.p),
      "median_ae": try medianAbsoluteError(labels: own.t, predictions: own.p, weights: weights),
      "explained": try explainedVariance(labels: own.t, predictions: own.p, weights: weights),
    ]
  }

  @Test("200 random cases with weights and ties equal the originals to 1e-12")
  func cases() throws {
    let file = try Golden.read("scores.json", as: File.self)
    #expect(file.cases.count == 200)
    for (seed, own) in file.cases.enumerated() {
      let found = try found(own)
      #expect(found.keys.sorted() == own.scores.keys.sorted())
      for (name, value) in own.scores {
        let mine = try #require(found[name])
        #expect(isSame(mine, value ?? .nan), "case \(seed), \(name): \(mine), \(value ?? .nan)")
      }
    }
  }

  @Test("ROC and precision-recall curves have the originals' points")
  func curves() throws {
    var compared = 0
    for (seed, own) in try Golden.read("scores.json", as: File.self).cases.enumerated() {
      guard let expected = own.curves else { continue }
      let corners = try ROCCurve(labels: own.labels, scores: own.s, weights: own.weights)
      let all = try ROCCurve(labels: own.labels, scores: own.s, weights: own.weights, dropsIntermediate: false)
      let precision = try PrecisionRecallCurve(labels: own.labels, scores: own.s, weights: own.weights)
      #expect(corners.thresholds[0] == .infinity)
      let found = [
        "fpr": corners.falsePositiveRates, "tpr": corners.truePositiveRates,
        "thr": Array(corners.thresholds.dropFirst()),
        "fpr2": all.falsePositiveRates, "tpr2": all.truePositiveRates, "thr2": Array(all.thresholds.dropFirst()),
        "precision": precision.precisions, "recall": precision.recalls, "pr_thr": precision.thresholds,
      ]
      for (name, points) in expected {
        let mine = try #require(found[name])
        #expect(mine.count == points.count && zip(mine, points).allSatisfy { isSame($0, $1) }, "case \(seed), \(name)")
        compared += 1
      }
    }
    #expect(compared == 80 * 9)
  }

  @Test("what scikit-learn warns of is defined")
  func degenerate() throws {
    let none = try PrecisionRecallCurve(labels: [0, 0], scores: [0.1, 0.2])
    #expect(none.averagePrecision == 0 && none.recalls == [1, 1, 0])
    #expect(try ConfusionMatrix(labels: [0, 0], predictions: [0, 0], classes: 2).matthewsCorrelation == 0)
    #expect(try ConfusionMatrix(labels: [0, 0], predictions: [0, 0], classes: 2).cohenKappa.isNaN)
    #expect(try explainedVariance(labels: [1, 1], predictions: [2, 2]) == 1)
    #expect(try intervalCoverage(labels: [1, 2, 3], lower: [1, 3, -.infinity], upper: [1, 4, .infinity]) == 2.0 / 3)
  }

  @Test("bad input is refused with what was given")
  func refused() throws {
    #expect { try ROCCurve(labels: [1, 1], scores: [1, 2]) } throws: { "\($0)".contains("both classes") }
    #expect { try ROCCurve(labels: [1, 0], scores: [.nan, 2]) } throws: { "\($0)".contains("row 0") }
    #expect { try topKAccuracy(labels: [0], scores: [1, 2], classes: 2, k: 0) } throws: { "\($0)".contains("k is 0") }
    #expect { try topKAccuracy(labels: [2], scores: [1, 2], classes: 2) } throws: { "\($0)".contains("class 2") }
    #expect { try topKAccuracy(labels: [0], scores: [1], classes: 2) } throws: { "\($0)".contains("1 scores") }
    #expect { try brierScore(labels: [0], probabilities: [1.5]) } throws: { "\($0)".contains("0...1") }
    #expect { try pinballLoss(labels: [0], predictions: [1], quantile: 2) } throws: { "\($0)".contains("quantile 2") }
    #expect { try rocAUCOneVersusRest(labels: [0, 0], scores: [1, 2, 3, 4], classes: 2) } throws: {
      "\($0)".contains("no rows")
    }
    #expect { try intervalCoverage(labels: [0], lower: [2], upper: [1]) } throws: { "\($0)".contains("2.0...1.0") }
  }

  @Test("information coefficients are correlations of periods")
  func coefficient() throws {
    // By hand: perfect order in period 1, the reverse in 2, one row in 3.
    let own = try InformationCoefficient(
      predictions: [1, 2, 4, 3, 2, 1, 5], outcomes: [1, 2, 3, 1, 2, 3, 9], periods: [1, 1, 1, 2, 2, 2, 3])
    #expect(own.periods == [1, 2, 3])
    #expect(isClose(own.values[0], 0.98198050606196574, relative: 1e-14) && own.values[1] == -1 && own.values[2].isNaN)
    #expect(own.rankValues[0] == 1 && own.rankValues[1] == -1 && own.rankMean == 0 && own.rankRatio == 0)
    #expect(abs(own.mean - (0.98198050606196574 - 1) / 2) < 1e-15)
    #expect(try InformationCoefficient(predictions: [1, 1], outcomes: [1, 2]).values[0].isNaN)
    // Ties take mean ranks: scipy.stats.spearmanr([1, 1, 2, 3], [1, 2, 2, 4]) = 0.8333333333333334.
    let tied = try InformationCoefficient(predictions: [1, 1, 2, 3], outcomes: [1, 2, 2, 4])
    #expect(isClose(tied.rankValues[0], 0.8333333333333334, relative: 1e-14))
  }

  @Test("bootstrap intervals cover a mean as often as they say, also of overlapping rows in blocks")
  func bootstrap() throws {
    var random = RandomStream(seed: 5)
    var hits = ["rows": 0, "blocks": 0, "stationary": 0, "overlap": 0]
    let runs = 200
    for _ in 0..<runs {
      let plain = (0..<200).map { _ in random.normal() }
      // Sums of ten neighbours: the mean of 191 of them varies ten times as much as that of independent rows.
      let overlapping = (0..<191).map { plain[$0..<$0 + 10].reduce(0, +) }
      func covers(_ values: [Double], _ resampling: Resampling) throws -> Bool {
        let interval = try bootstrapInterval(
          rows: values.count, resampling: resampling, resamples: 200, confidence: 0.9, seed: 3
        ) { rows in rows.reduce(0) { $0 + values[$1] } / Double(rows.count) }
        return interval.lower <= 0 && 0 <= interval.upper
      }
      if try covers(plain, .independent) { hits["rows", default: 0] += 1 }
      if try covers(overlapping, .blocks(length: 30)) { hits["blocks", default: 0] += 1 }
      if try covers(overlapping, .stationary(meanLength: 30)) { hits["stationary", default: 0] += 1 }
      if try covers(overlapping, .independent) { hits["overlap", default: 0] += 1 }
    }
    let shares = hits.mapValues { Double($0) / Double(runs) }
    #expect(shares["rows"]! > 0.84 && shares["rows"]! < 0.95, "\(shares)")
    // Also of six blocks, for which plain percentiles cover some 80 %; rows by themselves are far worse.
    #expect(shares["blocks"]! > 0.84 && shares["stationary"]! > 0.84 && shares["overlap"]! < 0.55, "\(shares)")
  }

  @Test("tails are cut where Student's t of the parts puts them")
  func expanded() {
    // Samples 0...1000: a quantile is the share times 1000. scipy: norm.cdf(-t.ppf(q, b - 1) * sqrt(b / (b - 1))).
    let samples = (0...1000).map { Double($0) }.reversed() + [Double.nan]
    let cases: [(parts: Int, confidence: Double, tail: Double)] = [
      (5, 0.95, 0.0009541005518824907), (5, 0.9, 0.008574974191188755), (100, 0.95, 0.023064387207087644),
      (2, 0.95, 1.6952190726058738e-72),
    ]
    for (parts, confidence, tail) in cases {
      let found = expandedInterval(7, samples: samples, parts: parts, confidence: confidence)
      #expect(found.value == 7 && abs(found.lower - 1000 * tail) < 1e-9)
      #expect(abs(found.upper - 1000 * (1 - tail)) < 1e-9)
    }
    #expect(expandedInterval(7, samples: samples, parts: 1, confidence: 0.95).lower.isNaN)
  }

  @Test("an AUC's interval counts its blocks")
  func blocksOfArea() throws {
    var random = RandomStream(seed: 8)
    let labels = (0..<400).map { _ in random.uniform() < 0.5 ? 1.0 : 0 }
    let scores = labels.map { $0 + random.normal() }
    let area = areaUnderCurve(scores: scores, labels: labels)
    func interval(_ length: Int, _ confidence: Double = 0.95) throws -> ScoreInterval {
      try rocAUCInterval(labels: labels, scores: scores, blockLength: length, confidence: confidence)
    }
    #expect(try interval(1).value == area)
    let lone = try interval(300)
    #expect(lone.value == area && lone.lower.isNaN && lone.upper.isNaN)
    // An interval of 95 % is 3.75 times as wide as one of 50 % for five blocks, and 2.91 times for four hundred.
    func ratio(_ length: Int) throws -> Double {
      let (wide, narrow) = (try interval(length), try interval(length, 0.5))
      return (wide.upper - wide.lower) / (narrow.upper - narrow.lower)
    }
    let (few, many) = (try ratio(80), try ratio(1))
    #expect(few > 3.3 && many < 3.2, "\(few) \(many)")
  }

  @Test("the same draws at any number of threads, and options are checked")
  func draws() throws {
    func interval(_ threads: Int) throws -> ScoreInterval {
      try bootstrapInterval(rows: 50, resampling: .blocks(length: 7), resamples: 100, threads: threads) { rows in
        Double(rows.reduce(0, +))
      }
    }
    #expect(try interval(1) == interval(3))
    #expect { try bootstrapInterval(rows: 5, resampling: .blocks(length: 0)) { _ in 0 } } throws: {
      "\($0)".contains("0 rows")
    }
    #expect { try bootstrapInterval(rows: 5, resampling: .independent, confidence: 1) { _ in 0 } } throws: {
      "\($0)".contains("confidence 1")
    }
    let none = try bootstrapInterval(rows: 5, resampling: .independent) { _ in .nan }
    #expect(none.lower.isNaN && none.upper.isNaN)
    // One block and a half cannot tell how blocks differ.
    let single = try bootstrapInterval(rows: 30, resampling: .blocks(length: 20)) { Double($0[0]) }
    #expect(single.lower.isNaN && single.upper.isNaN)
  }
}
