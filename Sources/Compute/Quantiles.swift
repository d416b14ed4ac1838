/// Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996; numpy's default).
///
/// - Parameters:
///   - sorted: Values in ascending order, without NaN, at least one.
///   - probability: In `0...1`.
/// - Complexity: O(1).
public func quantile(sorted: [Double], _ probability: Double) -> Double {
  precondition(!sorted.isEmpty, "a quantile needs at least one value")
  precondition(probability >= 0 && probability <= 1, "a probability is in 0...1")
  let position = probability * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}

/// The median of values; the mean of the middle two for an even count.
///
/// NaN values are not allowed.
public func median(_ values: [Double]) -> Double { quantile(sorted: values.sorted(), 0.5) }
