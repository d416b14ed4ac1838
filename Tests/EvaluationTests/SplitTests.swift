import Compute
import Evaluation
import Testing

@Suite("Splits in the order of time") struct SplitTests {
  /// Rows of several symbols with random, partly equal times; labels known `horizon` rows later.
  private func rows(_ count: Int, symbols: Int, horizon: Int, seed: UInt64 = 1) throws -> (LabelledRows, [Int]) {
    var random = RandomStream(seed: seed)
    var times: [Int64] = []
    var owners: [Int32] = []
    for symbol in 0..<symbols {
      times += (0..<count).map { _ in Int64(random.index(below: count * 2)) }.sorted()
      owners += [Int32](repeating: Int32(symbol), count: count)
    }
    var ends: [Int64?] = []
    var endRows: [Int] = []
    for row in times.indices {
      let isKnown = row % count + horizon < count
      ends.append(isKnown ? times[row + horizon] : nil)
      endRows.append(isKnown ? row + horizon : -1)
    }
    return (try LabelledRows(times: times, endTimes: ends, symbols: owners), endRows)
  }

  @Test("no label of a training row is known at or after the first test time", arguments: [1, 5, 10], [0, 40])
  func walkForward(horizon: Int, embargo: Int) throws {
    for seed in 0..<5 {
      let (data, _) = try rows(300, symbols: 3, horizon: horizon, seed: UInt64(seed))
      for window in [WalkForwardSplit.Window.expanding, .rolling(spans: 1)] {
        let folds = try WalkForwardSplit(folds: 3, window: window, embargo: Int64(embargo)).split(data)
        var tested: [Int] = []
        for fold in folds {
          let firstTest = try #require(fold.test.map { data.times[$0] }.min())
          for row in fold.train {
            #expect(try #require(data.endTimes[row]) < firstTest - Int64(embargo))
            #expect(data.times[row] < firstTest)
          }
          #expect(Set(fold.train).isDisjoint(with: fold.test))
          tested += fold.test
          for symbol in 0..<3 {
            let last = fold.train.filter { data.symbols[$0] == symbol }.max()
            let first = fold.test.filter { data.symbols[$0] == symbol }.min()
            if let last, let first { #expect(first - last > horizon) }
          }
        }
        #expect(tested.count == Set(tested).count, "a row is tested once")
      }
    }
  }

  @Test("an expanding window keeps all earlier rows, a rolling one forgets")
  func windows() throws {
    let (data, _) = try rows(400, symbols: 1, horizon: 1)
    let expanding = try WalkForwardSplit(folds: 3).split(data)
    #expect(expanding[0].train.count < expanding[1].train.count)
    #expect(expanding[2].train.first == 0)
    let rolling = try WalkForwardSplit(folds: 3, window: .rolling(spans: 1)).split(data)
    #expect(try #require(rolling[2].train.first) > 150)
    #expect(rolling[2].test == expanding[2].test)
  }

  @Test("the holdout tests each symbol's last share and purges by row")
  func holdout() throws {
    let (data, ends) = try rows(100, symbols: 2, horizon: 5)
    let fold = try HoldoutSplit(testShare: 0.2).split(data, endRows: ends)
    // Of 80 rows before the cut the last five have labels behind it; of 20 behind it the last five have none.
    #expect(fold.train == Array(0..<75) + Array(100..<175))
    #expect(fold.test == Array(80..<95) + Array(180..<195))
  }

  @Test("what would leak or be empty cannot be built")
  func refused() throws {
    #expect(throws: EvaluationError.self) { try LabelledRows(times: [5], endTimes: [4], symbols: [0]) }
    #expect(throws: EvaluationError.self) { try LabelledRows(times: [], endTimes: [], symbols: []) }
    #expect(throws: EvaluationError.self) { try WalkForwardSplit(folds: 0) }
    #expect(throws: EvaluationError.self) { try WalkForwardSplit(folds: 2, embargo: -1) }
    #expect(throws: EvaluationError.self) { try WalkForwardSplit(folds: 2, window: .rolling(spans: 0)) }
    #expect(throws: EvaluationError.self) { try HoldoutSplit(testShare: 1) }
    let (data, _) = try rows(5, symbols: 1, horizon: 1)
    #expect(throws: EvaluationError.self) { try WalkForwardSplit(folds: 50).split(data) }
  }
}
