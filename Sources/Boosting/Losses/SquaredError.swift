/// Half the squared error: g = s − y, h = 1.
struct SquaredError: PointwiseLoss {
  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) { (score - label, 1) }
}
