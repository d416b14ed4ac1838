import Compute
import Features
import Foundation
import TestSupport
import Testing

@Suite("Lead and lag") struct LeadLagTests {
  private typealias Series = (times: [Int64], values: [Double])

  /// The naive twin: every pair of changes, and whether their half-open spans overlap.
  private func naive(_ x: Series, _ y: Series, lag: Int64) -> Double {
    func ticks(_ series: Series) -> [(Int64, Double)] {
      var found: [(Int64, Double)] = []
      for (time, value) in zip(series.times, series.values) where value.isFinite {
        if found.last?.0 == time { found.removeLast() }
        found.append((time, value))
      }
      return found
    }
    let (a, b) = (ticks(x), ticks(y))
    var sum = 0.0
    for i in a.indices.dropFirst() {
      for j in b.indices.dropFirst() where max(a[i - 1].0, b[j - 1].0 - lag) < min(a[i].0, b[j].0 - lag) {
        sum += (a[i].1 - a[i - 1].1) * (b[j].1 - b[j - 1].1)
      }
    }
    return sum
  }

  @Test("covariances equal the sum over all overlapping pairs")
  func pairs() throws {
    for seed: UInt64 in 1...4 {
      let ticks = RandomTicks(symbols: 2, count: 60, seed: seed)
      let (x, y) = ((ticks.times[0], ticks.values[0]), (ticks.times[1], ticks.values[1]))
      let lags = Array(stride(from: Int64(-9000), through: 9000, by: 1500)) + [1_000_000]
      let curve = try HayashiYoshida.leadLag(x, y, lags: lags)
      for (lag, found) in zip(lags, curve.covariances) {
        #expect(isClose(found, naive(x, y, lag: lag), relative: 1e-9, floor: 1))
        #expect(try HayashiYoshida.covariance(x, y, lag: lag) == found)
        // The other way round the lag has the other sign.
        #expect(isClose(found, try HayashiYoshida.covariance(y, x, lag: -lag), relative: 1e-9, floor: 1))
      }
    }
  }

  @Test("at common times the covariance is the realised one, and that of a series with itself its variance")
  func closedForms() throws {
    let times: [Int64] = [0, 1, 2, 3]
    let (x, y): ([Double], [Double]) = ([0, 1, 3, 2], [5, 7, 6, 9])
    #expect(try HayashiYoshida.covariance((times, x), (times, y)) == 2.0 - 2 - 3)
    #expect(try HayashiYoshida.covariance((times, x), (times, x)) == 6)
    #expect(try HayashiYoshida.correlation((times, x), (times, x)) == 1)
    // One long change meets all short ones within it.
    #expect(try HayashiYoshida.covariance(([0, 3], [0, 10]), (times, y)) == 40)
    #expect(try HayashiYoshida.covariance(([3, 4], [0, 10]), (times, y)) == 0)
    #expect(try HayashiYoshida.covariance(([1], [1]), (times, y)) == 0)
    #expect(try HayashiYoshida.correlation(([1], [1]), (times, y)).isNaN)
  }

  /// Two samples, at random times of their own, of one random walk; the second sees it `delay` later.
  private func delayed(_ delay: Int64, seed: UInt64) -> (Series, Series) {
    var random = RandomStream(seed: seed)
    var path = [0.0]
    for _ in 0..<20_000 { path.append(path[path.count - 1] + random.uniform() - 0.5) }
    func sample(_ delay: Int64) -> Series {
      var series: Series = ([], [])
      for time in 100..<Int64(path.count) where random.index(below: 5) == 0 {
        series.times.append(time)
        series.values.append(path[Int(time - delay)])
      }
      return series
    }
    return (sample(0), sample(delay))
  }

