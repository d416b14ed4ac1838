/// Folds in the order of time: each tests a span and trains on what was known before it.
///
/// A span starts and ends at times, for all symbols at once. A training row's label must be known before the span starts,
/// less the embargo (purge); so at least the label's horizon lies between the last training row and the first test row of
/// a symbol. Source: López de Prado, "Advances in Financial Machine Learning" (2018), chapter 7.
public struct WalkForwardSplit: Sendable, Hashable {
  /// Which of the earlier rows are trained on.
  public enum Window: Sendable, Hashable {
    /// All of them.
    case expanding
    /// The given number of spans before the test span, at least 1.
    case rolling(spans: Int)
  }

  /// Number of folds, at least 1; time is cut into one span more, with equal numbers of rows.
  public let folds: Int
  /// Which rows are trained on.
  public let window: Window
  /// Time between the last label of the training rows and the test span, in nanoseconds; at least 0.
  public let embargo: Int64

  /// Makes a split.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed.
  public init(folds: Int, window: Window = .expanding, embargo: Int64 = 0) throws(EvaluationError) {
    guard 1...1000 ~= folds else { throw EvaluationError(.invalidOption, "\(folds) folds; 1...1000 are allowed") }
    if case .rolling(let spans) = window, spans < 1 {
      throw EvaluationError(.invalidOption, "a rolling window of \(spans) spans; at least 1 is needed")
    }
    guard embargo >= 0 else { throw EvaluationError(.invalidOption, "an embargo of \(embargo) ns; at least 0") }
    self.folds = folds
    self.window = window
    self.embargo = embargo
  }

  /// Cuts rows into folds, oldest first.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if a fold would have no training or test row.
  /// - Complexity: O(rows · (log rows + folds)).
  public func split(_ rows: LabelledRows) throws(EvaluationError) -> [Fold] {
    let sorted = (0..<rows.count).filter { rows.endTimes[$0] != nil }.map { rows.times[$0] }.sorted()
    guard !sorted.isEmpty else { throw EvaluationError(.shapeMismatch, "no row has a label") }
    // Spans begin at a time, so rows with one stamp are never torn apart.
    let starts = (0...folds).map { sorted[$0 * sorted.count / (folds + 1)] }
    var result: [Fold] = []
    for fold in 1...folds {
      let start = starts[fold]
      let end = fold < folds ? starts[fold + 1] : Int64.max
      let (cut, isBeyond) = start.subtractingReportingOverflow(embargo)
      let latest = isBeyond ? Int64.min : cut
      var first = Int64.min
      if case .rolling(let spans) = window, fold - spans >= 0 { first = starts[fold - spans] }
      var train: [Int] = []
      var test: [Int] = []
      for row in 0..<rows.count {
        guard let known = rows.endTimes[row] else { continue }
        let time = rows.times[row]
        if time >= start, time < end || (end == .max) {
          test.append(row)
        } else if time < start, time >= first, known < latest {
          train.append(row)
        }
      }
      guard !train.isEmpty, !test.isEmpty else {
        throw EvaluationError(
          .shapeMismatch,
          "fold \(fold) of \(folds) would have \(train.count) training and \(test.count) test rows; use fewer folds")
      }
      result.append(Fold(train: train, test: test))
    }
    return result
  }
}
