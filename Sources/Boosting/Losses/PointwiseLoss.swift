/// A loss whose derivatives at a row depend on that row's score and label alone.
protocol PointwiseLoss: Loss {
  /// First and second derivative by the score.
  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double)
}

extension PointwiseLoss {
  var scoreCount: Int { 1 }

  func check(_ labels: [Double]) throws(BoostingError) {}

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] { [weightedMean(labels, weights)] }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    for row in rows {
      let weight = weights?[row] ?? 1
      let (gradient, hessian) = derivatives(score: scores[row], label: labels[row])
      pairs[row] = GradientPair(gradient: Float(gradient * weight), hessian: Float(hessian * weight))
    }
  }
}
