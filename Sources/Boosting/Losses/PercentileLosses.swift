/// Losses that are linear on both sides of the label: after growth a leaf takes the percentile of its rows' residuals.
///
/// The derivatives choose the splits; for the values they say nothing, since their curvature is made up (h = 1).
struct PercentileLoss: PointwiseLoss {
  enum Kind: Sendable {
    /// Absolute error: the median.
    case absolute
    /// The pinball loss of a quantile.
    case quantile(Double)
    /// Absolute error relative to max(1, |y|): a weighted median.
    case relative
  }

  let kind: Kind

  /// The part of the residuals below the value that a leaf takes.
  var percentile: Double {
    if case .quantile(let alpha) = kind { alpha } else { 0.5 }
  }

  func derivatives(score: Double, label: Double) -> (gradient: Double, hessian: Double) {
    switch kind {
    case .absolute: (sign(score - label), 1)
    case .quantile(let alpha): (score >= label ? 1 - alpha : -alpha, 1)
    case .relative: (sign(score - label) / max(1, abs(label)), 1)
    }
  }

  /// The percentile of the labels.
  func initialScores(_ labels: [Double], _ weights: [Double]?) -> [Double] {
    [percentile(of: labels, labels: labels, weights: weights)]
  }

  /// The percentile of values of rows, whose labels say their weight for the relative error.
  func percentile(of values: [Double], labels: [Double], weights: [Double]?) -> Double {
    guard case .relative = kind else {
      guard let weights else { return lightGBMPercentile(values, percentile) }
      return lightGBMPercentile(values, weights: weights, percentile)
    }
    let own = labels.indices.map { (weights?[$0] ?? 1) / max(1, abs(labels[$0])) }
    return lightGBMPercentile(values, weights: own, percentile)
  }

  private func sign(_ value: Double) -> Double { value > 0 ? 1 : value < 0 ? -1 : 0 }
}

/// The percentile of values by LightGBM's rule: linear between the two around `(count − 1)(1 − alpha)` from the top.
///
/// O(n log n); 0 for no values.
package func lightGBMPercentile(_ values: [Double], _ alpha: Double) -> Double {
  guard values.count > 1 else { return values.first ?? 0 }
  let sorted = values.sorted(by: >)
  let place = Double(values.count - 1) * (1 - alpha)
  let upper = Int(place)
  guard upper + 1 < sorted.count else { return sorted[sorted.count - 1] }
  return sorted[upper] - (sorted[upper] - sorted[upper + 1]) * (place - Double(upper))
}

/// The weighted percentile of values by LightGBM's rule: linear in the cumulated weight between neighbours.
///
/// O(n log n); 0 for no values or no weight.
package func lightGBMPercentile(_ values: [Double], weights: [Double], _ alpha: Double) -> Double {
  guard values.count > 1 else { return values.first ?? 0 }
  let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  var total = 0.0
  let cumulated = order.map { index in
    total += weights[index]
    return total
  }
  let threshold = total * alpha
  let place = min(cumulated.firstIndex { $0 > threshold } ?? order.count - 1, order.count - 1)
  guard place > 0 else { return values[order[0]] }
  let (low, high) = (values[order[place - 1]], values[order[place]])
  let step = cumulated[place] - cumulated[place - 1]
  guard step > 0, place < order.count - 1 else { return high }
  return low + (threshold - cumulated[place - 1]) / step * (high - low)
}
