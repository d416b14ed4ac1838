import Compute
import Features
import TestSupport
import Testing

@Suite("Spreads, signs and order flow") struct MicrostructureTests {
  @Test("quotes and one trade, worked out by hand")
  func quotes() {
    let tick = TradeQuote(price: 100.5, size: 4, bid: 99, ask: 101, bidSize: 3, askSize: 1, side: 1)
    #expect(QSPREAD().peek(tick) == 2)
    #expect(RSPREAD().peek(tick) == 0.02)
    #expect(MID().peek(tick) == 100)
    #expect(MICROPRICE().peek(tick) == 100.5)
    #expect(QIMB().peek(tick) == 0.5)
    #expect(ESPREAD().peek(tick) == 1)
    let empty = TradeQuote(bid: 99, ask: 101, bidSize: 0, askSize: 0)
    #expect(MICROPRICE().peek(empty) == 100)
    #expect(QIMB().peek(empty) == 0)
    #expect(QIMB().peek(TradeQuote()).isNaN)
  }

  /// The bid's size grows by 3.
  ///
  /// Then both prices rise: 4 new at the bid, 7 gone from the ask. Then both fall: 4 gone from the
  /// bid, 9 new at the ask.
  @Test("order flow imbalance counts what each side gained")
  func orderFlow() throws {
    let columns: [[Double]] = [[10, 10, 11, 10], [11, 11, 12, 11], [5, 8, 4, 2], [7, 7, 6, 9]]
    #expect(try Array(OFI(timePeriod: 1).results(of: columns)[0][1...]) == [3, 11, -13])
    #expect(try Array(OFI(timePeriod: 2).results(of: columns)[0][2...]) == [14, -2])
  }

  @Test("signs by the tick rule and by the mid")
  func signs() throws {
    let prices: [Double] = [1, 1, 2, 2, 1, 1]
    #expect(Array(TICKRULE().values(over: prices)[1...]) == [0, 1, 1, -1, -1])
    // Above, at the mid after a rise, below, at the mid after a fall, at the mid without a change.
    let columns: [[Double]] = [[10.4, 10.5, 9.9, 9.8, 9.8], [10, 10, 10, 9.6, 9.6], [10.5, 11, 11, 10, 10]]
    #expect(try LEEREADY().results(of: columns)[0] == [1, 1, -1, -1, -1])
    // Mids of the row before: 10.25, 10.5, 10.5, 9.8.
    #expect(try Array(LEEREADY(delay: 1).results(of: columns)[0][1...]) == [1, -1, -1, -1])
  }

  @Test("effective spread is realised spread and impact, each known n trades later")
  func spreads() throws {
    let columns = IndicatorCheckTests.columns(of: .ticks, count: 200, seed: 9)
    let (price, bid, ask, side) = (columns[0], columns[2], columns[3], columns[6])
    let effective = try ESPREAD().results(of: [price, bid, ask, side])[0]
    let realised = try REALSPREAD(timePeriod: 7).results(of: [price, bid, ask, side])[0]
    let impact = try IMPACT(timePeriod: 7).results(of: [bid, ask, side])[0]
    for row in 7..<200 {
      #expect(abs(realised[row] + impact[row] - effective[row - 7]) < 1e-9)
      #expect(abs(realised[row] - 2 * side[row - 7] * (price[row - 7] - (bid[row] + ask[row]) / 2)) < 1e-9)
    }
    #expect(Set(effective).count > 3)
  }

  @Test("signed volume, and slopes of changes that are exactly a multiple of signed volume")
  func impact() throws {
    var random = RandomStream(seed: 3)
    let sizes = (0..<100).map { _ in Double(random.index(below: 9) + 1) }
    let sides = (0..<100).map { _ in Double(random.index(below: 3)) - 1 }
    #expect(try SIGNEDVOL(timePeriod: 2).results(of: [[3, 4, 5], [1, -1, 1]])[0][2] == 1)
    var prices = [100.0]
    for row in 1..<100 { prices.append(prices[row - 1] + 0.25 * sides[row] * sizes[row]) }
    let slopes = try KYLE_T(timePeriod: 20).results(of: [prices, sizes, sides])[0]
    #expect(slopes[20...].allSatisfy { abs($0 - 0.25) < 1e-12 })
    let unknown = [Double](repeating: 0, count: 100)
    #expect(try KYLE_T(timePeriod: 20).results(of: [prices, sizes, unknown])[0][99] == 0)
    // One pair: log 1.1 on 1 · 110 · 4, or on its root.
    let one: [[Double]] = [[100, 110, 121], [1, 4, 0], [1, 1, 1]]
    let amihud = try AMIHUD_T(timePeriod: 2).results(of: one)[0][2]
    #expect(abs(amihud - 0.0953101798 / 440) < 1e-12)
    let hasbrouck = try HASBROUCK_T(timePeriod: 2).results(of: one)[0][2]
    #expect(abs(hasbrouck - 0.0953101798 / 440.0.squareRoot()) < 1e-11)
  }

  @Test("Roll finds the spread of a bouncing price; of a trend it finds none, or its absolute value")
  func roll() throws {
    let bounce = (0..<40).map { $0 % 2 == 0 ? 100.0 : 101 }
    // Changes ±1, products −1 and means 0: c = −20 / 19.
    let expected = 2 * (20.0 / 19).squareRoot()
    #expect(abs(try ROLL(timePeriod: 20).values(over: bounce)[39] - expected) < 1e-12)
    let trend = (0..<40).map { Double($0 * $0) }
    #expect(try ROLL(timePeriod: 20).values(over: trend)[39] == 0)
    // Changes rise by 2: c is their variance, 4 · 35.
    #expect(abs(try ROLL(timePeriod: 20, variant: .absolute).values(over: trend)[39] - 2 * 140.0.squareRoot()) < 1e-9)
  }

