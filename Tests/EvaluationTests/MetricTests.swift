import Compute
import Evaluation
import TestSupport
import Testing

@Suite("Metrics against scikit-learn") struct MetricTests {
  private struct Golden: Decodable {
    let binary: [Int]
    let score: [Double]
    let weights: [Double]
    let classes: [Int]
    let predicted: [Int]
    let shares: [Double]
    let truth: [Double]
    let guess: [Double]
    let plain: [String: Double]
    let weighted: [String: Double]
    let confusion: [Double]
  }

  /// Tolerance 1e-12: sums are taken in another order than numpy's.
  @Test("every metric equals the original's, with ties and weights", arguments: [false, true])
  func metrics(isWeighted: Bool) throws {
    let golden = try TestSupport.Golden.read("metrics.json", as: Golden.self)
    let weights = isWeighted ? golden.weights : nil
    let expected = isWeighted ? golden.weighted : golden.plain
    let binary = try ConfusionMatrix(
      labels: golden.binary, predictions: golden.score.map { $0 > 0.5 ? 1 : 0 }, classes: 2, weights: weights)
    let multi = try ConfusionMatrix(
      labels: golden.classes, predictions: golden.predicted, classes: 4, weights: weights)
    let regression = try RegressionScores(labels: golden.truth, predictions: golden.guess, weights: weights)
    let found: [String: Double] = [
      "auc": try rocAUC(labels: golden.binary.map(Double.init), scores: golden.score, weights: weights),
      "log_loss": try logLoss(labels: golden.binary, probabilities: golden.score, weights: weights),
      "accuracy": binary.accuracy, "precision": binary.precision(1), "recall": binary.recall(1), "f1": binary.f1(1),
      "multi_log_loss": try logLoss(
        labels: golden.classes, probabilities: golden.shares, classes: 4, weights: weights),
      "multi_accuracy": multi.accuracy, "macro_precision": multi.macroPrecision, "macro_recall": multi.macroRecall,
      "macro_f1": multi.macroF1, "mse": regression.mse, "rmse": regression.rmse, "mae": regression.mae,
      "r2": regression.r2,
    ]
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, value) in expected { #expect(isClose(try #require(found[name]), value, relative: 1e-12), "\(name)") }
    if !isWeighted { #expect(multi.cells == golden.confusion) }
  }

  @Test("degenerate cases are defined as scikit-learn defines them")
  func degenerate() throws {
    #expect(try rocAUC(labels: [1, 1], scores: [0.2, 0.3]).isNaN)
    #expect(try rocAUC(labels: [0, 1, 1], scores: [0.5, 0.5, 0.5]) == 0.5)
    let none = try ConfusionMatrix(labels: [0, 0], predictions: [0, 0], classes: 2)
    #expect(none.precision(1) == 0 && none.recall(1) == 0 && none.f1(1) == 0)
    #expect(none.macroF1 == 1)
    #expect(try RegressionScores(labels: [2, 2], predictions: [2, 2]).r2 == 1)
    #expect(try RegressionScores(labels: [2, 2], predictions: [2, 3]).r2 == 0)
    // log_loss([1, 0], [0, 1]) of scikit-learn 1.9: clipped at the machine epsilon.
    #expect(isClose(try logLoss(labels: [1, 0], probabilities: [0, 1]), 36.04365338911715, relative: 1e-12))
  }

  @Test("bad input is refused")
  func refused() {
    #expect(throws: EvaluationError.self) { try rocAUC(labels: [0, 2], scores: [1, 2]) }
    #expect(throws: EvaluationError.self) { try rocAUC(labels: [0, 1], scores: [1]) }
    #expect(throws: EvaluationError.self) { try rocAUC(labels: [0, 1], scores: [1, .nan]) }
    #expect(throws: EvaluationError.self) { try rocAUC(labels: [], scores: []) }
    #expect(throws: EvaluationError.self) { try logLoss(labels: [0, 1], probabilities: [0.5, 1.5]) }
    #expect(throws: EvaluationError.self) { try ConfusionMatrix(labels: [2], predictions: [0], classes: 2) }
    #expect(throws: EvaluationError.self) {
      try RegressionScores(labels: [1], predictions: [1], weights: [-1])
    }
  }

  @Test("the bootstrap interval covers the true area about as often as it says")
  func interval() throws {
    // Two normals a distance d apart have the area Φ(d/√2); d = 0.5 gives 0.63816.
    var hits = 0
    for seed in 0..<60 {
      var random = RandomStream(seed: UInt64(seed), path: 77)
      let labels = (0..<400).map { _ in random.uniform() < 0.5 ? 1.0 : 0 }
      let scores = labels.map { $0 * 0.5 + random.normal() }
      let interval = try rocAUCInterval(labels: labels, scores: scores, blockLength: 5, seed: UInt64(seed))
      #expect(interval.lower < interval.value && interval.value < interval.upper)
      if interval.lower <= 0.63816, 0.63816 <= interval.upper { hits += 1 }
    }
    // 95 % of 60 are 57; with sampling error and the bootstrap's own, 51 would be three errors off.
    #expect(hits >= 51)
  }
}
