/// When a prediction is clear enough for the rest of the trees to be left out (LightGBM's `pred_early_stop`).
///
/// For binary and multiclass models that add trees up: their raw scores become less exact, their classes hardly ever change.
public struct PredictionEarlyStop: Sendable, Hashable {
  /// Rounds between two looks at the margin; at least 1 (`pred_early_stop_freq`).
  public var frequency: Int
  /// Margin above which a row is done: twice the size of a binary score, or how far the best class is ahead of the
  /// second (`pred_early_stop_margin`); at least 0.
  public var margin: Double

  /// LightGBM's defaults: every 10 rounds, a margin of 10.
  public init(frequency: Int = 10, margin: Double = 10) {
    self.frequency = frequency
    self.margin = margin
  }

  /// Whether a row is done.
  func isClear(_ scores: UnsafeBufferPointer<Double>) -> Bool {
    if scores.count == 1 { return 2 * abs(scores[0]) > margin }
    var (first, second) = (-Double.infinity, -Double.infinity)
    for score in scores {
      if score > first {
        (first, second) = (score, first)
      } else if score > second {
        second = score
      }
    }
    return first - second > margin
  }
}