  @Test("bulk volume halves the volume of a flat price and gives buyers that of a rise")
  func bulk() throws {
    let flat = [Double](repeating: 5, count: 30)
    #expect(try BVC(timePeriod: 4).results(of: [flat, flat])[0][10] == 2.5)
    #expect(try VPIN(timePeriod: 3, sigmaPeriod: 4).results(of: [flat, flat])[0][20] == 0)
    // Changes 0, 0, 0, 1: mean 1/4, squared deviations 3/4, σ = 1/2, so Φ(2).
    let rise: [Double] = [5, 5, 5, 5, 6]
    #expect(abs(try BVC(timePeriod: 4).results(of: [rise, [1, 1, 1, 1, 1]])[0][4] - 0.977_249_868_051_820_8) < 1e-12)
  }

  @Test("times: rates, gaps, late and repeated ticks")
  func times() throws {
    let times: [Double] = [0, 1, 1, 4, 3.5, 8]
    #expect(try Array(INTERARRIVAL(timePeriod: 2).values(over: times)[2...]) == [0.5, 1.5, 1.25, 2])
    #expect(try Array(INTENSITY(timePeriod: 2).values(over: times)[2...]) == [2, 2 / 3.0, 0.8, 0.5])
    #expect(try INTENSITY(timePeriod: 1).values(over: times)[2].isNaN)
    #expect(Array(TIMESINCE().values(over: times)[1...]) == [1, 0, 3, -0.5, 4.5])
    #expect(try Array(GAPCOUNT(timePeriod: 3, seconds: 1).values(over: times)[3...]) == [1, 1, 2])
    #expect(try Array(LATECOUNT(timePeriod: 3).values(over: times)[3...]) == [0, 1, 1])
    var columns = (0..<8).map { Double($0) + [1.0, 1, 2, 2, 2] }
    #expect(try Array(DUPCOUNT(timePeriod: 2).results(of: columns)[0][2...]) == [1, 1, 2])
    columns[7][4] = 3
    #expect(try DUPCOUNT(timePeriod: 2).results(of: columns)[0][4] == 1)
  }

  /// What the tests of mlfinlab (before 2021) expect of the closes, volumes and values of mlfinpy's dollar bars.
  @Test("the numbers of mlfinlab", .enabled(if: MlfinpyData.isPresent, "TICKBOOST_MLFINPY_DATA is not set"))
  func mlfinlab() throws {
    let rows = try MlfinpyData.rows("dollar_bar_sample.csv").map { $0.map { Double($0) ?? .nan } }
    let close = rows.map { $0[4] }
    let volume = rows.map { $0[5] }
    // The volume that makes price · volume the traded value, which these bars have.
    let valued = rows.map { $0[6] / $0[4] }
    let ranges = [rows.map { $0[2] }, rows.map { $0[3] }]
    expect("Roll", try ROLL(timePeriod: 20, variant: .absolute).values(over: close), 7.1584, 2.341, 1.176, at: 25)
    expect("clamped", try ROLL(timePeriod: 20).values(over: close), 7.1584, 1.896, 1.176, at: 25)
    expect("Kyle", try KYLE().results(of: [close, volume])[0], 1.63423e-4, 7.02e-5, 7.76e-5, at: 25)
    expect("Amihud", try AMIHUD().results(of: [close, valued])[0], 4.057838e-11, 1.7213e-11, 1.8439e-11, at: 25)
    expect("Hasbrouck", try HASBROUCK().results(of: [close, valued])[0], 3.39527e-7, 1.44037e-7, 1.5433e-7, at: 25)
    expect("Corwin", try CORWINSCHULTZ().results(of: ranges)[0], 0.01652, 0.00151602, 0.00139617, at: 25)
    expect("Bekker", try BEKKERPARKINSON().results(of: ranges)[0], 0.018773, 0.001456, 0.000517, at: 25)
    let one = try VPIN(timePeriod: 1, sigmaPeriod: 20).results(of: [close, volume])[0]
    expect("VPIN", one, 0.999, 0.501, 0.554, at: 25)
    let quirk = try VPIN(timePeriod: 20, sigmaPeriod: 20, variant: .currentBar).results(of: [close, volume])[0]
    expect("VPIN of the current bar", quirk, 0.68118, 0.50007, 0.46382, at: 45)
    let mean = try VPIN(timePeriod: 20, sigmaPeriod: 20).results(of: [close, volume])[0]
    expect("VPIN of mean volume", mean, 0.6793, 0.5003, 0.4652, at: 45)
  }

  /// Largest, mean and one value, to a thousandth: the expectations have four to seven digits.
  private func expect(
    _ name: String, _ column: [Double], _ largest: Double, _ mean: Double, _ value: Double, at row: Int
  ) {
    let there = column.filter { !$0.isNaN }
    let found = [there.max() ?? .nan, there.reduce(0, +) / Double(there.count), column[row]]
    for (a, b) in zip(found, [largest, mean, value]) { #expect(abs(a - b) < 1e-3 * b, "\(name): \(a), \(b)") }
  }
}

extension IndicatorDefinition {
  /// All eight columns of a tick.
  static var ticks: IndicatorDefinition {
    IndicatorDefinition(
      "TICKS", .microstructure, "the columns of a tick",
      inputs: [.price, .size, .bid, .ask, .bidSize, .askSize, .side, .time])
  }
}

private func + (a: Double, b: [Double]) -> [Double] { b.map { a + $0 } }
