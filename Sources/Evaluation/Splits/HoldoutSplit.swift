/// One fold: the last share of each symbol's rows is tested, the rows before are trained on, less a purge.
///
/// A training row's label must be known before the first test row of its symbol. Symbols are cut by row, so with symbols
/// of different activity a training row of one may be later than a test row of another; use ``WalkForwardSplit`` where
/// that matters.
public struct HoldoutSplit: Sendable, Hashable {
  /// Share of each symbol's rows that is tested, in 0..<1 and not 0.
  public let testShare: Double

  /// Makes a split.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` if the share is not between 0 and 1.
  public init(testShare: Double = 0.2) throws(EvaluationError) {
    guard testShare > 0, testShare < 1 else {
      throw EvaluationError(.invalidOption, "a test share of \(testShare); between 0 and 1 is needed")
    }
    self.testShare = testShare
  }

  /// Cuts rows into the fold.
  ///
  /// - Parameters:
  ///   - rows: The rows; those of a symbol in event order.
  ///   - endRows: For each row the row at which its label is known, −1 for none: purges by row where stamps are equal.
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` for unequal lengths or an empty side.
  public func split(_ rows: LabelledRows, endRows: [Int]) throws(EvaluationError) -> Fold {
    guard endRows.count == rows.count else {
      throw EvaluationError(.shapeMismatch, "\(endRows.count) end rows for \(rows.count) rows")
    }
    var rowsOfSymbol: [Int32: [Int]] = [:]
    for row in 0..<rows.count { rowsOfSymbol[rows.symbols[row], default: []].append(row) }
    var train: [Int] = []
    var test: [Int] = []
    for own in rowsOfSymbol.values {
      let cut = Int((Double(own.count) * (1 - testShare)).rounded(.down))
      guard cut > 0, cut < own.count else { continue }
      let firstTest = own[cut]
      test += own[cut...].filter { endRows[$0] >= 0 }
      train += own[..<cut].filter { endRows[$0] >= 0 && endRows[$0] < firstTest }
    }
    guard !train.isEmpty, !test.isEmpty else {
      throw EvaluationError(
        .shapeMismatch, "the holdout would have \(train.count) training and \(test.count) test rows")
    }
    return Fold(train: train.sorted(), test: test.sorted())
  }
}
