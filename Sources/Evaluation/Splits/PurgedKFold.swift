/// Folds that each test a span of time and train on what lies before and after it, without labels that overlap the span.
///
/// Source: López de Prado, "Advances in Financial Machine Learning" (2018), chapter 7. A training row must have been known before the
/// tested span began, or come after the last of the span's labels was known (purge) and the embargo had passed; by the labels' own end times, over all
/// symbols at once. Training on rows after the test answers "how would this have done in another order of history", not "how would it have done
/// live": for that use ``WalkForwardSplit``.
public struct PurgedKFold: Sendable, Hashable {
  /// Number of folds, at least 2.
  public let folds: Int
  /// Time after a tested span's last label during which no row is trained on, in nanoseconds; at least 0.
  public let embargo: Int64

  /// Makes a split.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed.
  public init(folds: Int = 5, embargo: Int64 = 0) throws(EvaluationError) {
    guard 2...1000 ~= folds else { throw EvaluationError(.invalidOption, "\(folds) folds; 2...1000 are allowed") }
    guard embargo >= 0 else { throw EvaluationError(.invalidOption, "an embargo of \(embargo) ns; at least 0") }
    self.folds = folds
    self.embargo = embargo
  }

  /// Cuts rows into folds, in the order of the tested spans.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if there are too few rows or times, or a fold would have no row to train on.
  /// - Complexity: O(rows · (log rows + folds)).
  public func split(_ rows: LabelledRows) throws(EvaluationError) -> [Fold] {
    let groups = try TimeGroups(rows, groups: folds)
    var result: [Fold] = []
    for fold in 0..<folds { result.append(try groups.fold(testing: [fold], rows, embargo: embargo)) }
    return result
  }
}
