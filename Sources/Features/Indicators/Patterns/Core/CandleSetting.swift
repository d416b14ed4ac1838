/// The measure of a bar that a candle setting averages.
enum CandleRange: Sendable {
  /// Between open and close.
  case body
  /// Between high and low.
  case highLow
  /// Both shadows together.
  case shadows
}

/// What "long", "short", "near" and the like mean: a share of the mean of a measure over the bars before.
///
/// The values are TA-Lib's defaults. A period of 0 takes the measure of the bar itself.
struct CandleSetting: Sendable {
  let range: CandleRange
  let period: Int
  let factor: Double

  private init(_ range: CandleRange, _ period: Int, _ factor: Double) {
    self.range = range
    self.period = period
    self.factor = factor
  }

  // Computed, so that the optimiser sees constants where a rule names them.
  static var bodyLong: Self { Self(.body, 10, 1) }
  static var bodyShort: Self { Self(.body, 10, 1) }
  static var bodyDoji: Self { Self(.highLow, 10, 0.1) }
  static var shadowLong: Self { Self(.body, 0, 1) }
  static var shadowVeryLong: Self { Self(.body, 0, 2) }
  static var shadowShort: Self { Self(.shadows, 10, 1) }
  static var shadowVeryShort: Self { Self(.highLow, 10, 0.1) }
  static var near: Self { Self(.highLow, 5, 0.2) }
  static var far: Self { Self(.highLow, 5, 0.6) }
  static var equal: Self { Self(.highLow, 5, 0.05) }
}
