import Features
import Foundation
import Testing

@Suite("As-of joins") struct AsOfTests {
  /// The naive twin: looks at every tick for every row, in the order of time, symbol and row.
  private func naive(_ ticks: RandomTicks, target: Int, _ options: AsOfOptions) -> [[Double]] {
    ticks.times.indices.map { symbol in
      ticks.times[target].indices.map { row in
        let time = ticks.times[target][row]
        var found = (time: Int64.min, value: Double.nan)
        for other in ticks.times[symbol].indices {
          let (otherTime, value) = (ticks.times[symbol][other], ticks.values[symbol][other])
          var isSeen = otherTime < time
          if symbol == target {
            isSeen = other <= row
          } else if otherTime == time {
            switch options.ties {
            case .arrived: isSeen = symbol < target
            case .strictlyBefore: isSeen = false
            case .sameTime: isSeen = true
            }
          }
          if isSeen, value.isFinite || !options.skipsMissing { found = (otherTime, value) }
        }
        if let tolerance = options.tolerance, found.time == .min || time - found.time > tolerance { return .nan }
        return found.value
      }
    }
  }

  @Test("joins equal a search of all ticks, and a clock gives the same bits", arguments: AsOfOptions.Ties.allCases)
  func twins(_ ties: AsOfOptions.Ties) throws {
    for seed: UInt64 in 1...3 {
      let ticks = RandomTicks(symbols: 3, count: 120, seed: seed)
      for target in 0..<3 {
        for (tolerance, skips) in [(nil, true), (0, true), (3000, true), (nil, false), (2000, false)]
          as [(Int64?, Bool)]
        {
          let options = AsOfOptions(ties: ties, tolerance: tolerance, skipsMissing: skips)
          let expected = naive(ticks, target: target, options)
          let found = try AsOfJoin.values(ticks.values, times: ticks.times, target: target, options: options)
          for symbol in 0..<3 { #expect(isSameColumn(expected[symbol], found[symbol])) }
          guard ties != .sameTime else { continue }
          let live = try stream(ticks, target: target, options, restoreAt: 150)
          for symbol in 0..<3 { #expect(isSameColumn(found[symbol], live[symbol])) }
        }
      }
    }
  }

  private func stream(
    _ ticks: RandomTicks, target: Int, _ options: AsOfOptions, restoreAt: Int
  ) throws -> [[Double]] {
    var clock = try AsOfClock(symbolCount: ticks.times.count, target: target, options: options)
    var columns = ticks.times.map { _ in [Double]() }
    for (index, tick) in ticks.merged.enumerated() {
      if index == restoreAt { clock = try recoded(clock) }
      let value = ticks.values[tick.symbol][tick.row]
      guard try clock.take(symbol: tick.symbol, time: tick.time, value: value) else { continue }
      for symbol in columns.indices { columns[symbol].append(clock.value(of: symbol)) }
    }
    return columns
  }

  /// The examples of pandas' documentation: left 1, 5, 10; right 1, 2, 3, 6, 7.
  @Test("the rows of pandas' merge_asof")
  func pandas() throws {
    let (left, right): ([Int64], [Int64]) = ([1, 5, 10], [1, 2, 3, 6, 7])
    #expect(try AsOfJoin.rows(of: right, at: left) == [0, 2, 4])
    #expect(try AsOfJoin.rows(of: right, at: left, allowsExactMatches: false) == [-1, 2, 4])
    #expect(try AsOfJoin.rows(of: right, at: left, tolerance: 2) == [0, 2, -1])
    #expect(try AsOfJoin.rows(of: [], at: left) == [-1, -1, -1])
    #expect(try AsOfJoin.rows(of: [2, 2, 2], at: [2]) == [2])
  }

  @Test("at one time a row sees what stands before it in the merged order, and nothing that comes after it")
  func ties() throws {
    let times: [[Int64]] = [[5], [5], [5]]
    #expect(try AsOfJoin.rows(of: times, target: 1) == [[0], [0], [-1]])
    #expect(try AsOfJoin.rows(of: times, target: 1, options: AsOfOptions(ties: .strictlyBefore)) == [[-1], [0], [-1]])
    #expect(try AsOfJoin.rows(of: times, target: 1, options: AsOfOptions(ties: .sameTime)) == [[0], [0], [0]])
    var clock = try AsOfClock(symbolCount: 2, target: 0)
    try clock.take(symbol: 0, time: 5, value: 1)
    #expect(clock.value(of: 1).isNaN)
    try clock.take(symbol: 1, time: 5, value: 2)
    #expect(clock.value(of: 1) == 2)
  }

  @Test("moments of a clock see all ticks up to them", arguments: AsOfOptions.Ties.allCases)
  func moments(_ ties: AsOfOptions.Ties) throws {
    let ticks = RandomTicks(symbols: 2, count: 80, seed: 7)
    let options = AsOfOptions(ties: ties, tolerance: 4000)
    var (clock, grid) = (try AsOfClock(symbolCount: 2, target: nil, options: options), try ClockGrid(step: 1500))
    var (found, moments) = ([[Double]](repeating: [], count: 2), [Int64]())
    for tick in ticks.merged {
      for moment in grid.moments(before: tick.time) {
        moments.append(moment)
        for symbol in 0..<2 { found[symbol].append(clock.value(of: symbol, at: moment)) }
      }
      try clock.take(symbol: tick.symbol, time: tick.time, value: ticks.values[tick.symbol][tick.row])
      if tick.row == 40 { (clock, grid) = (try recoded(clock), try recoded(grid)) }
    }
    #expect(moments == Array(stride(from: moments[0], through: moments[moments.count - 1], by: 1500)))
    for symbol in 0..<2 {
      let there = ticks.times[symbol].indices.filter { ticks.values[symbol][$0].isFinite }
      let rows = try AsOfJoin.rows(
        of: there.map { ticks.times[symbol][$0] }, at: moments, allowsExactMatches: ties != .strictlyBefore,
        tolerance: 4000)
      #expect(isSameColumn(found[symbol], rows.map { $0 < 0 ? .nan : ticks.values[symbol][there[$0]] }))
    }
  }

  @Test("what cannot be joined is refused by name")
  func refused() throws {
    func code(_ body: () throws -> Void) -> FeatureError.Code? {
      do { try body() } catch { return (error as? FeatureError)?.code }
      return nil
    }
    #expect(code { _ = try AsOfJoin.rows(of: [2, 1], at: [3]) } == .unsortedTimes)
    #expect(code { _ = try AsOfJoin.rows(of: [1], at: [3], tolerance: -1) } == .invalidOption)
    #expect(code { _ = try AsOfJoin.rows(of: [[1]], target: 1) } == .invalidOption)
    #expect(code { _ = try AsOfJoin.values([[]], times: [[1]], target: 0) } == .shapeMismatch)
    #expect(code { _ = try ClockGrid(step: 0) } == .invalidOption)
    #expect(
      code { _ = try AsOfClock(symbolCount: 1, target: 0, options: AsOfOptions(ties: .sameTime)) } == .invalidOption)
    var clock = try AsOfClock(symbolCount: 1, target: 0)
    try clock.take(symbol: 0, time: 5, value: 1)
    #expect(code { try clock.take(symbol: 0, time: 4, value: 1) } == .unsortedTimes)
    #expect(code { try clock.take(symbol: 1, time: 6, value: 1) } == .unknownName)
    #expect(code { try clock.take(symbol: 0, time: .min, value: 1) } == .invalidTick)
    #expect(clock.value(of: 0) == 1 && clock.time == 5)
  }
}
