/// Wilder's means of the gains and of the losses of successive values; a missing value changes nothing.
struct GainLoss: Sendable, Codable {
  let period: Int
  private var seen = 0
  var previous = 0.0
  var gains: ExponentialAverage
  var losses: ExponentialAverage
  var gainValue = Held()
  var lossValue = Held()

  init(_ period: Int) {
    self.period = period
    gains = ExponentialAverage(period, wilder: true)
    losses = ExponentialAverage(period, wilder: true)
  }

  /// The means after ``push(_:)`` has returned true.
  @inline(__always) var gain: Double { gainValue.value }
  @inline(__always) var loss: Double { lossValue.value }

  /// Takes a value; returns whether the means exist and the value was not missing.
  @inline(__always)
  mutating func push(_ value: Double) -> Bool {
    guard value.isNumber else { return false }
    let change = value - previous
    previous = value
    guard seen > 0 else {
      seen = 1
      return false
    }
    let up = positive(change)
    gainValue.value = gains.pushFinite(up)
    lossValue.value = losses.pushFinite(up - change)
    return !gain.isNaN
  }
}
