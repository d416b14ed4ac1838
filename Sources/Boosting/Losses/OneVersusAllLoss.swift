import Foundation

/// One log-loss a class, each of that class against all others (LightGBM's `multiclassova`).
struct OneVersusAllLoss: Loss {
  let classes: Int
  let growth: BoostingOptions.Growth

  var scoreCount: Int { classes }

  func check(_ labels: [Double]) throws(BoostingError) {
    try SoftmaxLoss(classes: classes, growth: growth).check(labels)
  }

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    var shares = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() { shares[Int(label)] += weights?[row] ?? 1 }
    let total = shares.reduce(0, +)
    return shares.map { share in
      let p = min(max(share / max(total, 1e-300), 1e-15), 1 - 1e-15)
      return log(p / (1 - p))
    }
  }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    for k in 0..<classes {
      for row in rows {
        let p = 1 / (1 + exp(-scores[k * rowCount + row]))
        let weight = weights?[row] ?? 1
        pairs[k * rowCount + row] = GradientPair(
          gradient: Float((p - (Int(labels[row]) == k ? 1 : 0)) * weight),
          hessian: Float(max(p * (1 - p), 1e-16) * weight))
      }
    }
  }
}
