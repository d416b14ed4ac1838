import Compute
import Features
import Foundation
import TestSupport
import Testing

@Suite("Triple barriers and trends") struct BarrierTests {
  private let prices = [100.0, 101, 103, 99, 96, 100]
  private var series: PriceSeries {
    get throws { try PriceSeries(times: (0..<6).map { Int64($0) * 10 }, prices: prices) }
  }
  private let targets = [Double](repeating: 0.02, count: 6)

  @Test("the first barrier that is touched gives the label")
  func firstTouch() throws {
    var barriers = TripleBarrierLabels()
    barriers.vertical = .ticks(2)
    let labels = try barriers.labels(of: series, events: [0, 1, 2, 3, 5], targets: targets)
    #expect(labels.map(\.row) == [0, 1, 2, 3])
    #expect(labels.map(\.barrier) == [.profitTaking, .vertical, .stopLoss, .stopLoss])
    #expect(labels.map(\.endRow) == [2, 3, 3, 4])
    #expect(labels.map(\.value) == [1, 0, -1, -1])
    #expect(labels[1].futureReturn == 99.0 / 101 - 1)
  }

  @Test("a return at the barrier does not touch it")
  func atBarrier() throws {
    let flat = try PriceSeries(times: [0, 1, 2], prices: [100, 150, 151])
    let labels = try TripleBarrierLabels().labels(of: flat, events: [0], targets: [0.5, 0.5, 0.5])
    #expect(labels.map(\.endRow) == [2])
  }

  @Test("without a vertical barrier an event that touches nothing has no label, with one in time it ends there")
  func vertical() throws {
    var barriers = TripleBarrierLabels()
    (barriers.profitTaking, barriers.stopLoss) = (nil, nil)
    #expect(try barriers.labels(of: series, events: [0], targets: targets).isEmpty)
    barriers.vertical = .nanoseconds(25)
    barriers.verticalLabel = .sign
    let labels = try barriers.labels(of: series, events: [0, 1, 2, 3], targets: targets)
    #expect(labels.map(\.endRow) == [3, 4, 5])
    #expect(labels.map(\.value) == [-1, -1, -1])
  }

