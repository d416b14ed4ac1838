import Foundation

/// Multiclass log-loss: g = p_k − [y = k]; h = K/(K−1)·p(1−p) as LightGBM, 2·p(1−p) as XGBoost.
struct SoftmaxLoss: Loss {
  let classes: Int
  let growth: BoostingOptions.Growth

  var scoreCount: Int { classes }

  func check(_ labels: [Double]) throws(BoostingError) {
    if let row = labels.firstIndex(where: { $0 != $0.rounded() || $0 < 0 || $0 >= Double(classes) }) {
      throw BoostingError(
        .invalidLabel,
        "label \(labels[row]) in row \(row); with \(classes) classes labels are whole, 0 to \(classes - 1)")
    }
  }

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    var shares = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() { shares[Int(label)] += weights?[row] ?? 1 }
    let total = shares.reduce(0, +)
    let logs = shares.map { log(max($0 / max(total, 1e-300), 1e-15)) }
    guard growth == .levelwise else { return logs }
    // XGBoost centres the logarithms.
    let mean = logs.reduce(0, +) / Double(classes)
    return logs.map { $0 - mean }
  }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    let factor = growth != .levelwise ? Double(classes) / Double(classes - 1) : 2
    for row in rows {
      var largest = scores[row]
      for k in 1..<classes { largest = max(largest, scores[k * rowCount + row]) }
      var total = 0.0
      for k in 0..<classes { total += exp(scores[k * rowCount + row] - largest) }
      let weight = weights?[row] ?? 1
      let label = Int(labels[row])
      for k in 0..<classes {
        let p = exp(scores[k * rowCount + row] - largest) / total
        let target = label == k ? 1.0 : 0.0
        pairs[k * rowCount + row] = GradientPair(
          gradient: Float((p - target) * weight), hessian: Float(max(factor * p * (1 - p), 1e-16) * weight))
      }
    }
  }
}
