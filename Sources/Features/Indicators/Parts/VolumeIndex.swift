/// An index that starts at 1000 and takes the close's change where the volume has moved one way; bars with a missing number are
/// skipped.
struct VolumeIndex: Sendable, Codable {
  private let rising: Bool
  private var index = 1000.0
  private var previousClose = 0.0
  private var previousVolume = 0.0
  /// Whether there was a bar.
  private(set) var isSteady = false

  /// Makes the index of days of rising volume, or of falling.
  init(rising: Bool) { self.rising = rising }

  @inline(__always)
  mutating func push(_ bar: OHLCV) -> Double {
    guard (bar.close + bar.volume).isNumber else { return .nan }
    if isSteady { index *= growth(bar.close, bar.volume, previousClose, previousVolume) }
    isSteady = true
    previousClose = bar.close
    previousVolume = bar.volume
    return index
  }

  /// The index after each of `count` bars of finite numbers that follow another.
  @inline(__always)
  mutating func run(
    _ close: UnsafePointer<Double>, _ volume: UnsafePointer<Double>, count: Int,
    into results: UnsafeMutablePointer<Double>
  ) {
    results[0] = growth(close[0], volume[0], previousClose, previousVolume)
    for row in 1..<max(1, count) { results[row] = growth(close[row], volume[row], close[row - 1], volume[row - 1]) }
    previousClose = close[count - 1]
    previousVolume = volume[count - 1]
    for row in 0..<count {
      index *= results[row]
      results[row] = index
    }
  }

  /// The ratio of the closes where the volume has moved the index's way, else 1.
  @inline(__always)
  private func growth(_ close: Double, _ volume: Double, _ before: Double, _ volumeBefore: Double) -> Double {
    let found = close / before
    let counts = rising ? volume > volumeBefore : volume < volumeBefore
    return counts && before != 0 ? found : 1
  }
}