  @Test("with a side the label says whether taking it paid")
  func metaLabels() throws {
    var barriers = TripleBarrierLabels()
    barriers.vertical = .ticks(2)
    let labels = try barriers.labels(
      of: series, events: [0, 1, 2, 3, 4], targets: targets, sides: [-1, -1, -1, 0, 1, .nan])
    #expect(labels.map(\.row) == [0, 1, 2, 4])
    #expect(labels.map(\.barrier) == [.stopLoss, .vertical, .profitTaking, .profitTaking])
    #expect(labels.map(\.value) == [0, 1, 1, 1])
    #expect(labels[1].futureReturn == -(99.0 / 101 - 1))
    barriers.verticalGainPays = false
    #expect(
      try barriers.labels(of: series, events: [1], targets: targets, sides: [1, -1, 1, 1, 1, 1]).map(\.value) == [0])
  }

  @Test("targets that are missing or too small give no label, bad options are refused")
  func options() throws {
    var barriers = TripleBarrierLabels()
    barriers.minTarget = 0.02
    #expect(try barriers.labels(of: series, events: [0, 1], targets: targets).isEmpty)
    #expect(try barriers.labels(of: series, events: [0], targets: [.nan, 1, 1, 1, 1, 1]).isEmpty)
    #expect(throws: FeatureError.self) { try barriers.labels(of: series, events: [6], targets: targets) }
    #expect(throws: FeatureError.self) { try barriers.labels(of: series, events: [0], targets: [1]) }
    barriers.stopLoss = 0
    #expect(throws: FeatureError.self) { try barriers.labels(of: series, events: [0], targets: targets) }
  }

  @Test("the tree of extremes finds what a walk along the path finds", arguments: [1, 2, 3], [nil, 7, 60])
  func naiveWalk(_ seed: UInt64, _ vertical: Int?) throws {
    let series = try randomSeries(700, seed: seed)
    var random = RandomStream(seed: seed, path: 9)
    let targets = (0..<700).map { _ in random.uniform() * 0.01 }
    let sides = (0..<700).map { _ in Double(random.index(below: 3)) - 1 }
    var barriers = TripleBarrierLabels()
    (barriers.profitTaking, barriers.stopLoss) = (1.5, seed == 3 ? nil : 0.7)
    barriers.vertical = vertical.map { .ticks($0) }
    for sides in [nil, sides] {
      let labels = try barriers.labels(of: series, events: Array(0..<700), targets: targets, sides: sides)
      var expected: [[Int]] = []
      for row in 0..<700 where !series.prices[row].isNaN && (sides?[row] ?? 1) != 0 {
        let side = sides?[row] ?? 1
        var walked = 0
        for later in row + 1..<700 where !series.prices[later].isNaN {
          walked += 1
          let gain = (series.prices[later] / series.prices[row] - 1) * side
          if gain > 1.5 * targets[row] || barriers.stopLoss.map({ gain < -$0 * targets[row] }) ?? false
            || walked == vertical
          {
            let barrier =
              gain > 1.5 * targets[row] ? 1 : barriers.stopLoss.map { gain < -$0 * targets[row] } ?? false ? -1 : 0
            expected.append([row, later, barrier])
            break
          }
        }
      }
      let found = labels.map { label in
        [label.row, label.endRow, label.barrier == .profitTaking ? 1 : label.barrier == .stopLoss ? -1 : 0]
      }
      #expect(found == expected)
      #expect(expected.count > 100)
    }
  }

  /// The t value of an ordinary least squares slope, from the sums of its definition.
  private func slope(_ y: [Double]) -> Double {
    let count = Double(y.count)
    let x = y.indices.map(Double.init)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let squares = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / squares
    let residuals = zip(x, y).reduce(0) { sum, point in
      let error = point.1 - meanY - slope * (point.0 - meanX)
      return sum + error * error
    }
    return slope / (residuals / (count - 2) / squares).squareRoot()
  }

  @Test(
    "trends are those of separate regressions", arguments: [1, 3],
    [TrendScanningLabels.Direction.lookForward, .lookBackward])
  func trends(_ step: Int, _ direction: TrendScanningLabels.Direction) throws {
    let series = try randomSeries(200, seed: 8, missing: 0)
    let scanner = try TrendScanningLabels(observations: 5...19, step: step, direction: direction)
    let labels = try scanner.labels(of: series)
    #expect(labels.count == 182)
    for label in labels {
      var best = (t: 0.0, length: 0)
      for length in stride(from: 5, through: 19, by: step) {
        let rows =
          direction == .lookForward ? label.row...label.row + length - 1 : label.row - length + 1...label.row
        let t = slope(Array(series.prices[rows]))
        if abs(t) > abs(best.t) + 1e-9 { best = (t, length) }
      }
      #expect(label.tValue == best.t || isClose(label.tValue, best.t, relative: 1e-9))
      #expect(label.trendEndRow - label.trendStartRow + 1 == best.length)
      #expect(label.sign == (best.t > 0 ? 1 : -1))
      #expect(label.endRow == (direction == .lookForward ? label.row + 18 : label.row))
    }
  }

  @Test("a perfect line has an infinite t value, a flat one 0")
  func lines() throws {
    let rising = try PriceSeries(times: Array(0..<9), prices: (0..<9).map { 100 + Double($0) / 4 })
    let flat = try PriceSeries(times: Array(0..<9), prices: [Double](repeating: 7.1, count: 9))
    let scanner = try TrendScanningLabels(observations: 3...5)
    #expect(try scanner.labels(of: rising).allSatisfy { $0.tValue == .infinity && $0.sign == 1 })
    #expect(try scanner.labels(of: flat).allSatisfy { $0.tValue == 0 && $0.sign == 0 })
    #expect(throws: FeatureError.self) { try TrendScanningLabels(observations: 2...5) }
  }

  @Test("options read back as they were written")
  func codable() throws {
    func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
      try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
    let scanner = try TrendScanningLabels(observations: 4...9, step: 2, direction: .lookBackward)
    #expect(try roundTrip(scanner) == scanner)
    var barriers = TripleBarrierLabels()
    (barriers.vertical, barriers.stopLoss) = (.nanoseconds(5), nil)
    #expect(try roundTrip(barriers) == barriers)
    let bad = Data(#"{"lowerBound":1,"upperBound":5,"step":1,"direction":"look_forward"}"#.utf8)
    #expect(throws: FeatureError.self) { try JSONDecoder().decode(TrendScanningLabels.self, from: bad) }
  }

  @Test(
    "barriers and trends give mlfinpy's numbers",
    .enabled(if: MlfinpyData.isPresent, "TICKBOOST_MLFINPY_DATA is not set"))
  func mlfinpy() throws {
    // test_labels.py of mlfinpy; rows and returns as its 0.1.2 gives them for the same file.
    let series = try dollarBars()
    let events = try CumulativeSumFilter().rows(of: series, threshold: 0.02)
    let targets = try VolatilityTarget().values(of: series)
    var barriers = TripleBarrierLabels()
    (barriers.vertical, barriers.minTarget, barriers.verticalGainPays) = (.nanoseconds(day), 0.005, false)
    let labels = try barriers.labels(of: series, events: events, targets: targets)
    #expect(labels.map(\.row) == [217, 330, 408, 572, 623, 733, 879, 963])
    #expect(labels.map(\.endRow) == [262, 371, 445, 584, 629, 742, 901, 988])
    #expect(labels.map(\.value) == [0, 1, -1, 1, 0, -1, 1, -1])
    #expect(isClose(labels[0].target, 0.010166261175903357, relative: 1e-12))
    #expect(isClose(labels[7].target, 0.006455887663302873, relative: 1e-12))
    #expect(isClose(labels[0].futureReturn, 0.006749294391949601, relative: 1e-12))
    let long = [Double](repeating: 1, count: series.count)
    #expect(
      try barriers.labels(of: series, events: events, targets: targets, sides: long).map(\.value)
        == [0, 1, 0, 1, 0, 0, 1, 0])
    barriers.vertical = nil
    #expect(
      try barriers.labels(of: series, events: events, targets: targets).map(\.endRow)
        == [268, 371, 445, 584, 705, 742, 901, 988])
    (barriers.vertical, barriers.minTarget) = (.nanoseconds(day), 0)
    let many = try barriers.labels(
      of: series, events: try CumulativeSumFilter().rows(of: series, threshold: 0.005), targets: targets)
    #expect(many.count == 94 && many.reduce(0) { $0 + $1.endRow } == 51_543)
    #expect(isClose(many.reduce(0) { $0 + $1.futureReturn }, 0.029274241974046933, relative: 1e-9))

    // test_trend_scanning_labels.py: look_forward_window 20, min_sample_length 5.
    let stocks = try MlfinpyData.rows("stock_prices.csv").filter { ("2008-04-01"..."2008-10-01").contains($0[0]) }
    let eem = try PriceSeries(
      times: stocks.map { MlfinpyData.time($0[0]) }, prices: stocks.map { Double($0[1]) ?? .nan })
    let all = try TrendScanningLabels(observations: 5...19).labels(of: eem)
    // mlfinpy wants 20 rows, of which it looks at 19.
    let trends = all.filter { $0.row + 20 <= eem.count }
    #expect(eem.count == 129 && trends.count == 110)
    #expect(trends.count { $0.sign == -1 } == 70 && trends.count { $0.sign == 1 } == 40)
    #expect(isClose(trends.reduce(0) { $0 + $1.tValue }, -309.1469370087853, relative: 1e-9))
    #expect([0, 2, 10, 20, 50].map { trends[$0].trendEndRow } == [18, 19, 25, 25, 54])
    #expect(isClose(trends[0].tValue, 5.724655676886711, relative: 1e-9))
    #expect(isClose(trends[50].trendReturn, 0.024478080609086073, relative: 1e-9))
  }
}
