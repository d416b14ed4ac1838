/// Wilder's mean of the directional movement index, ADX.
///
/// A bar without direction changes nothing.
struct DirectionalAverage: Sendable, Codable {
  private var movement: DirectionalMovement
  private let weight: Double
  private var sum: DecayingSum
  private var total = 0.0
  private var mean = 0.0
  private var awaited: Int

  init(_ period: Int) {
    movement = DirectionalMovement(period)
    weight = 1 / Double(period)
    sum = DecayingSum(rest: 1 - weight)
    awaited = period
  }

  var lookback: Int { 2 * movement.period - 1 }

  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    guard movement.push(bar, usesClose: true), movement.hasIndex else { return .nan }
    let index = movement.index
    guard awaited == 0 else {
      awaited &-= 1
      total += index ?? 0
      guard awaited == 0 else { return .nan }
      mean = total * weight
      sum.start(mean)
      return mean
    }
    if let index { mean = sum.push(index * weight) }
    return mean
  }
}

extension DirectionalAverage {
  /// Whether the average exists.
  @inline(__always)
  var isSteady: Bool { awaited == 0 && movement.isSteady && movement.hasIndex }

  /// The averages after each of `count` bars of finite prices; needs two columns of scratch.
  @inline(__always)
  mutating func run(_ columns: InputColumns, count: Int, into results: UnsafeMutablePointer<Double>, _ scratch: Scratch)
  {
    movement.run(columns, count: count, plus: results, minus: scratch[0], ranges: scratch[1])
    DirectionalMovement.index(results, scratch[0], scratch[1], count: count)
    var hasAll = true
    for row in 0..<count where results[row] < 0 { hasAll = false }
    if hasAll {
      sum.run(results, weight: weight, count: count, into: results)
      mean = results[count &- 1]
    } else {
      for row in 0..<count {
        if results[row] >= 0 { mean = sum.push(results[row] * weight) }
        results[row] = mean
      }
    }
  }
}
