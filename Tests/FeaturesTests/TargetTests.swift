import Features
import Testing
import TickData

@Suite("Targets") struct TargetTests {
  private func table(_ prices: [Double], day: Int64 = 0) throws -> FeatureTable {
    var series = TickSeries(symbol: "A")
    for (row, price) in prices.enumerated() {
      series.append(Tick(symbol: "A", time: Int64(row) * day, price: price, size: 1))
    }
    return try FeatureRecipe(selection: ["hour"]).features(of: TickTable([series]))
  }

  @Test("directions, returns and their ends follow the definitions")
  func values() throws {
    let prices = try table([10, 11, 11, 9])
    let direction = try TargetConfiguration(named: "direction_1")
    #expect(direction.values(of: prices).prefix(3) == [1, 0, 0])
    #expect(direction.values(of: prices)[3].isNaN)
    #expect(direction.endRows(of: prices) == [1, 2, 3, -1])
    let returns = try TargetConfiguration(named: "future_return_2")
    #expect(returns.values(of: prices)[0] == 11.0 / 10 - 1)
    #expect(returns.values(of: prices)[1] == 9.0 / 11 - 1)
  }

  @Test("ties are down, dropped or a third class")
  func ties() throws {
    let prices = try table([10, 10, 11, 9])
    let dropped = try TargetConfiguration(.direction, horizon: 1, ties: .drop).values(of: prices)
    #expect(dropped[0].isNaN && dropped[1] == 1 && dropped[2] == 0)
    #expect(
      try TargetConfiguration(.direction, horizon: 1, ties: .thirdClass).values(of: prices).prefix(3) == [1, 2, 0])
    #expect(try TargetConfiguration(.direction, horizon: 1, ties: .thirdClass).classCount == 3)
  }

  @Test("within a session the last ticks of each day have no target")
  func sessions() throws {
    let prices = try table([1, 2, 3, 4, 5, 6], day: 40_000_000_000_000)
    let values = try TargetConfiguration(.direction, horizon: 1, withinSession: true).values(of: prices)
    // 40,000 s steps: rows 0-2 lie on day 0, rows 3-4 on day 1, row 5 on day 2.
    #expect(values.map(\.isNaN) == [false, false, true, false, true, true])
  }

  @Test("bucket bounds are fitted on training returns alone")
  func bounds() throws {
    let target = try TargetConfiguration(.returnBucket, horizon: 1, bounds: .quantiles([0.2, 0.4, 0.6, 0.8]))
    let bounds = try #require(try target.fittedBounds([0, 1, 2, 3, 4, 5, .nan]))
    #expect(bounds.values == [1, 2, 3, 4])
    #expect(target.classes(of: [-9, 1, 1.5, 3.5, 100], bounds: bounds) == [0, 1, 1, 3, 4])
    #expect(target.classes(of: [.nan], bounds: bounds)[0].isNaN)
    let fixed = try TargetConfiguration(.returnBucket, horizon: 1, bounds: .basisPoints([-10, -1, 1, 10]))
    #expect(try #require(try fixed.fittedBounds([])).values == [-0.001, -0.0001, 0.0001, 0.001])
    #expect(throws: FeatureError.self) { try target.fittedBounds([.nan]) }
  }

  @Test("bad targets are refused", arguments: ["direction", "direction_0", "up_5", "return_bucket_x"])
  func refused(_ name: String) {
    #expect(throws: FeatureError.self) { try TargetConfiguration(named: name) }
  }

  @Test("the standard seven read back from their names")
  func standard() throws {
    #expect(TargetConfiguration.standard.count == 7)
    for target in TargetConfiguration.standard { #expect(try TargetConfiguration(named: target.name) == target) }
  }
}
