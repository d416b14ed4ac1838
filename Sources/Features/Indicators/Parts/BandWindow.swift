import CKernels

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

extension BandWindow {
  /// Whether average and deviation exist.
  @inline(__always)
  var isSteady: Bool { spread.isSteady && (isSimple || average.isSteady) }

  /// The averages and deviations after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, middles: UnsafeMutablePointer<Double>,
    deviations: UnsafeMutablePointer<Double>
  ) {
    spread.run(values, count: count, sums: middles, squares: deviations)
    let inverse = inverse
    if isSimple {
      for row in 0..<count { middles[row] *= inverse }
    } else {
      average.run(values, count: count, into: middles)
    }
    kernel_deviation(deviations, inverse, 1, count, deviations)
    middleValue.value = middles[count &- 1]
    deviationValue.value = deviations[count &- 1]
  }
}
