import CKernels

/// Raw stochastic, a moving average of it (K) and one of that (D).
struct StochasticLines: Sendable, Codable {
  private var highest: WindowExtremum
  private var lowest: WindowExtremum
  private var first: MovingAverage
  private var second: MovingAverage
  private var awaited: Int
  private var kValue = Held()
  private var dValue = Held()
  let lookback: Int

  init(_ period: Int, k: (Int, MovingAverageType), d: (Int, MovingAverageType)) {
    highest = WindowExtremum(period, smallest: false)
    lowest = WindowExtremum(period, smallest: true)
    first = MovingAverage(k.1, k.0)
    second = MovingAverage(d.1, d.0)
    lookback = period - 1 + first.lookback + second.lookback
    awaited = period - 1
  }

  /// K and D after ``push(_:_:_:commit:)``, both from where D exists.
  var k: Double { kValue.value }
  var d: Double { dValue.value }

  @inline(__always)
  mutating func push(_ high: Double, _ low: Double, _ close: Double, commit: Bool) {
    let top = highest.push(kernel_apart(high), commit: commit)
    let bottom = lowest.push(kernel_apart(low), commit: commit)
    guard awaited == 0 else {
      awaited &-= 1
      return
    }
    let range = top - bottom
    let raw = isRounding(range, of: top, bottom) ? close * 0 : (close - bottom) / range * 100
    let k = first.push(raw, commit: commit)
    let d = second.push(k, commit: commit)
    kValue.value = d.isNaN ? .nan : k
    dValue.value = d
  }

  mutating func makeUnique() {
    highest.makeUnique()
    lowest.makeUnique()
    first.makeUnique()
    second.makeUnique()
  }
}

extension StochasticLines {
  /// Whether both lines run over columns and have their first results.
  @inline(__always)
  var isSteady: Bool {
    awaited == 0 && highest.isSteady && lowest.isSteady && first.isSteady && second.isSteady && d.isNumber
  }

  /// K and D after each of `count` bars of finite prices.
  @inline(__always)
  mutating func run(
    _ high: UnsafePointer<Double>, _ low: UnsafePointer<Double>, _ close: UnsafePointer<Double>, count: Int,
    k: UnsafeMutablePointer<Double>, d: UnsafeMutablePointer<Double>
  ) {
    highest.run(high, count: count, into: k)
    lowest.run(low, count: count, into: d)
    for row in 0..<count {
      let range = k[row] - d[row]
      let found = (close[row] - d[row]) / range * 100
      k[row] = isRounding(range, of: k[row], d[row]) ? close[row] * 0 : found
    }
    first.run(k, count: count, into: k)
    second.run(k, count: count, into: d)
    kValue.value = k[count &- 1]
    dValue.value = d[count &- 1]
  }
}
