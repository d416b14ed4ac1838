import CKernels

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
  // One code for both sides: while short these two, and the prices they are compared with, are negated.
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
    extreme = isLong ? high : -low
    stop = startValue == 0 ? (isLong ? previousLow : -previousHigh) : (isLong ? abs(startValue) : -abs(startValue))
    acceleration = isLong ? long.start : short.start
    // The second bar is its own predecessor.
    (previousHigh, previousLow) = (high, low)
    return step(high, low)
  }

  @inline(__always)
  private mutating func step(_ high: Double, _ low: Double) -> Double {
    let top = isLong ? high : -low
    let bottom = isLong ? low : -high
    let roof = larger(isLong ? previousHigh : -previousLow, top)
    let floor = smaller(isLong ? previousLow : -previousHigh, bottom)
    (previousHigh, previousLow) = (high, low)
    let own = stop
    if bottom <= own {
      // The other side's stop is this one's extreme; seen from there all is negated, and the roof is the floor.
      var turned = larger(extreme, roof)
      if offset != 0 { turned += isLong ? turned * offset : -(turned * offset) }
      isLong.toggle()
      acceleration = isLong ? long.start : short.start
      extreme = -bottom
      stop = smaller(-turned + acceleration * (extreme + turned), -roof)
      return -turned
    }
    let step = kernel_if_above(top, extreme, isLong ? long.step : short.step)
    acceleration = smaller(acceleration + step, isLong ? long.most : short.most)
    extreme = larger(top, extreme)
    stop = smaller(own + acceleration * (extreme - own), floor)
    return own
  }
}

extension ParabolicStop {
  /// Whether the first two bars are over.
  @inline(__always)
  var isSteady: Bool { seen > 1 }

  /// The stops for each of `count` bars of finite prices.
  @inline(__always)
  mutating func run(
    _ high: UnsafePointer<Double>, _ low: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>
  ) {
    var state = kernel_parabola(
      long_side: kernel_acceleration(start: long.start, step: long.step, most: long.most),
      short_side: kernel_acceleration(start: short.start, step: short.step, most: short.most), offset: offset,
      previous_high: previousHigh, previous_low: previousLow, acceleration: acceleration, extreme: extreme, stop: stop,
      is_long: isLong ? 1 : 0)
    kernel_follow_parabola(&state, high, low, count, results)
    (previousHigh, previousLow) = (state.previous_high, state.previous_low)
    (acceleration, extreme, stop) = (state.acceleration, state.extreme, state.stop)
    isLong = state.is_long != 0
  }
}
