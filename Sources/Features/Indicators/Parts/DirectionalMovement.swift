import CKernels

/// Wilder's sums of +DM, −DM and true range: seeded with n − 1 bars, then s ← s − s/n + x.
///
/// A bar with a missing price is skipped. With a period of 1 the sums are the bar's own values.
struct DirectionalMovement: Sendable, Codable {
  let period: Int
  private var previous: OHLCV
  private var seen = 0
  private var plusSum: DecayingSum
  private var minusSum: DecayingSum
  private var rangeSum: DecayingSum
  /// Sum of +DM, of −DM and of the true range.
  private(set) var plus = 0.0
  private(set) var minus = 0.0
  private(set) var range = 0.0
  /// Bars with sums so far: 0 until the seed is complete, 1 with it.
  private(set) var results = 0

  init(_ period: Int) {
    self.period = period
    let rest = 1 - 1 / Double(period)
    plusSum = DecayingSum(rest: rest)
    minusSum = DecayingSum(rest: rest)
    rangeSum = DecayingSum(rest: rest)
    previous = OHLCV(open: 0, high: 0, low: 0, close: 0, volume: 0)
  }

  /// Takes a bar; returns whether the sums exist and no price was missing.
  @inline(__always)
  mutating func push(_ bar: OHLCV, usesClose: Bool) -> Bool {
    let (high, low) = (kernel_apart(bar.high), kernel_apart(bar.low))
    let close = usesClose ? bar.close : 0
    guard (high + low + close).isNumber else { return false }
    let (highBefore, lowBefore) = (kernel_apart(previous.high), kernel_apart(previous.low))
    let closeBefore = previous.close
    previous.high = high
    previous.low = low
    previous.close = close
    seen = seen &+ 1
    guard seen > 1 else { return false }
    let up = high - highBefore
    let down = lowBefore - low
    let plusMove = up > positive(down) ? up : 0
    let minusMove = down > positive(up) ? down : 0
    let reach = larger(abs(closeBefore - high), abs(closeBefore - low))
    let trueRange = usesClose ? larger(high - low, reach) : 0
    if seen > period && results > 0 {
      plus = plusSum.push(plusMove)
      minus = minusSum.push(minusMove)
      range = rangeSum.push(trueRange)
      results &+= 1
      return true
    }
    return seed(plusMove, minusMove, trueRange)
  }

  @inline(__always)
  private mutating func seed(_ plusMove: Double, _ minusMove: Double, _ trueRange: Double) -> Bool {
    plus += plusMove
    minus += minusMove
    range += trueRange
    guard seen >= period else { return false }
    plusSum.start(plus)
    minusSum.start(minus)
    rangeSum.start(range)
    results = 1
    return true
  }
}

extension DirectionalMovement {
  /// Whether the directional indicators exist: from the bar after the seed on, or from the first with a period of 1.
  @inline(__always)
  var hasIndex: Bool { results > 1 || period == 1 }

  /// The directional movement index, or nil where there is no direction.
  @inline(__always)
  var index: Double? {
    guard range > 0 else { return nil }
    let (up, down) = (100 * (plus / range), 100 * (minus / range))
    let total = up + down
    return total > 0 ? 100 * (abs(down - up) / total) : nil
  }
}

extension DirectionalMovement {
  /// Whether the sums have been seeded.
  @inline(__always)
  var isSteady: Bool { results > 0 && seen > period }

  /// The sums after each of `count` bars of finite prices; closes count only where there are `ranges`.
  @inline(__always)
  mutating func run(
    _ columns: InputColumns, count: Int, plus pluses: UnsafeMutablePointer<Double>,
    minus minuses: UnsafeMutablePointer<Double>, ranges: UnsafeMutablePointer<Double>?
  ) {
    let (high, low, close) = (columns.second, columns.third, columns.fourth)
    let last = count &- 1
    kernel_directional_moves(high, low, &previous.high, &previous.low, 1, pluses, minuses)
    kernel_directional_moves(high + 1, low + 1, high, low, last, pluses + 1, minuses + 1)
    plusSum.run(pluses, weight: 1, count: count, into: pluses)
    minusSum.run(minuses, weight: 1, count: count, into: minuses)
    plus = pluses[last]
    minus = minuses[last]
    if let ranges {
      kernel_true_range(high, low, &previous.close, 1, ranges)
      kernel_true_range(high + 1, low + 1, close, last, ranges + 1)
      rangeSum.run(ranges, weight: 1, count: count, into: ranges)
      range = ranges[last]
    }
    previous.high = high[last]
    previous.low = low[last]
    previous.close = ranges == nil ? 0 : close[last]
    seen &+= count
    results &+= count
  }

  /// The directional movement index after each bar in place of the sums of +DM; −1 where there is no direction.
  @inline(__always)
  static func index(
    _ plus: UnsafeMutablePointer<Double>, _ minus: UnsafePointer<Double>, _ range: UnsafePointer<Double>, count: Int
  ) {
    for row in 0..<count {
      let (up, down) = (100 * (plus[row] / range[row]), 100 * (minus[row] / range[row]))
      let total = up + down
      let found = 100 * (abs(down - up) / total)
      plus[row] = range[row] > 0 && total > 0 ? found : -1
    }
  }
}
