import Compute
import Features
import Foundation
import TestSupport
import Testing

@Suite("Sample weights") struct WeightTests {
  private func randomSpans(_ count: Int, rows: Int, longest: Int, seed: UInt64) throws -> LabelSpans {
    var random = RandomStream(seed: seed)
    let starts = (0..<count).map { _ in random.index(below: rows) }
    let ends = starts.map { min(rows - 1, $0 + random.index(below: longest)) }
    return try LabelSpans(starts: starts, ends: ends, rowCount: rows)
  }

  /// The example of the book's section 4.5.3: labels over rows 0-2, 2-3 and 4-5.
  private var book: LabelSpans {
    get throws { try LabelSpans(starts: [0, 2, 4], ends: [2, 3, 5], rowCount: 6) }
  }

  @Test("the book's example has the book's uniqueness and probabilities")
  func bookExample() throws {
    #expect(try book.concurrency() == [1, 1, 2, 1, 1, 1])
    let uniqueness = try book.averageUniqueness()
    #expect(zip(uniqueness, [5.0 / 6, 0.75, 1]).allSatisfy { isClose($0, $1, relative: 1e-15) })
    var bootstrap = try SequentialBootstrap(book)
    let third = 1.0 / 3
    #expect(bootstrap.probabilities == [third, third, third])
    bootstrap.record(1)
    #expect(
      zip(bootstrap.probabilities, [5.0 / 14, 3.0 / 14, 6.0 / 14]).allSatisfy { isClose($0, $1, relative: 1e-15) })
  }

  @Test("hours of mlfinpy's tests have its concurrency and uniqueness")
  func hours() throws {
    // test_sampling.py of mlfinpy: labels of two hours that begin at these hours; counted up to the last label's end.
    let starts = [1, 2, 5, 7, 10, 11, 12, 20]
    let spans = try LabelSpans(starts: starts, ends: starts.map { $0 + 2 }, rowCount: 169)
    let counts = spans.concurrency()[1...22]
    #expect([0, 1, 2, 3].map { level in counts.count { $0 == level } } == [5, 11, 5, 1])
    let uniqueness = spans.averageUniqueness()
    for (label, expected) in [(0, 2.0 / 3), (2, 5.0 / 6), (5, 4.0 / 9), (7, 1)] {
      #expect(isClose(uniqueness[label], expected, relative: 1e-14))
    }
  }

  @Test("concurrency, uniqueness and attribution are those of the textbook loops", arguments: [1, 2, 3])
  func naive(_ seed: UInt64) throws {
    let spans = try randomSpans(150, rows: 400, longest: 40, seed: seed)
    let series = try randomSeries(400, seed: seed)
    let counts = (0..<400).map { row in spans.starts.indices.count { spans.starts[$0] <= row && row <= spans.ends[$0] }
    }
    #expect(spans.concurrency() == counts)
    let uniqueness = spans.averageUniqueness()
    var weights: [LabelSpans.EntryReturn: [Double]] = [.included: [], .excluded: []]
    for label in 0..<150 {
      let rows = spans.starts[label]...spans.ends[label]
      let mean = rows.reduce(0) { $0 + 1 / Double(counts[$1]) } / Double(rows.count)
      #expect(isClose(uniqueness[label], mean, relative: 1e-13))
      var (included, excluded) = (0.0, 0.0)
      for row in rows where !series.prices[row].isNaN {
        guard let before = (0..<row).last(where: { !series.prices[$0].isNaN }) else { continue }
        let share = log(series.prices[row] / series.prices[before]) / Double(counts[row])
        included += share
        if row > spans.starts[label] { excluded += share }
      }
      weights[.included]?.append(abs(included))
      weights[.excluded]?.append(abs(excluded))
    }
    for (entry, expected) in weights {
      let total = expected.reduce(0, +)
      let found = try spans.returnAttribution(of: series, entry: entry)
      #expect(zip(found, expected).allSatisfy { isClose($0, $1 * 150 / total, relative: 1e-9, floor: 1e-3) })
      #expect(isClose(found.reduce(0, +), 150, relative: 1e-12))
    }
  }

  @Test("a short label behind millions of rows is as exact as the first")
  func exactFarOut() throws {
    let rows = 2_000_000
    // Three labels at every row, whose thirds a plain running sum would round two million times.
    let starts = Array(0..<rows - 2)
    let spans = try LabelSpans(starts: starts, ends: starts.map { $0 + 2 }, rowCount: rows)
    let uniqueness = spans.averageUniqueness()
    #expect(isClose(uniqueness[rows / 2], 1.0 / 3, relative: 1e-14))
    // The last label's rows are in 3, 2 and 1 labels.
    #expect(isClose(try #require(uniqueness.last), (1.0 / 3 + 1.0 / 2 + 1) / 3, relative: 1e-14))
  }

  @Test("time decay is linear in uniqueness, clips at 0 for a negative c, and does not decay for 1")
  func decay() throws {
    let spans = try LabelSpans(starts: [6, 0, 2, 4], ends: [6, 0, 2, 4], rowCount: 7)
    func expectClose(_ c: Double, _ expected: [Double]) throws {
      #expect(zip(try spans.timeDecay(oldest: c), expected).allSatisfy { isClose($0, $1, relative: 1e-14) }, "\(c)")
    }
    try expectClose(1, [1, 1, 1, 1])
    try expectClose(0, [1, 0.25, 0.5, 0.75])
    try expectClose(0.5, [1, 0.625, 0.75, 0.875])
    try expectClose(-0.5, [1, 0, 0, 0.5])
    try expectClose(2, [1, 1.75, 1.5, 1.25])
    #expect(throws: FeatureError.self) { try spans.timeDecay(oldest: -1) }
  }

  @Test("sequential draws are those of the textbook loops", arguments: [1, 2, 3, 4])
  func sequential(_ seed: UInt64) throws {
    let spans = try randomSpans(60, rows: 120, longest: 25, seed: seed)
    var bootstrap = try SequentialBootstrap(spans)
    var (fast, slow) = (RandomStream(seed: seed), RandomStream(seed: seed))
    var drawn = [Int](repeating: 0, count: 120)
    for _ in 0..<200 {
      let means = (0..<60).map { label in
        let rows = spans.starts[label]...spans.ends[label]
        return rows.reduce(0) { $0 + 1 / Double(1 + drawn[$1]) } / Double(rows.count)
      }
      let total = means.reduce(0, +)
      #expect(zip(bootstrap.probabilities, means).allSatisfy { isClose($0, $1 / total, relative: 1e-12) })
      var left = slow.uniform() * total
      let expected = means.firstIndex { mean in
        left -= mean
        return left < 0
      }
      let label = bootstrap.draw(&fast)
      #expect(label == expected)
      for row in spans.starts[label]...spans.ends[label] { drawn[row] += 1 }
    }
  }

  @Test("sequential draws are more unique than plain ones, and the same for the same seed")
  func moreUnique() throws {
    let spans = try randomSpans(100, rows: 1000, longest: 20, seed: 12)
    func uniqueness(_ draws: [Int]) throws -> Double {
      let sample = try LabelSpans(
        starts: draws.map { spans.starts[$0] }, ends: draws.map { spans.ends[$0] }, rowCount: 1000)
      return sample.averageUniqueness().reduce(0, +) / Double(draws.count)
    }
    var (plain, sequential) = (0.0, 0.0)
    for seed in 0..<200 {
      var random = RandomStream(seed: UInt64(seed), path: 1)
      plain += try uniqueness((0..<100).map { _ in random.index(below: 100) })
      sequential += try uniqueness(try spans.sequentialBootstrap(seed: UInt64(seed)))
    }
    #expect(sequential > plain * 1.05)
    #expect(try spans.sequentialBootstrap(seed: 5) == spans.sequentialBootstrap(seed: 5))
    #expect(try spans.sequentialBootstrap(seed: 5) != spans.sequentialBootstrap(seed: 6))
    #expect(try spans.sequentialBootstrap(draws: 7, seed: 5).count == 7)
  }

  @Test("spans that cannot be are refused")
  func refused() throws {
    #expect(throws: FeatureError.self) { try LabelSpans(starts: [1], ends: [0], rowCount: 5) }
    #expect(throws: FeatureError.self) { try LabelSpans(starts: [1], ends: [5], rowCount: 5) }
    #expect(throws: FeatureError.self) { try LabelSpans(starts: [-1], ends: [1], rowCount: 5) }
    #expect(throws: FeatureError.self) { try LabelSpans(starts: [1], ends: [], rowCount: 5) }
    let empty = try LabelSpans(starts: [], ends: [], rowCount: 5)
    #expect(empty.averageUniqueness().isEmpty && empty.concurrency() == [0, 0, 0, 0, 0])
    #expect(throws: FeatureError.self) { try empty.sequentialBootstrap(seed: 1) }
    #expect(throws: FeatureError.self) { try book.sequentialBootstrap(draws: -1, seed: 1) }
    #expect(throws: FeatureError.self) { try book.returnAttribution(of: randomSeries(5, seed: 1)) }
  }

  @Test(
    "attribution and decay give mlfinpy's numbers",
    .enabled(if: MlfinpyData.isPresent, "TICKBOOST_MLFINPY_DATA is not set"))
  func mlfinpy() throws {
    // test_sample_weights.py of mlfinpy names the first and fourth weight and the first decay; the others its 0.1.2 gives.
    let series = try dollarBars()
    let spans = try LabelSpans(
      starts: [217, 330, 408, 572, 623, 733, 879], ends: [317, 456, 557, 629, 629, 821, 998], rowCount: 1000)
    func isSame(_ found: [Double], _ expected: [Double]) -> Bool {
      found.count == expected.count && zip(found, expected).allSatisfy { isClose($0, $1, relative: 1e-10, floor: 1e-6) }
    }
    #expect(
      isSame(
        try spans.returnAttribution(of: series),
        [
          0.7818069606474175, 0.9781655216535534, 0.7286861658194891, 1.6279436810448502, 0.18272894990491798,
          0.612539647039089, 2.088129073890683,
        ]))
    #expect(
      isSame(
        try spans.timeDecay(oldest: 0.5),
        [
          0.5821907658908843, 0.6485258328500625, 0.7172921069787689, 0.7945230852727895, 0.8356184682182315,
          0.9178092341091157, 1,
        ]))
    #expect(
      isSame(
        try spans.timeDecay(oldest: -0.5),
        [0, 0, 0, 0.1780923410911579, 0.3424738728729262, 0.6712369364364632, 1]))
    #expect(try spans.timeDecay(oldest: 1.5)[0] > 1.41)

    var barriers = TripleBarrierLabels()
    barriers.vertical = .nanoseconds(day)
    let events = try CumulativeSumFilter().rows(of: series, threshold: 0.005)
    let labels = try barriers.labels(of: series, events: events, targets: try VolatilityTarget().values(of: series))
    let many = try LabelSpans(starts: labels.map(\.row), ends: labels.map(\.endRow), rowCount: 1000)
    #expect(isClose(many.averageUniqueness().reduce(0, +), 43.1803945039312, relative: 1e-12))
    let weights = try many.returnAttribution(of: series)
    #expect(isClose(weights[0], 1.1421768433040567, relative: 1e-10))
    #expect(isClose(weights.indices.reduce(0) { $0 + Double($1) * weights[$1] }, 4431.068675771051, relative: 1e-10))
  }
}
