import Compute
import Features
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Fixed horizons, volatility and event filters") struct LabelTests {
  @Test("columns that cannot be labelled are refused at the door")
  func door() {
    func code(_ times: [Int64], _ prices: [Double]) -> FeatureError.Code? {
      do throws(FeatureError) {
        _ = try PriceSeries(times: times, prices: prices)
        return nil
      } catch { return error.code }
    }
    #expect(code([1, 2, 2], [1, .nan, 3]) == nil)
    #expect(code([1, 2], [1]) == .shapeMismatch)
    #expect(code([2, 1], [1, 1]) == .unsortedTimes)
    #expect(code([1], [0]) == .invalidTick)
    #expect(code([1], [-.infinity]) == .invalidTick)
  }

  @Test("labels a number of ticks ahead pass over rows without a price")
  func ticksAhead() throws {
    let series = try PriceSeries(times: [0, 1, 2, 3, 4], prices: [100, .nan, 110, 110, 99])
    let labels = try FixedHorizonLabels(.ticks(1)).labels(of: series)
    #expect(labels.map(\.row) == [0, 2, 3])
    #expect(labels.map(\.endRow) == [2, 3, 4])
    #expect(labels.map(\.sign) == [1, 0, -1])
    #expect(labels[0].futureReturn == 110.0 / 100 - 1)
    #expect(try FixedHorizonLabels(.ticks(2)).labels(of: series, events: [0, 1, 4]).map(\.endRow) == [3])
  }

  @Test("labels a time ahead end at the first price at or after it")
  func timeAhead() throws {
    let series = try PriceSeries(times: [0, 10, 20, 20, 35], prices: [100, 101, 102, .nan, 99])
    let labels = try FixedHorizonLabels(.nanoseconds(11)).labels(of: series)
    #expect(labels.map(\.row) == [0, 1, 2])
    #expect(labels.map(\.endRow) == [2, 4, 4])
    #expect(try FixedHorizonLabels(.nanoseconds(10)).labels(of: series).map(\.endRow) == [1, 2, 4])
    #expect(try FixedHorizonLabels(.nanoseconds(.max)).labels(of: series).isEmpty)
  }

  @Test("a return at the threshold is no move, one beyond it is")
  func thresholds() throws {
    let series = try PriceSeries(times: [0, 1, 2], prices: [100, 150, 75])
    let labeller = try FixedHorizonLabels(.ticks(1))
    #expect(try labeller.labels(of: series, threshold: 0.5).map(\.sign) == [0, 0])
    #expect(try labeller.labels(of: series, threshold: 0.4).map(\.sign) == [1, -1])
    #expect(try labeller.labels(of: series, thresholds: [0.6, .nan, 0]).map(\.sign) == [0])
    #expect(throws: FeatureError.self) { try labeller.labels(of: series, threshold: -1) }
    #expect(throws: FeatureError.self) { try labeller.labels(of: series, thresholds: [1]) }
    #expect(throws: FeatureError.self) { try labeller.labels(of: series, events: [2, 1]) }
    #expect(throws: FeatureError.self) { try FixedHorizonLabels(.ticks(0)) }
  }

  @Test("no label changes when the rows behind its end row are taken away", arguments: [1, 5, 40])
  func noLookAhead(_ horizon: Int) throws {
    let series = try randomSeries(300, seed: 2)
    var barriers = TripleBarrierLabels()
    barriers.vertical = .ticks(horizon)
    let targets = [Double](repeating: 0.004, count: 300)
    let trend = try TrendScanningLabels(observations: 5...max(6, horizon))
    let fixed = try FixedHorizonLabels(.nanoseconds(Int64(horizon) * 1500))
    let all = Array(0..<300)
    let full = (
      try barriers.labels(of: series, events: all, targets: targets), try trend.labels(of: series),
      try fixed.labels(of: series)
    )
    for end in stride(from: 50, to: 300, by: 17) {
      let cut = try PriceSeries(times: Array(series.times[...end]), prices: Array(series.prices[...end]))
      let events = Array(0...end)
      #expect(
        try barriers.labels(of: cut, events: events, targets: Array(targets[...end]))
          == full.0.filter { $0.endRow <= end }
      )
      #expect(try trend.labels(of: cut) == full.1.filter { $0.endRow <= end })
      #expect(try fixed.labels(of: cut) == full.2.filter { $0.endRow <= end })
    }
  }

  /// Snippet 3.1 as it is written, with sums over all returns so far.
  private func naiveVolatility(_ series: PriceSeries, lookback: Int64, span: Double) -> [Double] {
    var returns: [Double] = []
    return series.times.indices.map { row in
      guard !series.prices[row].isNaN else { return .nan }
      let base = (0..<row).last { !series.prices[$0].isNaN && series.times[$0] < series.times[row] - lookback }
      guard let base else { return .nan }
      returns.append(series.prices[row] / series.prices[base] - 1)
      let weights = returns.indices.map { pow(1 - 2 / (span + 1), Double(returns.count - 1 - $0)) }
      let (sum, squares) = (weights.reduce(0, +), weights.reduce(0) { $0 + $1 * $1 })
      let mean = zip(weights, returns).reduce(0) { $0 + $1.0 * $1.1 } / sum
      let biased = zip(weights, returns).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / sum
      return returns.count > 1 ? (sum * sum / (sum * sum - squares) * biased).squareRoot() : .nan
    }
  }

  @Test("the volatility is that of the textbook sums")
  func volatility() throws {
    let series = try randomSeries(400, seed: 6)
    let target = try VolatilityTarget(lookback: .nanoseconds(9000), span: 20)
    let naive = naiveVolatility(series, lookback: 9000, span: 20)
    let values = target.values(of: series)
    #expect(zip(values, naive).allSatisfy { isClose($0, $1, relative: 1e-10) })
    #expect(values.count { !$0.isNaN } > 300)
    // Returns of 1 % and 3 % with span 1: only the last one counts, so there is no deviation.
    let ticks = try VolatilityTarget(lookback: .ticks(1), span: 3)
    let two = ticks.values(of: try PriceSeries(times: [0, 1, 2], prices: [100, 101, 101 * 1.03]))
    // Two values with weights 1/2 and 1: the unbiased deviation is |difference|/√2 whatever the weights.
    #expect(two[0].isNaN && two[1].isNaN && isClose(two[2], 0.02 / 2.0.squareRoot(), relative: 1e-12))
    #expect(throws: FeatureError.self) { try VolatilityTarget(span: .nan) }
  }

  @Test("the filter samples a rise and a fall of the threshold and starts anew on that side")
  func cumulativeSums() throws {
    let series = try PriceSeries(times: Array(0..<8), prices: [10, 11, .nan, 12.5, 12, 11, 9, 10])
    let filter = CumulativeSumFilter(.difference)
    // S+ 1, 2.5 → event at row 3; S− −0.5, −1.5, −3.5 → event at row 6.
    #expect(try filter.rows(of: series, threshold: 2) == [3, 6])
    #expect(try filter.rows(of: series, threshold: 2.5) == [6])
    #expect(try filter.rows(of: series, thresholds: [9, 9, 9, 2.5, 9, 1, .nan, 0]) == [5, 7])
    var streaming = CumulativeSumFilter(.difference)
    #expect(series.prices.map { streaming.update($0, threshold: 2) } == [0, 0, 0, 1, 0, 0, -1, 0])
    let logs = try CumulativeSumFilter().rows(of: series, threshold: log(12.4 / 10))
    #expect(logs == [3, 6])
    #expect(throws: FeatureError.self) { try filter.rows(of: series, threshold: .nan) }
  }

  @Test(
    "daily volatility, filter and horizons give mlfinpy's numbers",
    .enabled(if: MlfinpyData.isPresent, "TICKBOOST_MLFINPY_DATA is not set"))
  func mlfinpy() throws {
    // test_labels.py of mlfinpy, and values that its 0.1.2 gives for the same file.
    let series = try dollarBars()
    let volatility = try VolatilityTarget().values(of: series)
    #expect(isClose(volatility[999], 0.00896823893217064, relative: 1e-12))
    #expect(isClose(volatility[540], 0.01010259413080535, relative: 1e-12))
    #expect(volatility.count { !$0.isNaN } == 959)
    #expect(isClose(volatility.filter { !$0.isNaN }.reduce(0, +), 7.2354957077406885, relative: 1e-12))
    let filter = CumulativeSumFilter()
    #expect(try filter.rows(of: series, threshold: 0.02) == [60, 217, 330, 408, 572, 623, 733, 879, 963])
    #expect(
      try filter.rows(of: series, thresholds: series.prices.map { $0 * 1e-5 })
        == [60, 217, 330, 408, 572, 623, 733, 880, 963])
    #expect(try filter.rows(of: series, threshold: 0.005).reduce(0, +) == 51_515)
    #expect(try filter.rows(of: series, threshold: 0.01).count == 37)
    // test_labeling_fixed_time_horizon.py: SPY, forward, thresholds 0.01 and 0 and one of each row.
    let stocks = try MlfinpyData.rows("stock_prices.csv").prefix(10)
    let spy = try PriceSeries(
      times: stocks.map { MlfinpyData.time($0[0]) }, prices: stocks.map { Double($0[19]) ?? .nan })
    let next = try FixedHorizonLabels(.ticks(1))
    #expect(try next.labels(of: spy, threshold: 0.01).map(\.sign) == [0, -1, 0, -1, 1, 0, 0, 0, -1])
    #expect(try next.labels(of: spy).map(\.sign) == [-1, -1, -1, -1, 1, 1, -1, 1, -1])
    let each = [0.01, 0.005, 0, 0.01, 0.02, 0.03, 0.1, -1, 0.99, 0]
    // A negative threshold, which mlfinpy takes as "reversed", gives no label here.
    #expect(try next.labels(of: spy, thresholds: each).map(\.sign) == [0, -1, -1, -1, 0, 0, 0, 0])
  }
}
