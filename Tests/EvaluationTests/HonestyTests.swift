import Compute
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Honest verdicts") struct HonestyTests {
  /// mlfinlab's tests of its backtest statistics (2020): PSR 0.95727, DSR 0.95836, MinTRL 228.73497.
  ///
  /// Tolerance 1e-5: their last digits are cut off, not rounded.
  @Test("probabilistic and deflated Sharpe ratios and the minimum track record are the published ones")
  func published() throws {
    let own = try SharpeInference(sharpeRatio: 1.14, observations: 250)
    #expect(abs(own.probabilisticSharpeRatio(benchmark: 1) - 0.95727) < 1e-5)
    #expect(abs(try own.deflatedSharpeRatio(trials: [3.5, 1.01, 1.02]) - 0.95836) < 1e-5)
    #expect(abs(try own.minimumTrackRecord(benchmark: 1) - 228.73497) < 1e-5)
    #expect(try own.minimumTrackRecord(benchmark: 1.2) == .infinity)
    // With as many returns as the minimum track record asks, the confidence is what was asked.
    let length = try own.minimumTrackRecord(benchmark: 0.9, confidence: 0.99)
    let longer = try SharpeInference(sharpeRatio: 1.14, observations: Int(length.rounded(.up)))
    let shorter = try SharpeInference(sharpeRatio: 1.14, observations: Int(length.rounded(.down)))
    #expect(longer.probabilisticSharpeRatio(benchmark: 0.9) >= 0.99)
    #expect(shorter.probabilisticSharpeRatio(benchmark: 0.9) < 0.99)
  }

  @Test("moments of returns are those of the population, and nonsense is refused")
  func moments() throws {
    let own = try SharpeInference(returns: [1, 2, 3, 6])
    // scipy.stats.skew and kurtosis(fisher=False) of [1, 2, 3, 6].
    #expect(isClose(own.skewness, 0.6872431934890912, relative: 1e-12))
    #expect(isClose(own.kurtosis, 2.0, relative: 1e-12))
    #expect(throws: EvaluationError.self) { try SharpeInference(returns: [1, 1]) }
    #expect(throws: EvaluationError.self) { try SharpeInference(sharpeRatio: 1, observations: 1) }
    #expect(throws: EvaluationError.self) { try SharpeInference(sharpeRatio: 1, observations: 9, skewness: 2) }
    #expect(throws: EvaluationError.self) { try own.deflatedSharpeRatio(trials: [1]) }
  }

  @Test("the best of useless trials shows what it is expected to, and is deflated to a coin's toss")
  func deflation() throws {
    var random = RandomStream(seed: 11)
    let (trials, length, runs) = (50, 250, 100)
    var (best, confident, plain) = (0.0, 0, 0)
    for _ in 0..<runs {
      let ratios = try (0..<trials).map { _ in
        try SharpeInference(returns: (0..<length).map { _ in random.normal() }).sharpeRatio
      }
      let winner = try SharpeInference(sharpeRatio: ratios.max()!, observations: length)
      best += winner.sharpeRatio / Double(runs)
      if try winner.deflatedSharpeRatio(trials: ratios) > 0.95 { confident += 1 }
      if winner.probabilisticSharpeRatio() > 0.95 { plain += 1 }
    }
    let expected = try SharpeInference.expectedMaximum(deviation: 1 / Double(length).squareRoot(), trials: trials)
    #expect(abs(best - expected) < 0.01)
    // The plain ratio of the best of fifty looks sure nearly always; deflated it does so in at most 5 % and a few.
    #expect(plain > 85 && confident <= 10, "\(plain), \(confident)")
  }

  @Test("overfitting is as likely as not for noise, and unlikely where one configuration is truly better")
  func overfitting() throws {
    var random = RandomStream(seed: 2)
    var (noise, skill) = (0.0, 0.0)
    let runs = 20
    for _ in 0..<runs {
      let useless = (0..<20).map { _ in (0..<240).map { _ in random.normal() } }
      noise += try BacktestOverfitting(returns: useless, blocks: 8).probability / Double(runs)
      let one = useless.enumerated().map { index, series in index == 3 ? series.map { $0 + 0.5 } : series }
      skill += try BacktestOverfitting(returns: one, blocks: 8).probability / Double(runs)
    }
    #expect(noise > 0.35 && noise < 0.65, "\(noise)")
    #expect(skill < 0.02, "\(skill)")
  }

  @Test("overfitting by hand: two blocks each way of two configurations")
  func byHand() throws {
    // First half: A better; second half: B better. Whichever half is in sample, its best is last on the other.
    let reversed = try BacktestOverfitting(
      returns: [[2, 3, -2, -3], [-2, -3, 2, 3]].map { $0.flatMap { [$0, $0 + 0.1] } }, blocks: 2)
    #expect(reversed.probability == 1 && reversed.probabilityOfLoss == 1 && reversed.logits.count == 2)
    #expect(reversed.logits.allSatisfy { isClose($0, log((1.0 / 3) / (2.0 / 3)), relative: 1e-12) })
    // Equal configurations say nothing; of three that differ, the median is at the median.
    let same = [1.0, 2, 3, 5]
    #expect(try BacktestOverfitting(returns: [same, same, same], blocks: 2).probability == 0.5)
    // The best of each half is the middle one of the other: at the median, which counts whole.
    let middle = try BacktestOverfitting(
      returns: [[3, 3.1, 2, 2.1], [2, 2.1, 3, 3.1], [1, 1.1, 1, 1.1]], blocks: 2)
    #expect(middle.probability == 1 && middle.logits == [0, 0])
    #expect { try BacktestOverfitting(returns: [[1, 2, 3, 4]], blocks: 2) } throws: {
      "\($0)".contains("1 configurations")
    }
    #expect { try BacktestOverfitting(returns: [[1, 2], [1, 2]], blocks: 2) } throws: {
      "\($0)".contains("2 blocks of 2")
    }
    #expect { try BacktestOverfitting(returns: [[1, 2, 3, 4], [1, 2, 3, .nan]], blocks: 2) } throws: {
      "\($0)".contains("finite")
    }
  }

  @Test("permutation tests reject noise at their level and find what is there")
  func permutations() throws {
    var random = RandomStream(seed: 9)
    var rejected = 0
    let runs = 200
    for run in 0..<runs {
      let x = (0..<40).map { _ in random.normal() }
      let y = (0..<40).map { _ in random.normal() }
      let test = try PermutationTest(rows: 40, shuffles: 19, seed: UInt64(run)) { order in
        x.indices.reduce(0) { $0 + x[$1] * y[order[$1]] }
      }
      if test.pValue <= 0.05 { rejected += 1 }
    }
    // Binomial(200, 0.05): 3...20 with a chance of 0.998.
    #expect(3...20 ~= rejected, "\(rejected)")
    let x = (0..<60).map { _ in random.normal() }
    let found = try PermutationTest(rows: 60, shuffles: 99, blockLength: 5, threads: 2) { order in
      x.indices.reduce(0) { $0 + x[$1] * x[order[$1]] }
    }
    #expect(found.pValue == 0.01 && found.shuffledScores.count == 99)
    let again = try PermutationTest(rows: 60, shuffles: 99, blockLength: 5, threads: 1) { order in
      x.indices.reduce(0) { $0 + x[$1] * x[order[$1]] }
    }
    #expect(again == found)
    #expect(throws: EvaluationError.self) { try PermutationTest(rows: 5, blockLength: 6) { _ in 0 } }
    #expect(throws: EvaluationError.self) { try PermutationTest(rows: 5) { _ in .nan } }
    let gaps = try PermutationTest(rows: 5, shuffles: 9) { order in order == Array(0..<5) ? 1 : .nan }
    #expect(gaps.pValue == 1)
    struct Own: Error {}
    #expect(throws: Own.self) { try PermutationTest(rows: 5) { _ in throw Own() } }
  }

  @Test("shuffles in blocks keep each row once")
  func orders() throws {
    // One thread calls the score, so nothing is shared.
    final class Seen: @unchecked Sendable { var orders: [[Int]] = [] }
    let seen = Seen()
    _ = try PermutationTest(rows: 11, shuffles: 20, blockLength: 4) { order in
      seen.orders.append(order)
      return 0
    }
    #expect(seen.orders.count == 21 && seen.orders.allSatisfy { $0.sorted() == Array(0..<11) })
    #expect(Set(seen.orders).count > 15)
  }
}
