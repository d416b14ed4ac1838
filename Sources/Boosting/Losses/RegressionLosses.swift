import Foundation

/// Squared up to a residual of `alpha`, then linear: g = clip(s − y, ±alpha), h = 1 (Huber 1964, as LightGBM).
struct HuberLoss: PointwiseLoss {
  let alpha: Double

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    (max(-alpha, min(alpha, score - label)), 1)
  }
}

/// Fair's loss: with x = s − y, g = cx/(|x| + c), h = c²/(|x| + c)² (Fair 1974, as LightGBM).
struct FairLoss: PointwiseLoss {
  let c: Double

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    let x = score - label
    let size = abs(x) + c
    return (c * x / size, c * c / (size * size))
  }
}

/// Huber's loss made smooth: with x = s − y and z = 1 + (x/slope)², g = x/√z, h = 1/(z√z) (as XGBoost).
struct PseudoHuberLoss: PointwiseLoss {
  let slope: Double

  /// One Newton step from 0, as XGBoost: the best constant has no closed form.
  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    var (gradients, hessians) = (0.0, 0.0)
    for (row, label) in labels.enumerated() {
      let pair = derivatives(score: 0, label: label)
      gradients += pair.gradient * (weights?[row] ?? 1)
      hessians += pair.hessian * (weights?[row] ?? 1)
    }
    return [hessians > 0 ? -gradients / hessians : 0]
  }

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    let x = score - label
    let z = 1 + x * x / (slope * slope)
    let root = z.squareRoot()
    return (x / root, 1 / (z * root))
  }
}

/// Losses of the exponential family with a log link: the score is the logarithm of the mean.
struct LogLinkLoss: PointwiseLoss {
  enum Family: Sendable {
    /// g = eˢ − y, h = eˢ⁺⁰·⁷: the hessian is enlarged to keep steps small, as both libraries do.
    case poisson
    /// g = 1 − y e⁻ˢ, h = y e⁻ˢ.
    case gamma
    /// g = −y e^((1−ρ)s) + e^((2−ρ)s) and its derivative, with 1 ≤ ρ < 2.
    case tweedie(Double)
  }

  let family: Family

  func check(_ labels: [Double]) throws(BoostingError) {
    let needsPositive = if case .gamma = family { true } else { false }
    if let row = labels.firstIndex(where: { needsPositive ? $0 <= 0 : $0 < 0 }) {
      let rule = needsPositive ? "gamma needs labels above 0" : "poisson and tweedie need labels of at least 0"
      throw BoostingError(.invalidLabel, "label \(labels[row]) in row \(row); \(rule)")
    }
    if !needsPositive, labels.allSatisfy({ $0 == 0 }) {
      throw BoostingError(.invalidLabel, "all labels are 0; poisson and tweedie need one above 0")
    }
  }

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    let mean = weightedMean(labels, weights)
    return [mean > 0 ? log(mean) : 0]
  }

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    switch family {
    case .poisson: return (exp(score) - label, exp(score + 0.7))
    case .gamma:
      let ratio = label * exp(-score)
      return (1 - ratio, ratio)
    case .tweedie(let power):
      let first = label * exp((1 - power) * score)
      let second = exp((2 - power) * score)
      return (second - first, (2 - power) * second - (1 - power) * first)
    }
  }
}

/// Squared error with weight alpha where the label lies above the score, 1 − alpha below (Newey and Powell 1987).
struct ExpectileLoss: PointwiseLoss {
  let alpha: Double

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    let weight = score < label ? alpha : 1 - alpha
    return (weight * (score - label), weight)
  }
}

/// What stands for a loss from outside: any labels, a start from 0.
struct ConstantStart: Loss {
  let scoreCount: Int

  func check(_ labels: [Double]) throws(BoostingError) {}

  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    [Double](repeating: 0, count: scoreCount)
  }

  func fill(
    _ pairs: UnsafeMutablePointer<GradientPair>, rows: Range<Int>, rowCount: Int,
    scores: UnsafePointer<Double>, labels: UnsafePointer<Double>, weights: UnsafePointer<Double>?
  ) {
    preconditionFailure("an objective from outside gives its derivatives itself")
  }
}
