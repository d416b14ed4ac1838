import Foundation

/// Log-loss of labels 0 and 1: g = p − y, h = p(1 − p) with p = 1/(1 + e^−s).
struct LogLoss: Loss {
  let growth: BoostingOptions.Growth

  var scoreCount: Int { 1 }

  func check(_ labels: [Double]) throws(BoostingError) {
    if let row = labels.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw BoostingError(.invalidLabel, "label \(labels[row]) in row \(row); binary labels are 0 and 1")
    }
  }

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    let mean = weightedMean(labels, weights)
    switch growth {
    case .leafwise:
      let share = min(max(mean, 1e-15), 1 - 1e-15)
      return [log(share / (1 - share))]
    case .levelwise:
      // XGBoost keeps the share, in single precision, and clips it before the logit.
      let share = Double(min(max(Float(mean), 1e-6), 1 - 1e-6))
      return [Double(Float(log(share / (1 - share))))]
    }
  }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    for row in rows {
      let p = 1 / (1 + exp(-scores[row]))
      let weight = weights?[row] ?? 1
      pairs[row] = GradientPair(
        gradient: Float((p - labels[row]) * weight), hessian: Float(max(p * (1 - p), 1e-16) * weight))
    }
  }
}
