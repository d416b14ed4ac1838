/// Labels by the most significant linear trend that begins, or ends, at a row.
///
/// For every number of observations in a range a line is fitted to the prices by least squares; the one whose slope has the
/// greatest |t| is the trend, and its sign the label. Source: Lopez de Prado, "Machine Learning for Asset Managers" (2020),
/// section 5.4.
public struct TrendScanningLabels: Sendable, Hashable, Codable {
  /// Where the trend lies, seen from the row.
  public enum Direction: String, Sendable, Hashable, Codable {
    /// From the row on: a label, known at its ``Label/endRow``.
    case lookForward = "look_forward"
    /// Up to the row: a feature, known at the row itself.
    case lookBackward = "look_backward"
  }

  /// A label of a row.
  public struct Label: Sendable, Hashable, Codable {
    /// The row that is labelled.
    public let row: Int
    /// The row at which the label is known: the last that was looked at to choose the trend; a split purges by it.
    ///
    /// Looking forward it is at or behind ``trendEndRow``, looking backward it is the row itself.
    public let endRow: Int
    /// The first row of the trend: looking forward the row itself.
    public let trendStartRow: Int
    /// The last row of the trend, the source's t1: looking backward the row itself.
    public let trendEndRow: Int
    /// The slope's t value; infinite for a perfect line, 0 for a flat one.
    public let tValue: Double
    /// p[last]/p[first] − 1 of the trend.
    public let trendReturn: Double
    /// The sign of the t value.
    public let sign: Int
  }

  /// Observations of a trend, the first and the last price included; at least 3.
  public let observations: ClosedRange<Int>
  /// Step between the numbers of observations tried; at least 1.
  public let step: Int
  /// Where the trend lies.
  public let direction: Direction

  /// Makes a labeller.
  ///
  /// mlfinpy's `look_forward_window: L, min_sample_length: m` tries `m...L - 1`, and needs L rows.
  /// - Throws: ``FeatureError`` with code `invalidOption` for fewer than 3 observations or a step below 1.
  public init(
    observations: ClosedRange<Int>, step: Int = 1, direction: Direction = .lookForward
  ) throws(FeatureError) {
    guard observations.lowerBound >= 3, step >= 1 else {
      throw FeatureError(
        .invalidOption, "\(observations) observations by \(step) were given; at least 3, by at least 1, are needed")
    }
    self.observations = observations
    self.step = step
    self.direction = direction
  }

  private enum CodingKeys: String, CodingKey {
    case lowerBound
    case upperBound
    case step
    case direction
  }

  /// Reads a labeller and checks it as ``init(observations:step:direction:)`` does.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let (low, high) = (
      try values.decode(Int.self, forKey: .lowerBound), try values.decode(Int.self, forKey: .upperBound)
    )
    guard low <= high else {
      throw FeatureError(.invalidOption, "\(low) to \(high) observations were given; an ascending range is needed")
    }
    try self.init(
      observations: low...high, step: values.decode(Int.self, forKey: .step),
      direction: values.decode(Direction.self, forKey: .direction))
  }

  /// Writes the labeller.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(observations.lowerBound, forKey: .lowerBound)
    try values.encode(observations.upperBound, forKey: .upperBound)
    try values.encode(step, forKey: .step)
    try values.encode(direction, forKey: .direction)
  }

  /// The labels of events.
  ///
  /// - Parameters:
  ///   - series: Times and prices; the rows with a price are taken as evenly spaced, as in the source.
  ///   - events: Rows to label, ascending; nil for all.
  /// - Returns: One label an event, in their order; events without a price, or without the greatest number of observations
  ///   before the end (looking backward: the beginning) of the series, have none.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` for events out of order.
  /// - Complexity: O(events · most observations).
  public func labels(of series: PriceSeries, events: [Int]? = nil) throws(FeatureError) -> [Label] {
    if let events { try series.checkEvents(events) }
    return (events ?? series.rows).compactMap { row in
      guard let place = series.place(of: row) else { return nil }
      let reach = observations.upperBound - 1
      let isInside = direction == .lookForward ? reach < series.rows.count - place : place >= reach
      return isInside ? label(of: series, place) : nil
    }
  }

  private func label(of series: PriceSeries, _ place: Int) -> Label {
    let sense = direction == .lookForward ? 1 : -1
    var line = GrowingLine()
    var best: (t: Double, length: Int) = (0, observations.lowerBound)
    for length in 1...observations.upperBound {
      line.add(series.price(place + sense * (length - 1)))
      let isTried = length >= observations.lowerBound && (length - observations.lowerBound).isMultiple(of: step)
      if isTried, abs(line.tValue) > abs(best.t) { best = (line.tValue, length) }
    }
    // Backward the prices came newest first, so that the slope has the other sign.
    let tValue = best.t * Double(sense)
    let other = place + sense * (best.length - 1)
    let (first, last) = (min(place, other), max(place, other))
    let decision = direction == .lookForward ? place + observations.upperBound - 1 : place
    return Label(
      row: series.rows[place], endRow: series.rows[decision], trendStartRow: series.rows[first],
      trendEndRow: series.rows[last], tValue: tValue, trendReturn: series.price(last) / series.price(first) - 1,
      sign: tValue > 0 ? 1 : tValue < 0 ? -1 : 0)
  }
}

/// A least squares line over values at 0, 1, 2, … that grows by one value at a time, in O(1).
struct GrowingLine {
  private var count = 0.0
  private var meanX = 0.0
  private var meanY = 0.0
  private var squaresX = 0.0
  private var squaresY = 0.0
  private var products = 0.0

  /// Adds the next value; moments about the means, so that a large level costs no digits.
  mutating func add(_ y: Double) {
    let x = count
    count += 1
    let (stepX, stepY) = (x - meanX, y - meanY)
    meanX += stepX / count
    meanY += stepY / count
    squaresX += stepX * (x - meanX)
    squaresY += stepY * (y - meanY)
    products += stepX * (y - meanY)
  }

  /// The slope over its standard error, with count − 2 degrees of freedom; 0 for a flat line.
  var tValue: Double {
    guard count > 2, products != 0 else { return 0 }
    let slope = products / squaresX
    let residual = max(0, squaresY - slope * products)
    // What is left of a perfect line is rounding.
    guard residual > squaresY * 1e-15 else { return slope > 0 ? .infinity : -.infinity }
    return slope / (residual / (count - 2) / squaresX).squareRoot()
  }
}
