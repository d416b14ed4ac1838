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
  /// The loss for these labels, whose classes it may weigh.
  func loss(for labels: [Double]) -> any Loss {
    guard objective == .binary else { return loss }
    var loss = LogLoss(growth: growth, allowsShares: false)
    loss.classWeight.positive = scalePosWeight
    if isUnbalance {
      // As LightGBM: the rarer class is weighed up to the other's count.
      let positives = Double(labels.count { $0 > 0 })
      let negatives = Double(labels.count) - positives
      guard positives > 0, negatives > 0 else { return loss }
      loss.classWeight.negative = max(1, positives / negatives)
      loss.classWeight.positive *= max(1, negatives / positives)
    }
    return loss
  }

  /// Row weights times the weights of their classes; nil where all are equal.
  func weights(_ weights: [Double]?, _ labels: [Double]) -> [Double]? {
    guard !classWeights.isEmpty else { return weights }
    return labels.indices.map { (weights?[$0] ?? 1) * classWeights[Int(labels[$0])] }
  }

  /// The loss without class weights: for checking labels.
  var loss: any Loss {
    switch objective {
    case .binary: LogLoss(growth: growth, allowsShares: false)
    case .absoluteError: PercentileLoss(kind: .absolute)
    case .quantile: PercentileLoss(kind: .quantile(alpha))
    case .mape: PercentileLoss(kind: .relative)
    case .multiclassOVA: OneVersusAllLoss(classes: numClass, growth: growth)
    case .regression: SquaredError()
    // Only the checks and the start of it are asked; the derivatives come from outside.
    case .custom: ConstantStart(scoreCount: scoresPerRow)
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
