/// Wilder's parabolic stop; negative while short.
struct ParabolicStop: Sendable, Codable {
  /// The acceleration of one side: its start, its step at each new extreme, and the most it reaches.
  struct Side: Sendable, Codable {
    let start: Double
    let step: Double
    let most: Double

    init(start: Double, step: Double, most: Double) {
      self.start = min(start, most)
      self.step = min(step, most)
      self.most = most
    }
  }

  private let long: Side
  private let short: Side
  private let startValue: Double
  private let offset: Double
  private var isLong = true
  private var seen = 0
  private var previousHigh = 0.0
  private var previousLow = 0.0
  private var acceleration = 0.0
  private var extreme = 0.0
  private var stop = 0.0

  init(long: Side, short: Side, startValue: Double = 0, offset: Double = 0) {
    self.long = long
    self.short = short
    self.startValue = startValue
    self.offset = offset
  }

  /// Takes a bar of finite prices; NaN for the first.
  @inline(__always)
  mutating func push(_ high: Double, _ low: Double) -> Double {
    guard seen > 1 else { return begin(high, low) }
    return step(high, low)
  }

  private mutating func begin(_ high: Double, _ low: Double) -> Double {
    seen += 1
    guard seen > 1 else {
      (previousHigh, previousLow) = (high, low)
      return .nan
    }
    let (up, down) = (high - previousHigh, previousLow - low)
    isLong = startValue == 0 ? !(down > 0 && down > up) : startValue > 0
    extreme = isLong ? high : low
    stop = startValue == 0 ? (isLong ? previousLow : previousHigh) : abs(startValue)
    acceleration = isLong ? long.start : short.start
    // The second bar is its own predecessor.
    (previousHigh, previousLow) = (high, low)
    return step(high, low)
  }

  @inline(__always)
  private mutating func step(_ high: Double, _ low: Double) -> Double {
    let roof = max(previousHigh, high)
    let floor = min(previousLow, low)
    (previousHigh, previousLow) = (high, low)
    let result: Double
    if isLong {
      if low <= stop {
        stop = max(extreme, roof)
        if offset != 0 { stop += stop * offset }
        result = -stop
        isLong = false
        acceleration = short.start
        extreme = low
      } else {
        result = stop
        if high > extreme {
          extreme = high
          acceleration = min(acceleration + long.step, long.most)
        }
      }
    } else if high >= stop {
      stop = min(extreme, floor)
      if offset != 0 { stop -= stop * offset }
      result = stop
      isLong = true
      acceleration = long.start
      extreme = high
    } else {
      result = -stop
      if low < extreme {
        extreme = low
        acceleration = min(acceleration + short.step, short.most)
      }
    }
    stop += acceleration * (extreme - stop)
    stop = isLong ? min(stop, floor) : max(stop, roof)
    return result
  }
}
