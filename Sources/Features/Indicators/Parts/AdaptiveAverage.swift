import CKernels

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
    let weight = root * root
    mean = mean * (1 - weight) + value * weight
    return mean
  }

  mutating func makeUnique() {
    lag.makeUnique()
    path.makeUnique()
  }
}

extension AdaptiveAverage {
  /// Whether there are results.
  @inline(__always)
  var isSteady: Bool { isStarted && path.isSteady && !lag.hasMissing && period > 1 }

  /// The averages after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    scratch path: UnsafeMutablePointer<Double>, rests: UnsafeMutablePointer<Double>
  ) {
    kernel_distances(values, &previous.value, 1, path)
    kernel_distances(values + 1, values, count &- 1, path + 1)
    previous.value = values[count &- 1]
    self.path.run(path, count: count, into: path)
    lag.run(values, count: count) { start, count, before in
      kernel_adaptive(values + start, before, path + start, count, rests + start, results + start)
    }
    var mean = mean
    for row in 0..<count {
      mean = mean * rests[row] + results[row]
      results[row] = mean
    }
    self.mean = mean
  }
}
