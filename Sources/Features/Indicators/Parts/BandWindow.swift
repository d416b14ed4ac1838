/// A moving average and the population standard deviation of the same window.
struct BandWindow: Sendable, Codable {
  private let isSimple: Bool
  private let inverse: Double
  private var spread: WindowSpread
  private var average: MovingAverage
  private var middleValue = Held()
  private var deviationValue = Held()

  init(_ period: Int, _ type: MovingAverageType) {
    isSimple = type == .sma || type == .standard
    spread = WindowSpread(period)
    inverse = 1 / Double(period)
    average = MovingAverage(isSimple ? .disabled : type, isSimple ? 1 : period)
  }

  var lookback: Int { max(spread.length - 1, average.lookback) }

  /// The average and the deviation after ``push(_:commit:)``.
  var middle: Double { middleValue.value }
  var deviation: Double { deviationValue.value }

  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) {
    let mean = spread.push(value, commit: commit)
    deviationValue.value = mean.isNaN ? .nan : (spread.squaredDeviations * inverse).squareRoot()
    let other = isSimple ? mean : average.push(value, commit: commit)
    // A band without one of its parts does not exist.
    middleValue.value = mean.isNaN ? .nan : other
    if other.isNaN { deviationValue.value = .nan }
  }

  mutating func makeUnique() {
    spread.makeUnique()
    average.makeUnique()
  }
}
