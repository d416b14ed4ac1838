import Compute

/// Conformal intervals that follow a drifting market: after each miss the next intervals are wider, after each hit a little narrower.
///
/// Source: Gibbs and Candès, "Adaptive conformal inference under distribution shift" (2021). Over any stretch of T rows the share of misses
/// differs from the target by at most (max(α, 1 − α) + γ) / (γT), whatever the data. The errors of the last `window` rows are the calibration set.
///
/// Feed the truth only when it is known: a label known h ticks later is given to ``update(error:)`` h ticks later.
public struct AdaptiveConformalInterval: Sendable, Hashable, Codable {
  /// Share of truths that should miss.
  public let missRate: Double
  /// Step γ of the correction.
  public let stepSize: Double
  /// Errors that are kept.
  public let window: Int
  /// The share asked of the errors now; below 0 gives infinite intervals, above 1 empty ones.
  public private(set) var current: Double
  private var errors: [Double] = []
  private var sorted: [Double] = []

  /// Makes intervals without errors yet: infinite.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed.
  public init(missRate: Double, stepSize: Double = 0.01, window: Int = 1000) throws(EvaluationError) {
    guard missRate > 0, missRate < 1, stepSize >= 0, stepSize.isFinite, window >= 1 else {
      throw EvaluationError(
        .invalidOption,
        "miss rate \(missRate), step size \(stepSize), window \(window); between 0 and 1, at least 0, at least 1")
    }
    self.missRate = missRate
    self.stepSize = stepSize
    self.window = window
    current = missRate
  }

  /// The half-width now, in units of the errors; infinite without errors, below 0 for an empty interval.
  public var margin: Double {
    if current <= 0 { return .infinity }
    // Nothing lies within a negative half-width: the empty interval, which always misses.
    if current >= 1 { return -.infinity }
    return conformalQuantile(sorted, current)
  }

  /// Takes the size of the error of a prediction whose truth has become known.
  ///
  /// - Parameters:
  ///   - error: |truth − prediction|, divided by the scale if intervals have one; finite, at least 0.
  ///   - margin: The half-width that was given with that prediction; nil: the one now.
  /// - Throws: ``EvaluationError`` with code `invalidLabel` for an error that is not a size.
  /// - Complexity: O(window) to move numbers.
  public mutating func update(error: Double, margin given: Double? = nil) throws(EvaluationError) {
    guard error.isFinite, error >= 0 else {
      throw EvaluationError(.invalidLabel, "an error of \(error); a finite size is needed")
    }
    let isMiss = !(error <= given ?? margin)
    current += stepSize * (missRate - (isMiss ? 1 : 0))
    if errors.count == window { sorted.remove(at: sorted.firstPlace { [oldest = errors[0]] in $0 >= oldest }) }
    if errors.count == window { errors.removeFirst() }
    errors.append(error)
    sorted.insert(error, at: sorted.firstPlace { $0 > error })
  }
}
