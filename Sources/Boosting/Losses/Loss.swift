/// What a booster learns by: derivatives, the best constant, and the meaning of a score.
///
/// Life of a loss: 1. labels are checked once; 2. it gives the constant to start from; 3. every round it fills the
/// derivatives of all rows and classes; 4. at prediction it turns scores into what the user asked for.
protocol Loss: Sendable {
  /// Scores a row.
  var scoreCount: Int { get }
  /// Throws if a label does not fit.
  func check(_ labels: [Double]) throws(BoostingError)
  /// The best constant score for each class.
  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double]
  /// Fills the derivatives of all classes for a range of rows.
  ///
  /// - Parameters:
  ///   - scores: `scores[class * rowCount + row]`.
  ///   - pairs: Receives the derivatives times the row's weight as `pairs[class * rowCount + row]`.
  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?)
}

extension BoostingOptions {
  var loss: any Loss {
    switch objective {
    case .binary: LogLoss(growth: growth, allowsShares: false)
    case .regression: SquaredError()
    case .multiclass: SoftmaxLoss(classes: numClass, growth: growth)
    case .huber: HuberLoss(alpha: alpha)
    case .fair: FairLoss(c: fairC)
    case .pseudoHuber: PseudoHuberLoss(slope: huberSlope)
    case .expectile: ExpectileLoss(alpha: alpha)
    case .poisson: LogLinkLoss(family: .poisson)
    case .gamma: LogLinkLoss(family: .gamma)
    case .tweedie: LogLinkLoss(family: .tweedie(tweedieVariancePower))
    case .crossEntropy: LogLoss(growth: growth, allowsShares: true)
    }
  }
}

/// Weighted mean of labels.
func weightedMean(_ labels: [Double], _ weights: [Double]?) -> Double {
  guard let weights else { return labels.reduce(0, +) / Double(labels.count) }
  let total = weights.reduce(0, +)
  return total > 0 ? zip(labels, weights).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
}
