/// When each row was known and when its label was: what a split must respect.
public struct LabelledRows: Sendable {
  /// Time of each row's features, ns since 1970 UTC.
  public let times: [Int64]
  /// Time at which each row's label is known, at or after its row's time; nil for rows without a label.
  public let endTimes: [Int64?]
  /// Number of each row's symbol, from 0.
  public let symbols: [Int32]

  /// Describes rows; rows of one symbol are in event order.
  ///
  /// - Throws: ``EvaluationError``: `shapeMismatch` for unequal or no rows; `invalidLabel` if a label is known before its
  ///   row, which would turn time around.
  public init(times: [Int64], endTimes: [Int64?], symbols: [Int32]) throws(EvaluationError) {
    guard !times.isEmpty, times.count == endTimes.count, times.count == symbols.count else {
      throw EvaluationError(
        .shapeMismatch, "\(times.count) times, \(endTimes.count) end times, \(symbols.count) symbols; equal, not 0")
    }
    for (row, end) in endTimes.enumerated() {
      if let end, end < times[row] {
        throw EvaluationError(.invalidLabel, "row \(row) at \(times[row]) has a label known at \(end), before it")
      }
    }
    self.times = times
    self.endTimes = endTimes
    self.symbols = symbols
  }

  /// Number of rows.
  public var count: Int { times.count }
}

/// Rows to train on and rows to test on; only rows with a label.
public struct Fold: Sendable, Hashable {
  /// Training rows, ascending.
  public let train: [Int]
  /// Test rows, ascending; none is in `train`.
  public let test: [Int]

  init(train: [Int], test: [Int]) {
    self.train = train
    self.test = test
  }
}
