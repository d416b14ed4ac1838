/// The kinds of moving average that other indicators choose from, with TA-Lib's numbers (`matype`).
public enum MovingAverageType: Int, Sendable, Hashable, Codable, CaseIterable {
  /// Simple mean.
  case sma = 0
  /// Exponential mean.
  case ema = 1
  /// Linearly weighted mean.
  case wma = 2
  /// Double exponential mean.
  case dema = 3
  /// Triple exponential mean.
  case tema = 4
  /// Triangular mean.
  case trima = 5
  /// Kaufman's adaptive mean.
  case kama = 6
  /// Ehlers' MESA adaptive mean; takes no period.
  case mama = 7
  /// Tillson's T3.
  case t3 = 8
  /// Hull's mean.
  case hma = 9
  /// No smoothing.
  case disabled = 10
  /// What TA-Lib takes where nothing is said: the simple mean.
  case standard = 11
  /// Exponential mean without lag.
  case zlema = 12
  /// Wilder's mean.
  case rma = 13
}