  @Test("a series that follows is found at its delay, to both sides", arguments: [-40, -7, 0, 12, 50] as [Int64])
  func knownDelay(_ delay: Int64) throws {
    let pair = delayed(abs(delay), seed: 3)
    let (x, y) = delay >= 0 ? pair : (pair.1, pair.0)
    let lags = Array(Int64(-60)...60)
    let curve = try HayashiYoshida.leadLag(x, y, lags: lags)
    let peak = try #require(curve.peak)
    #expect(abs(lags[peak] - delay) <= 1)
    #expect(curve.correlation(at: peak) > 0.9)
    if delay > 0 { #expect(curve.ratio > 2 && curve.contrastRatio > 1) }
    if delay < 0 { #expect(curve.ratio < 0.5 && curve.contrastRatio < 1) }
    // The last 2000 steps alone, as they come.
    var window = try LeadLagWindow(lags: lags, span: .time(nanoseconds: 2000))
    var (i, j) = (0, 0)
    while i < x.times.count || j < y.times.count {
      if j >= y.times.count || (i < x.times.count && x.times[i] <= y.times[j]) {
        try window.take(.first, time: x.times[i], value: x.values[i])
        i += 1
      } else {
        try window.take(.second, time: y.times[j], value: y.values[j])
        j += 1
      }
    }
    let late = window.curve()
    #expect(abs(lags[try #require(late.peak)] - delay) <= 1)
  }

  @Test("ratios count squares and sizes; the peak is the largest, nearest to 0")
  func ratios() throws {
    // One change of each at 1 and 2: they meet at lag 1 alone.
    let (x, y): (Series, Series) = (([0, 1], [0, 2]), ([1, 2], [0, 3]))
    let curve = try HayashiYoshida.leadLag(x, y, lags: [-1, 0, 1])
    #expect(curve.covariances == [0, 0, 6] && curve.peak == 2 && curve.ratio == .infinity)
    let both = try HayashiYoshida.leadLag(
      ([0, 1, 2, 3], [0, 1, 1, 3]), ([0, 1, 2, 3], [0, 2, 2, 3]), lags: [-2, 0, 2])
    #expect(both.covariances == [4, 4, 1] && both.peak == 1 && both.ratio == 1.0 / 16 && both.contrastRatio == 0.25)
    #expect(try HayashiYoshida.leadLag(x, y, lags: [1, 2]).ratio.isNaN)
    #expect(try HayashiYoshida.leadLag(x, y, lags: [0]).peak == nil)
  }

  @Test("a rolling window has the bits of the ticks in it", arguments: [true, false])
  func window(_ isOfTime: Bool) throws {
    let ticks = RandomTicks(symbols: 2, count: 400, seed: 11)
    let lags: [Int64] = [-4000, -1000, 0, 2000, 5000]
    var window = try LeadLagWindow(lags: lags, span: isOfTime ? .time(nanoseconds: 60_000) : .ticks(25))
    var seen: [Series] = [([], []), ([], [])]
    for (index, tick) in ticks.merged.enumerated() {
      if index % 97 == 50 { window = try recoded(window) }
      let value = ticks.values[tick.symbol][tick.row]
      try window.take(tick.symbol == 0 ? .first : .second, time: tick.time, value: value)
      if value.isFinite {
        if seen[tick.symbol].times.last == tick.time {
          seen[tick.symbol].times.removeLast()
          seen[tick.symbol].values.removeLast()
        }
        seen[tick.symbol].times.append(tick.time)
        seen[tick.symbol].values.append(value)
      }
      let inside = seen.map { series -> Series in
        let rows = series.times.indices.filter {
          isOfTime ? series.times[$0] > tick.time - 60_000 : $0 >= series.times.count - 25
        }
        return (rows.map { series.times[$0] }, rows.map { series.values[$0] })
      }
      #expect(window.curve() == (try HayashiYoshida.leadLag(inside[0], inside[1], lags: lags)))
    }
  }

  @Test("what makes no sense is refused")
  func refused() throws {
    let y: Series = ([0, 1], [0, 1])
    #expect(throws: FeatureError.self) { try HayashiYoshida.leadLag(y, y, lags: []) }
    #expect(throws: FeatureError.self) { try HayashiYoshida.leadLag(y, y, lags: [1, 1]) }
    #expect(throws: FeatureError.self) { try HayashiYoshida.covariance(([1, 0], [0, 1]), y) }
    #expect(throws: FeatureError.self) { try HayashiYoshida.covariance(([0], [0, 1]), y) }
    #expect(throws: FeatureError.self) { try HayashiYoshida.covariance(y, y, lag: .max) }
    #expect(throws: FeatureError.self) { try LeadLagWindow(lags: [0], span: .ticks(1)) }
    #expect(throws: FeatureError.self) { try LeadLagWindow(lags: [0], span: .time(nanoseconds: 0)) }
    var window = try LeadLagWindow(lags: [0], span: .ticks(5))
    try window.take(.first, time: 5, value: 1)
    #expect(throws: FeatureError.self) { try window.take(.second, time: 4, value: 1) }
    #expect(throws: FeatureError.self) { try window.take(.second, time: .max, value: 1) }
  }

  /// Expected numbers are of a Python program of its own that sums over bisected spans, on the same trades.
  @Test(
    "a fund and a share of it, one real day", .enabled(if: SharedData.isPresent, "../shared/data is not here"))
  func realDay() throws {
    var series: [Substring: Series] = [:]
    for line in try gzipLines(SharedData.path("ticks/us_taq_pseudonym/raw/sampleMultiTradeData.csv.gz")).dropFirst() {
      let fields = line.split(separator: ",")
      let clock = fields[0].split { " :.".contains($0) }
      let seconds = clock[1...3].reduce(0) { $0 * 60 + (Int64($1) ?? 0) }
      let fraction = clock.count > 4 ? clock[4].prefix(9) : "0"
      let nanoseconds = (Int64(fraction + String(repeating: "0", count: 9 - fraction.count)) ?? 0)
      series[fields[1], default: ([], [])].times.append(seconds * 1_000_000_000 + nanoseconds)
      series[fields[1], default: ([], [])].values.append(Double(fields[2]) ?? .nan)
    }
    let (share, fund) = (try #require(series["AAA"]), try #require(series["ETF"]))
    let lags = (Int64(-5)...5).map { $0 * 1_000_000_000 }
    let curve = try HayashiYoshida.leadLag(share, fund, lags: lags)
    let expected = [
      0.551_373_1, 0.687_666_3, 0.793_632_7, 0.913_231_5, 1.031_909, 1.174_631_8, 0.994_008_3, 0.858_372_3, 0.714_445_4,
      0.663_923_7, 0.575_598_7,
    ]
    #expect(largestDifference(curve.covariances, expected) < 1e-9)
    #expect(abs(curve.contrastRatio - 0.956_894_852_2) < 1e-9 && abs(curve.ratio - 0.909_794_362_2) < 1e-9)
    #expect(curve.peak == 5)
    // What the R package highfrequency expects in its own test: of its sums, which leave out some changes, see below.
    let sums = lags.map { abs(originalSum(fund, share, lag: -$0)) }
    let (positive, negative) = (sums[6...].reduce(0, +), sums[..<5].reduce(0, +))
    #expect(abs(positive / negative - 0.952_513_128_9) < 1e-9)
  }

  /// The sums as highfrequency takes them.
  ///
  /// It looks for overlapping spans from the first tick at or behind the whole second of a change's start on, in both directions
  /// until one does not overlap: a change is left out where that tick is beyond the spans that overlap.
  private func originalSum(_ x: Series, _ y: Series, lag: Int64) -> Double {
    let origin = min(x.times[0], y.times[0])
    let moved = y.times.map { min(max($0 - lag, y.times[0]), y.times[y.times.count - 1]) }
    var (sum, from) = (0.0, 0)
    for i in x.times.indices.dropFirst() {
      let (start, end) = (x.times[i - 1], x.times[i])
      let whole = start - (start - origin) % 1_000_000_000
      while from < moved.count, moved[from] < whole { from += 1 }
      func adds(_ j: Int) -> Bool {
        guard j >= 0, j + 1 < moved.count, max(start, y.times[j] - lag) < min(end, y.times[j + 1] - lag) else {
          return false
        }
        sum += (x.values[i] - x.values[i - 1]) * (y.values[j + 1] - y.values[j])
        return true
      }
      var j = from
      while adds(j) { j += 1 }
      j = from - 1
      while adds(j) { j -= 1 }
    }
    return sum
  }
}
