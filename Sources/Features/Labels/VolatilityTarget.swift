/// The exponentially weighted deviation of returns over a fixed time or number of ticks: how wide barriers should be.
///
/// With the defaults this is the daily volatility of Lopez de Prado, "Advances in Financial Machine Learning" (2018),
/// snippet 3.1, as pandas computes it: the return of a row is taken to the last row before the moment a day earlier, and the
/// deviation is `ewm(span:).std()` with bias correction.
public struct VolatilityTarget: Sendable, Hashable, Codable {
  /// Time or ticks that a return spans.
  public let lookback: LabelHorizon
  /// Span of the average in returns; weights fall by 1 − 2/(span + 1).
  public let span: Double

  /// Makes an estimator.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for a lookback below 1 or a span that is not finite or below 1.
  public init(
    lookback: LabelHorizon = .nanoseconds(86_400_000_000_000), span: Double = 100
  ) throws(FeatureError) {
    try lookback.check()
    guard span >= 1, span.isFinite else {
      throw FeatureError(.invalidOption, "the span is \(span); a finite one of at least 1 is needed")
    }
    self.lookback = lookback
    self.span = span
  }

  private enum CodingKeys: String, CodingKey {
    case lookback
    case span
  }

  /// Reads an estimator and checks it as ``init(lookback:span:)`` does.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      lookback: values.decode(LabelHorizon.self, forKey: .lookback), span: values.decode(Double.self, forKey: .span))
  }

  /// The volatility at each row, from that row and those before it alone.
  ///
  /// - Returns: One value a row, a return; NaN where the row has no price, up to the first two rows with a return.
  /// - Complexity: O(rows).
  public func values(of series: PriceSeries) -> [Double] {
    var result = [Double](repeating: .nan, count: series.count)
    var variance = ExponentialVariance(span: span)
    /// Number of prices before the moment a lookback ago; it only grows.
    var earlier = 0
    for place in series.rows.indices {
      let row = series.rows[place]
      let base: Int
      switch lookback {
      case .ticks(let count): base = place - count
      case .nanoseconds(let length):
        let (moment, isTooEarly) = series.times[row].subtractingReportingOverflow(length)
        while !isTooEarly, earlier < place, series.times[series.rows[earlier]] < moment { earlier += 1 }
        base = earlier - 1
      }
      guard base >= 0 else { continue }
      variance.add(series.price(place) / series.price(base) - 1)
      result[row] = variance.deviation
    }
    return result
  }
}

/// The exponentially weighted variance of values with pandas' bias correction.
struct ExponentialVariance: Sendable, Hashable {
  private let keep: Double
  private var weight = 0.0
  private var squaredWeight = 0.0
  private var mean = 0.0
  private var biased = 0.0

  init(span: Double) { keep = 1 - 2 / (span + 1) }

  mutating func add(_ value: Double) {
    let old = weight * keep
    weight = old + 1
    squaredWeight = squaredWeight * keep * keep + 1
    let step = (value - mean) / weight
    biased = (old * (biased + step * step) + (value - mean - step) * (value - mean - step)) / weight
    mean += step
  }

  /// NaN before the second value.
  var deviation: Double {
    let correction = weight * weight - squaredWeight
    return correction > 0 ? (weight * weight / correction * biased).squareRoot() : .nan
  }
}
