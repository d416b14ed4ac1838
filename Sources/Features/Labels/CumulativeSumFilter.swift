import Foundation

/// Samples events where the cumulated change of a value since the last event is above a threshold, either way.
///
/// S⁺ = max(0, S⁺ + Δ), S⁻ = min(0, S⁻ + Δ); an event where S⁻ < −h, else where S⁺ > h, and that sum starts anew at 0.
/// Source: Lopez de Prado, "Advances in Financial Machine Learning" (2018), snippet 2.4 (the symmetric CUSUM filter).
public struct CumulativeSumFilter: Sendable, Hashable, Codable {
  /// What a change is.
  public enum Change: String, Sendable, Hashable, Codable {
    /// log(p/q) of successive prices: what mlfinlab and mlfinpy take.
    case logReturn = "log_return"
    /// p − q, as in the book.
    case difference
  }

  /// What a change is.
  public let change: Change
  private var last: Double?
  private var positive = 0.0
  private var negative = 0.0

  /// Makes a filter that has seen nothing.
  public init(_ change: Change = .logReturn) { self.change = change }

  /// Takes the next price and says whether it is an event: 1 after a rise, −1 after a fall, 0 for none.
  ///
  /// - Parameters:
  ///   - price: NaN is passed over; of log returns it must be positive.
  ///   - threshold: Of this row, at least 0; NaN makes no event.
  /// - Complexity: O(1).
  public mutating func update(_ price: Double, threshold: Double) -> Int {
    guard !price.isNaN else { return 0 }
    defer { self.last = price }
    guard let last else { return 0 }
    let change = change == .difference ? price - last : log(price) - log(last)
    positive = max(0, positive + change)
    negative = min(0, negative + change)
    if negative < -threshold {
      negative = 0
      return -1
    }
    if positive > threshold {
      positive = 0
      return 1
    }
    return 0
  }

  /// The rows of a series that are events, with one threshold for all.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for a threshold that is not at least 0.
  /// - Complexity: O(rows).
  public func rows(of series: PriceSeries, threshold: Double) throws(FeatureError) -> [Int] {
    guard threshold >= 0 else {
      throw FeatureError(.invalidOption, "the threshold is \(threshold); at least 0 is needed")
    }
    var filter = CumulativeSumFilter(change)
    return series.rows.filter { filter.update(series.prices[$0], threshold: threshold) != 0 }
  }

  /// The rows of a series that are events, with a threshold of each row; a NaN there makes no event.
  ///
  /// - Throws: ``FeatureError`` with code `shapeMismatch` unless there is one threshold a row.
  public func rows(of series: PriceSeries, thresholds: [Double]) throws(FeatureError) -> [Int] {
    try series.checkLength(thresholds, "thresholds")
    var filter = CumulativeSumFilter(change)
    return series.rows.filter { filter.update(series.prices[$0], threshold: thresholds[$0]) != 0 }
  }
}
