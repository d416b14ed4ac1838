/// First and second derivative of the loss of a row by its score.
///
/// Single precision, as in LightGBM and XGBoost: two rows share a cache line's quarter, and sums are taken exactly.
struct GradientPair: Sendable, Hashable {
  var gradient: Float
  var hessian: Float
}
