import CKernels

/// The difference of a fast and a slow exponential mean, its own mean, and what it is above that.
struct Convergence: Sendable, Codable {
  private var averages: ExponentialPair
  private var signal: ExponentialAverage

  init(_ averages: ExponentialPair, signal period: Int) {
    self.averages = averages
    signal = ExponentialAverage(period)
  }

  var lookback: Int { averages.lookback + signal.period - 1 }

  /// Takes a value and returns the three; NaN while there is no mean of the difference or for a missing value.
  @inline(__always)
  mutating func push(_ value: Double) -> (line: Double, signal: Double, histogram: Double) {
    let difference = averages.push(value)
    guard !difference.isNaN else { return (.nan, .nan, .nan) }
    // In step, so that over columns all three means go through a block together.
    let mean = signal.pushFinite(difference, inStepAt: averages.slow.place)
    return (mean.isNaN ? .nan : difference, mean, difference - mean)
  }

  /// Where in a block of sums the next value goes; nil before the first result.
  @inline(__always)
  var place: Int? { averages.isSteady && signal.isSteady ? signal.place : nil }

  /// The results after each of at most `count` values from the start of a block on; returns of how many.
  mutating func run(_ values: UnsafePointer<Double>, count: Int, past: Int32, into results: OutputColumns) -> Int {
    var means = [averages.fast, averages.slow, signal]
    var columns: (UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?)
    columns = (results[0], results[1], results[2])
    let taken = ExponentialAverage.withKernelSums(&means) { sums in
      withUnsafePointer(to: &columns) { columns in
        columns.withMemoryRebound(to: UnsafeMutablePointer<Double>?.self, capacity: 3) {
          kernel_convergence(values, count, sums, past, $0)
        }
      }
    }
    (averages.fast, averages.slow, signal) = (means[0], means[1], means[2])
    return taken
  }
}
