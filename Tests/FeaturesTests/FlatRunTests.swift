import Features
import Testing

/// Prices that stand still until Wilder's means fade away: the figures of `Docs/Guide-Indicators.md`.
@Suite("Long flat stretches") struct FlatRunTests {
  /// 200 closes that move by a tenth, two up for one down, and then a flat stretch.
  private static let closes: [Double] = {
    var closes: [Double] = []
    var price = 100.0
    for row in 0..<200 {
      price += row % 3 == 0 ? -0.1 : 0.1
      closes.append(price)
    }
    return closes + [Double](repeating: price, count: 20_000)
  }()

  /// The period, flat bars for which the index stays where it was, those after which it is a constant, and the constant.
  @Test(
    "RSI stays where it was for hundreds of periods, and ends at 0 or, from a period of 13 on, at 50",
    arguments: [(5, 3200, 3400, 0.0), (12, 8200, 8600, 0), (14, 9700, 10_100, 50), (21, 14_700, 15_400, 50)])
  func strength(_ period: Int, _ steady: Int, _ settled: Int, _ last: Double) throws {
    let found = try RSI(timePeriod: period).values(over: Self.closes)
    #expect(found[199] > 66 && found[199] < 68)
    #expect(found[200..<200 + steady].allSatisfy { abs($0 - found[199]) < 1e-6 })
    #expect(found[(200 + settled)...].allSatisfy { $0 == last })
    // Value by value the bits are the same there too.
    var state = try RSI(timePeriod: period)
    #expect(isSameColumn(Self.closes.map { state.update($0) }, found))
  }

  @Test("so do the directional indicators")
  func direction() throws {
    let high = Self.closes.enumerated().map { $0 < 200 ? $1 + 0.05 : $1 }
    let low = Self.closes.enumerated().map { $0 < 200 ? $1 - 0.05 : $1 }
    let index = try DX(timePeriod: 14).results(of: [high, low, Self.closes])[0]
    #expect(index[200..<9900].allSatisfy { abs($0 - index[199]) < 0.1 })
    #expect(index[10_300...].allSatisfy { $0 == 0 })
    let plus = try PLUS_DI(timePeriod: 14).results(of: [high, low, Self.closes])[0]
    #expect(plus[200..<9900].allSatisfy { abs($0 - plus[199]) < 0.1 })
    #expect(plus[10_300...].allSatisfy { $0 == 100 })
    var state = try PLUS_DI(timePeriod: 14)
    let stream = high.indices.map { state.update(OHLCV(high: high[$0], low: low[$0], close: Self.closes[$0])) }
    #expect(isSameColumn(stream, plus))
  }
}
