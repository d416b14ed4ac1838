/// Every way to test some of several spans of time, purged and embargoed, and the paths through all of history that the tests join into.
///
/// Source: López de Prado, "Advances in Financial Machine Learning" (2018), chapter 12. N groups of which k are tested give C(N, k) folds, and
/// since each group is tested in C(N − 1, k − 1) of them, as many paths: as many backtests instead of one. Purging is that of
/// ``PurgedKFold``. Folds and paths stand in lexicographic order of the groups, as skfolio's.
public struct CombinatorialPurgedSplit: Sendable, Hashable {
  /// Number of groups N, at least 2.
  public let groups: Int
  /// Number of groups k that a fold tests, at least 1 and below N.
  public let testGroups: Int
  /// Time after a tested span's last label during which no row is trained on, in nanoseconds; at least 0.
  public let embargo: Int64

  /// Makes a split.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed, more than 10,000 folds included.
  public init(groups: Int = 10, testGroups: Int = 2, embargo: Int64 = 0) throws(EvaluationError) {
    guard 2...100 ~= groups, 1..<groups ~= testGroups else {
      throw EvaluationError(
        .invalidOption,
        "\(testGroups) of \(groups) groups; 2...100 groups are allowed, of which at least 1 and not all are tested")
    }
    let folds = (0..<testGroups).reduce(1.0) { $0 * Double(groups - $1) / Double($1 + 1) }
    guard folds <= 10_000 else {
      throw EvaluationError(.invalidOption, "\(testGroups) of \(groups) groups make \(folds) folds; at most 10000")
    }
    guard embargo >= 0 else { throw EvaluationError(.invalidOption, "an embargo of \(embargo) ns; at least 0") }
    self.groups = groups
    self.testGroups = testGroups
    self.embargo = embargo
  }

  /// Number of folds, C(N, k).
  public var foldCount: Int { combinations.count }
  /// Number of paths, C(N − 1, k − 1).
  public var pathCount: Int { foldCount * testGroups / groups }

  /// The groups that each fold tests.
  var combinations: [[Int]] {
    var all: [[Int]] = []
    var chosen = Array(0..<testGroups)
    while true {
      all.append(chosen)
      guard let place = chosen.indices.last(where: { chosen[$0] < groups - testGroups + $0 }) else { return all }
      chosen[place] += 1
      for next in place + 1..<max(testGroups, place + 1) { chosen[next] = chosen[next - 1] + 1 }
    }
  }

  /// Cuts rows into folds.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if there are too few rows or times, or a fold would have no row to train on.
  /// - Complexity: O(rows · (log rows + folds · k)).
  public func split(_ rows: LabelledRows) throws(EvaluationError) -> CombinatorialFolds {
    let cut = try TimeGroups(rows, groups: groups)
    let combinations = combinations
    var folds: [Fold] = []
    for tested in combinations { folds.append(try cut.fold(testing: tested, rows, embargo: embargo)) }
    return CombinatorialFolds(
      folds: folds, testedGroups: combinations, groupOfRow: cut.groupOfRow, groups: groups, pathCount: pathCount)
  }
}

/// The folds of a ``CombinatorialPurgedSplit`` and how their tests join into paths.
public struct CombinatorialFolds: Sendable, Hashable {
  /// The folds.
  public let folds: [Fold]
  /// The groups that each fold tests, ascending.
  public let testedGroups: [[Int]]
  /// The group of each row; −1 for rows without a label.
  public let groupOfRow: [Int]
  /// For each path the fold that tests each group.
  public let foldOfGroup: [[Int]]

  init(folds: [Fold], testedGroups: [[Int]], groupOfRow: [Int], groups: Int, pathCount: Int) {
    self.folds = folds
    self.testedGroups = testedGroups
    self.groupOfRow = groupOfRow
    let testing = (0..<groups).map { group in testedGroups.indices.filter { testedGroups[$0].contains(group) } }
    foldOfGroup = (0..<pathCount).map { path in testing.map { $0[path] } }
  }

  /// Joins the folds' test predictions into one series a path.
  ///
  /// - Parameter predictions: For each fold one prediction a test row, in the order of ``Fold/test``.
  /// - Returns: For each path one prediction a row of the table; NaN for rows without a label.
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` where numbers of folds or rows differ.
  /// - Complexity: O(paths · rows + folds · rows tested).
  public func paths(_ predictions: [[Double]]) throws(EvaluationError) -> [[Double]] {
    guard predictions.count == folds.count,
      zip(predictions, folds).allSatisfy({ $0.count == $1.test.count })
    else {
      throw EvaluationError(
        .shapeMismatch,
        "predictions of \(predictions.map(\.count)) rows for folds that test \(folds.map(\.test.count)) rows")
    }
    var joined = foldOfGroup.map { _ in [Double](repeating: .nan, count: groupOfRow.count) }
    for (fold, own) in folds.enumerated() {
      for (place, row) in own.test.enumerated() {
        let group = groupOfRow[row]
        for path in foldOfGroup.indices where foldOfGroup[path][group] == fold {
          joined[path][row] = predictions[fold][place]
        }
      }
    }
    return joined
  }
}
