/// Half the squared error: g = s − y, h = 1.
struct SquaredError: Loss {
  var scoreCount: Int { 1 }

  func check(_ labels: [Double]) throws(BoostingError) {}

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] { [weightedMean(labels, weights)] }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    for row in rows {
      let weight = weights?[row] ?? 1
      pairs[row] = GradientPair(gradient: Float((scores[row] - labels[row]) * weight), hessian: Float(weight))
    }
  }
}
