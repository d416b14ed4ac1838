/// Labelled rows cut by time into groups of neighbouring spans with about equal numbers of rows, for all symbols at once.
struct TimeGroups {
  /// The group of each row; −1 for rows without a label.
  let groupOfRow: [Int]
  /// First time of each group.
  let starts: [Int64]
  /// For each group the latest time at which a label of it is known.
  let known: [Int64]

  /// Rows with one time are never torn apart.
  init(_ rows: LabelledRows, groups: Int) throws(EvaluationError) {
    let labelled = (0..<rows.count).filter { rows.endTimes[$0] != nil }
    let sorted = labelled.map { rows.times[$0] }.sorted()
    guard sorted.count >= groups else {
      throw EvaluationError(.shapeMismatch, "\(sorted.count) labelled rows for \(groups) groups; at least one each")
    }
    let starts = (0..<groups).map { sorted[$0 * sorted.count / groups] }
    guard zip(starts, starts.dropFirst()).allSatisfy(<) else {
      throw EvaluationError(
        .shapeMismatch, "\(groups) groups would share times: so many rows have one time; use fewer groups")
    }
    var groupOfRow = [Int](repeating: -1, count: rows.count)
    var known = [Int64](repeating: .min, count: groups)
    for row in labelled {
      var group = 0
      while group + 1 < groups, rows.times[row] >= starts[group + 1] { group += 1 }
      groupOfRow[row] = group
      if let end = rows.endTimes[row] { known[group] = max(known[group], end) }
    }
    self.groupOfRow = groupOfRow
    self.starts = starts
    self.known = known
  }

  /// The fold that tests some groups.
  ///
  /// A row is trained on if its label was known before each tested span began or if it came after all of the span's labels were known
  /// and the embargo had passed. Spans that follow each other are one.
  func fold(testing tested: [Int], _ rows: LabelledRows, embargo: Int64) throws(EvaluationError) -> Fold {
    let isTested = Set(tested)
    var spans: [(start: Int64, end: Int64)] = []
    for group in starts.indices where isTested.contains(group) {
      let (end, isBeyond) = known[group].addingReportingOverflow(embargo)
      let until = isBeyond ? Int64.max : end
      if isTested.contains(group - 1), let last = spans.indices.last {
        spans[last].end = max(spans[last].end, until)
      } else {
        spans.append((starts[group], until))
      }
    }
    var train: [Int] = []
    var test: [Int] = []
    for row in groupOfRow.indices {
      guard let known = rows.endTimes[row] else { continue }
      if isTested.contains(groupOfRow[row]) {
        test.append(row)
      } else if spans.allSatisfy({ known < $0.start || rows.times[row] > $0.end }) {
        train.append(row)
      }
    }
    guard !train.isEmpty, !test.isEmpty else {
      throw EvaluationError(
        .shapeMismatch,
        "the fold that tests groups \(tested) would have \(train.count) training and \(test.count) test rows; use fewer groups or a "
          + "shorter embargo")
    }
    return Fold(train: train, test: test)
  }
}
