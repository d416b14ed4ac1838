/// Labels a fixed way ahead: the sign of the return, and 0 where it is small.
///
/// Source: Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 3.2.
public struct FixedHorizonLabels: Sendable, Hashable, Codable {
  /// A label of a row.
  public struct Label: Sendable, Hashable, Codable {
    /// The row that is labelled.
    public let row: Int
    /// The row at which the label is known; a split purges by it.
    public let endRow: Int
    /// p[endRow]/p[row] − 1.
    public let futureReturn: Double
    /// 1 above the threshold, −1 below its negative, 0 between (bounds included).
    public let sign: Int
  }

  /// How far ahead.
  public let horizon: LabelHorizon

  /// Makes a labeller.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for a horizon below 1.
  public init(_ horizon: LabelHorizon) throws(FeatureError) {
    try horizon.check()
    self.horizon = horizon
  }

  private enum CodingKeys: String, CodingKey { case horizon }

  /// Reads a labeller and checks it as ``init(_:)`` does.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.container(keyedBy: CodingKeys.self).decode(LabelHorizon.self, forKey: .horizon))
  }

  /// The labels with one threshold for all rows.
  ///
  /// - Parameters:
  ///   - series: Times and prices.
  ///   - events: Rows to label, ascending; nil for all.
  ///   - threshold: A return, at least 0.
  /// - Returns: One label an event, in their order; events without a price or whose horizon is beyond the last row have none.
  /// - Throws: ``FeatureError`` with code `invalidOption` for a bad threshold, `shapeMismatch` for events out of order.
  /// - Complexity: O(events), with a horizon in time O(events · log rows).
  public func labels(of series: PriceSeries, events: [Int]? = nil, threshold: Double = 0) throws(FeatureError)
    -> [Label]
  {
    guard threshold >= 0 else {
      throw FeatureError(.invalidOption, "the threshold is \(threshold); at least 0 is needed")
    }
    return try labels(of: series, events) { _ in threshold }
  }

  /// The labels with a threshold of each row, such as its volatility.
  ///
  /// - Parameters:
  ///   - series: Times and prices.
  ///   - events: Rows to label, ascending; nil for all.
  ///   - thresholds: One a row; a row whose threshold is NaN or negative has no label.
  /// - Returns: As ``labels(of:events:threshold:)``.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` for events out of order or another number of thresholds.
  public func labels(of series: PriceSeries, events: [Int]? = nil, thresholds: [Double]) throws(FeatureError) -> [Label]
  {
    try series.checkLength(thresholds, "thresholds")
    return try labels(of: series, events) { thresholds[$0] }
  }

  private func labels(
    of series: PriceSeries, _ events: [Int]?, threshold: (Int) -> Double
  ) throws(FeatureError) -> [Label] {
    if let events { try series.checkEvents(events) }
    var labels: [Label] = []
    for row in events ?? series.rows {
      guard let start = series.place(of: row), let end = series.place(horizon, after: start), threshold(row) >= 0
      else { continue }
      let futureReturn = series.price(end) / series.price(start) - 1
      let sign = futureReturn > threshold(row) ? 1 : futureReturn < -threshold(row) ? -1 : 0
      labels.append(Label(row: row, endRow: series.rows[end], futureReturn: futureReturn, sign: sign))
    }
    return labels
  }
}
