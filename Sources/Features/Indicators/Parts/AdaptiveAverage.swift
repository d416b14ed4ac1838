/// Kaufman's adaptive mean.
struct AdaptiveAverage: Sendable, Codable {
  private let period: Int
  private var lag: Lag
  private var path: WindowSum
  private var previous = Held()
  private var mean = 0.0
  private var isStarted = false

  init(_ period: Int) {
    self.period = period
    lag = Lag(period)
    path = WindowSum(period)
  }

  var lookback: Int { period == 1 ? 0 : period }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    if period == 1 { return value }
    let before = previous.value
    let length = path.push(abs(value - before), commit: commit)
    previous.value = value.isNumber ? value : .nan
    let change = value - lag.push(value, commit: commit)
    guard length.isNumber, change.isNumber else { return .nan }
    if !isStarted { mean = before }
    isStarted = true
    let efficiency = length <= change || length == 0 ? 1 : abs(change / length)
    let slow = 2.0 / 31
    let root = efficiency * (2.0 / 3 - slow) + slow
    mean += (value - mean) * (root * root)
    return mean
  }

  mutating func makeUnique() {
    lag.makeUnique()
    path.makeUnique()
  }
}
