import Compute
import Evaluation
import Testing

@Suite("Purged folds") struct PurgeTests {
  /// Rows of several symbols at uneven times with labels of uneven length, some without.
  private func rows(_ seed: UInt64) throws -> LabelledRows {
    var random = RandomStream(seed: seed)
    var (times, ends, symbols): ([Int64], [Int64?], [Int32]) = ([], [], [])
    for symbol in 0..<3 {
      var time: Int64 = 0
      for _ in 0..<120 {
        time += Int64(random.index(below: 5))
        times.append(time)
        ends.append(random.index(below: 10) == 0 ? nil : time + Int64(random.index(below: 12)))
        symbols.append(Int32(symbol))
      }
    }
    return try LabelledRows(times: times, endTimes: ends, symbols: symbols)
  }

  /// Whether a training row's label was alive at a time at which a tested row's was, the embargo included; written once more, the slow way.
  private func leaks(_ fold: Fold, _ rows: LabelledRows, embargo: Int64) -> Bool {
    fold.train.contains { train in
      fold.test.contains { test in
        guard let trainEnd = rows.endTimes[train], let testEnd = rows.endTimes[test] else { return true }
        let isAfter = rows.times[train] > rows.times[test]
        return rows.times[train] <= testEnd + (isAfter ? embargo : 0) && rows.times[test] <= trainEnd
      }
    }
  }

  @Test("no label of a training row overlaps one of a tested row", arguments: 0..<6)
  func overlap(seed: Int) throws {
    let rows = try rows(UInt64(seed))
    for embargo in [Int64(0), 7] {
      var folds = try PurgedKFold(folds: 4, embargo: embargo).split(rows)
      folds += try CombinatorialPurgedSplit(groups: 5, testGroups: 2, embargo: embargo).split(rows).folds
      folds += try WalkForwardSplit(folds: 4, embargo: embargo).split(rows)
      for fold in folds {
        #expect(!leaks(fold, rows, embargo: embargo))
        #expect(Set(fold.train).isDisjoint(with: fold.test))
        #expect((fold.train + fold.test).allSatisfy { rows.endTimes[$0] != nil })
      }
    }
  }

  @Test("nothing more is purged than must be")
  func minimal() throws {
    let rows = try rows(8)
    for fold in try PurgedKFold(folds: 4, embargo: 3).split(rows) {
      let start = fold.test.map { rows.times[$0] }.min()!
      let end = fold.test.map { rows.endTimes[$0]! }.max()! + 3
      let left = (0..<rows.count).filter { row in
        guard let known = rows.endTimes[row], !fold.test.contains(row) else { return false }
        return known < start || rows.times[row] > end
      }
      #expect(fold.train == left)
    }
  }

  @Test("every labelled row is tested once in k folds, and once on every path")
  func paths() throws {
    let rows = try rows(3)
    let labelled = (0..<rows.count).filter { rows.endTimes[$0] != nil }
    #expect(try PurgedKFold(folds: 5).split(rows).flatMap(\.test).sorted() == labelled)
    let folds = try CombinatorialPurgedSplit(groups: 6, testGroups: 2).split(rows)
    #expect(folds.folds.count == 15 && folds.foldOfGroup.count == 5)
    // Each prediction says which fold made it: on a path a row must have the fold that the path names for its group.
    let paths = try folds.paths(folds.folds.enumerated().map { fold, own in own.test.map { _ in Double(fold) } })
    for (path, series) in paths.enumerated() {
      for row in 0..<rows.count {
        let group = folds.groupOfRow[row]
        #expect(group < 0 ? series[row].isNaN : series[row] == Double(folds.foldOfGroup[path][group]))
      }
      #expect(folds.foldOfGroup[path].enumerated().allSatisfy { folds.testedGroups[$1].contains($0) })
    }
    // No fold gives the same group to two paths.
    for group in 0..<6 { #expect(Set(folds.foldOfGroup.map { $0[group] }).count == 5) }
    #expect(throws: EvaluationError.self) { try folds.paths([[1]]) }
  }

  @Test("splits that cannot be are refused")
  func refused() throws {
    #expect { try PurgedKFold(folds: 1) } throws: { "\($0)".contains("1 folds") }
    #expect { try PurgedKFold(folds: 3, embargo: -1) } throws: { "\($0)".contains("embargo") }
    #expect { try CombinatorialPurgedSplit(groups: 5, testGroups: 5) } throws: { "\($0)".contains("5 of 5") }
    #expect { try CombinatorialPurgedSplit(groups: 40, testGroups: 20) } throws: { "\($0)".contains("10000") }
    let same = try LabelledRows(times: [1, 1, 1, 1], endTimes: [1, 1, 1, 1], symbols: [0, 0, 0, 0])
    #expect { try PurgedKFold(folds: 2).split(same) } throws: { "\($0)".contains("share times") }
    let long = try LabelledRows(times: [1, 2, 3, 4], endTimes: [9, 9, 9, 9], symbols: [0, 0, 0, 0])
    #expect { try PurgedKFold(folds: 2).split(long) } throws: { "\($0)".contains("0 training") }
  }
}
