/// First and second derivative of the loss of a row by its score.
///
/// Single precision, as in LightGBM and XGBoost: two rows share a cache line's quarter, and sums are taken exactly.
package struct GradientPair: Sendable, Hashable, BitwiseCopyable {
  package var gradient: Float
  package var hessian: Float

  package init(gradient: Float, hessian: Float) {
    self.gradient = gradient
    self.hessian = hessian
  }
}
