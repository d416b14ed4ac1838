/// A loss of your own: its derivatives by the raw scores.
///
/// Models trained by it predict raw scores; LightGBM's text calls them `custom`.
public struct CustomObjective: Sendable {
  /// First and second derivatives, one a score; the second must not be negative.
  public typealias Derivatives = (gradients: [Double], hessians: [Double])

  let derivatives: @Sendable (_ scores: [Double], _ labels: [Double]) -> Derivatives

  /// Makes an objective.
  ///
  /// - Parameters:
  ///   - derivatives: Called once a round with `scores[class * rows + row]` and the labels; returns as many first and
  ///     second derivatives, before row weights.
  public init(_ derivatives: @escaping @Sendable (_ scores: [Double], _ labels: [Double]) -> Derivatives) {
    self.derivatives = derivatives
  }
}

/// A measure of your own on the validation data.
public struct CustomMetric: Sendable {
  /// Its name in reports.
  public let name: String
  /// Whether a larger value is better.
  public let isLargerBetter: Bool
  let value: @Sendable (_ scores: [Double], _ labels: [Double], _ weights: [Double]?) -> Double

  /// Makes a metric.
  ///
  /// - Parameters:
  ///   - value: Called after every round with raw scores `scores[class * rows + row]`, labels and row weights.
  public init(
    name: String, isLargerBetter: Bool,
    _ value: @escaping @Sendable (_ scores: [Double], _ labels: [Double], _ weights: [Double]?) -> Double
  ) {
    self.name = name
    self.isLargerBetter = isLargerBetter
    self.value = value
  }
}
