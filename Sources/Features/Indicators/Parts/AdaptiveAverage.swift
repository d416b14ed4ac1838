import CKernels

/// Kaufman's adaptive mean.
struct AdaptiveAverage: Sendable, Codable {
  private let period: Int
  private var lag: Lag
  private var path: WindowSum
  private var previous = Held()
  /// The mean at the end of the last block of eight, and what the block has added and kept of it since: see ``DecayingSum``.
  private var anchor = 0.0
  private var partial = 0.0
  private var power = 1.0
  private var place = 0
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
    if !isStarted { anchor = before }
    isStarted = true
    let efficiency = length <= change || length == 0 ? 1 : abs(change / length)
    let slow = 2.0 / 31
    let root = efficiency * (2.0 / 3 - slow) + slow
    let weight = root * root
    return follow(1 - weight, value * weight)
  }

  @inline(__always)
  private mutating func follow(_ rest: Double, _ term: Double) -> Double {
    partial = partial * rest + term
    power *= rest
    let mean = anchor * power + partial
    place &+= 1
    if place == 8 { start(mean) }
    return mean
  }

  @inline(__always)
  private mutating func start(_ mean: Double) {
    anchor = mean
    partial = 0
    power = 1
    place = 0
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
    scratch path: UnsafeMutablePointer<Double>, rests: UnsafeMutablePointer<Double>, terms: UnsafeMutablePointer<Double>
  ) {
    kernel_distances(values, &previous.value, 1, path)
    kernel_distances(values + 1, values, count &- 1, path + 1)
    previous.value = values[count &- 1]
    self.path.run(path, count: count, into: path)
    lag.run(values, count: count) { start, count, before in
      kernel_adaptive(values + start, before, path + start, count, rests + start, terms + start)
    }
    var row = 0
    while row < count, place != 0 {
      results[row] = follow(rests[row], terms[row])
      row &+= 1
    }
    let groups = (count &- row) / 32
    if groups > 0 { start(kernel_follow(rests + row, terms + row, anchor, groups, results + row)) }
    for row in row &+ 32 &* groups..<count { results[row] = follow(rests[row], terms[row]) }
  }
}
