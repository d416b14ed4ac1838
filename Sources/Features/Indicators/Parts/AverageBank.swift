/// Moving averages of a range of periods of the same values, of which each input chooses one.
struct AverageBank: Sendable, Codable {
  private let least: Int
  private let greatest: Int
  private let isSimple: Bool
  /// The values, for the simple mean.
  private var ring: Ring
  private var run = FiniteRun()
  /// One average a period, for other kinds.
  private var averages: [MovingAverage] = []
  private var awaited: Int
  let lookback: Int

  init(_ periods: ClosedRange<Int>, _ type: MovingAverageType) {
    (least, greatest) = (periods.lowerBound, periods.upperBound)
    isSimple = type == .sma || type == .standard
    lookback = MovingAverage.lookback(type, greatest)
    awaited = lookback
    ring = Ring(capacity: greatest)
    guard !isSimple else { return }
    averages = periods.map { period in
      MovingAverage(type, period, delay: lookback - MovingAverage.lookback(type, period))
    }
  }

  @inline(__always)
  mutating func push(_ value: Double, period wanted: Double, commit: Bool) -> Double {
    let period = !(wanted >= Double(least)) ? least : wanted > Double(greatest) ? greatest : Int(wanted)
    let isReady = awaited <= 0 && wanted.isNumber
    if awaited > 0 { awaited &-= 1 }
    guard isSimple else { return pushEach(value, period, commit, isReady) }
    run.push(value)
    let finite = value.isNumber ? value : 0
    let sum = finite + ring.sumOfNewest(period &- 1)
    _ = ring.push(finite, commit: commit)
    return isReady && run.covers(period) ? sum / Double(period) : .nan
  }

  private mutating func pushEach(_ value: Double, _ period: Int, _ commit: Bool, _ isReady: Bool) -> Double {
    guard commit else {
      var average = averages[period - least]
      let result = average.push(value, commit: false)
      return isReady ? result : .nan
    }
    var result = Double.nan
    for index in averages.indices {
      let mean = averages[index].push(value, commit: true)
      if index == period - least { result = mean }
    }
    return isReady ? result : .nan
  }

  mutating func makeUnique() {
    ring.makeUnique()
    for index in averages.indices { averages[index].makeUnique() }
  }
}
