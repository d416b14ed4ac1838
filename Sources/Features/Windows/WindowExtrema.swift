/// Smallest and largest of the last n values.
///
/// Values are grouped in blocks of n. A window is the end of the previous block, whose extrema from each place to its
/// end are kept, and the start of the current one, whose extrema so far are kept: two comparisons an update without an
/// unpredictable branch, and n more when a block is full. (van Herk 1992; Gil and Werman 1993.)
struct WindowExtrema: Sendable, Codable {
  let length: Int
  private var block: [Double]
  /// Extrema of the previous block from place k to its end; at k = length the neutral value.
  private var lowFrom: [Double]
  private var highFrom: [Double]
  private var place = 0
  private var low: Double
  private var high: Double
  private(set) var minimum: Double
  private(set) var maximum: Double
  private(set) var count = 0

  // Finite neutral values, so that the state can be written as JSON.
  private static let none = Double.greatestFiniteMagnitude

  init(length: Int) {
    precondition(length >= 1, "a window holds at least one value")
    self.length = length
    block = [Double](repeating: 0, count: length)
    lowFrom = [Double](repeating: Self.none, count: length + 1)
    highFrom = [Double](repeating: -Self.none, count: length + 1)
    low = Self.none
    high = -Self.none
    minimum = Self.none
    maximum = -Self.none
  }

  var isFull: Bool { count == length }

  /// Takes a finite value.
  @inline(__always)
  mutating func push(_ value: Double) {
    block[place] = value
    low = value < low ? value : low
    high = value > high ? value : high
    place += 1
    let oldLow = lowFrom[place]
    let oldHigh = highFrom[place]
    minimum = oldLow < low ? oldLow : low
    maximum = oldHigh > high ? oldHigh : high
    if count < length { count += 1 }
    if place == length { closeBlock() }
  }

  @inline(never)
  private mutating func closeBlock() {
    (low, high) = (Self.none, -Self.none)
    for k in stride(from: length - 1, through: 0, by: -1) {
      let value = block[k]
      low = value < low ? value : low
      high = value > high ? value : high
      lowFrom[k] = low
      highFrom[k] = high
    }
    place = 0
    low = Self.none
    high = -Self.none
  }
}
