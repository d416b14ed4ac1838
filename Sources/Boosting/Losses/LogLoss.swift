internal import CKernels
import Foundation

/// Log-loss of labels 0 and 1, or of shares between them: g = p − y, h = p(1 − p) with p = 1/(1 + e^−s).
struct LogLoss: PointwiseLoss {
  let growth: BoostingOptions.Growth
  /// Whether labels may lie between 0 and 1.
  let allowsShares: Bool
  /// What rows of class 0 and 1 weigh besides their own weights.
  var classWeight = (negative: 1.0, positive: 1.0)

  func check(_ labels: [Double]) throws(BoostingError) {
    if let row = labels.firstIndex(where: { allowsShares ? !(0...1 ~= $0) : $0 != 0 && $0 != 1 }) {
      let rule = allowsShares ? "cross_entropy needs labels in 0...1" : "binary labels are 0 and 1"
      throw BoostingError(.invalidLabel, "label \(labels[row]) in row \(row); \(rule)")
    }
  }

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    let mean = weightedMean(labels, weights)
    switch growth {
    case .leafwise, .symmetric:
      let share = min(max(mean, 1e-15), 1 - 1e-15)
      return [log(share / (1 - share))]
    case .levelwise:
      if classWeight.positive != 1 { return [newtonStep(labels, weights)] }
      // XGBoost keeps the share, in single precision, and clips it before the logit.
      let share = Double(min(max(Float(mean), 1e-6), 1 - 1e-6))
      return [log(share / (1 - share))]
    }
  }

  /// One step from 0 without penalties: XGBoost's intercept where classes are weighted.
  private func newtonStep(_ labels: [Double], _ weights: [Double]?) -> Double {
    var (gradients, hessians) = (0.0, 0.0)
    for (row, label) in labels.enumerated() {
      let pair = derivatives(score: 0, label: label)
      gradients += pair.gradient * (weights?[row] ?? 1)
      hessians += pair.hessian * (weights?[row] ?? 1)
    }
    return hessians > 0 ? -gradients / hessians : 0
  }

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    let p = 1 / (1 + exp(-score))
    let weight = label > 0 ? classWeight.positive : classWeight.negative
    return ((p - label) * weight, max(p * (1 - p), 1e-16) * weight)
  }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    (pairs + rows.lowerBound).withMemoryRebound(to: Float.self, capacity: 2 * rows.count) {
      kernel_log_loss(
        scores + rows.lowerBound, labels + rows.lowerBound, weights.map { $0 + rows.lowerBound }, rows.count,
        classWeight.negative, classWeight.positive, $0, VectorKernels.avx2)
    }
  }
}
