import Foundation

/// Phase of the dominant cycle and the trend line over it.
struct CyclePhase: Sendable, Codable {
  /// What a function asks for; the phase costs a sum over the inputs of the cycle.
  struct Needs: OptionSet {
    let rawValue: Int
    static let phase = Needs(rawValue: 1)
    static let trend = Needs(rawValue: 2)
    static let all: Needs = [.phase, .trend]
  }

  private static let longest = 50

  /// Sine and cosine at the n-th parts of a turn, for each n up to the longest.
  private static let circles: [[SIMD2<Double>]] = (0...longest).map { count in
    (0..<count).map { index in
      let angle = Double(index) * (2 * Double.pi) / Double(count)
      return SIMD2(sin(angle), cos(angle))
    }
  }

  private var transform = HilbertTransform(lookback: HilbertTransform.longLookback)
  private var smoothPrices = Ring(capacity: longest)
  private var prices = Ring(capacity: longest)
  private var averages = SIMD4<Double>.zero
  /// The smoothed period of the cycle, and whether the transform has started.
  private(set) var period = 0.0
  private(set) var isRunning = false
  /// Degrees, and the sines of the phase and of 45 degrees on.
  private(set) var phase = 0.0
  private(set) var sine = 0.0
  private(set) var leadSine = 0.0
  private(set) var trendline = 0.0
  private(set) var smoothed = 0.0

  /// Takes a value; returns whether there is a result.
  mutating func push(_ value: Double, needs: Needs, commit: Bool) -> Bool {
    guard value.isNumber else { return false }
    isRunning = transform.push(value)
    guard isRunning else {
      _ = prices.push(value, commit: commit)
      return false
    }
    smoothed = transform.smoothed
    period = 0.33 * transform.period + 0.67 * period
    let count = Int(period + 0.5)
    if needs.contains(.phase) { updatePhase(count) }
    if needs.contains(.trend) {
      var sum = value
      prices.forNewest(max(0, count - 1)) { _, price in sum += price }
      let mean = count > 0 ? sum / Double(count) : 0
      trendline = (4 * mean + 3 * averages[0] + 2 * averages[1] + averages[2]) / 10
      averages = SIMD4(mean, averages[0], averages[1], 0)
    }
    _ = smoothPrices.push(smoothed, commit: commit)
    _ = prices.push(value, commit: commit)
    return transform.hasResult
  }

  /// Whether the look-back is over.
  var isSteady: Bool { transform.hasResult }

  /// The trendlines after `count` finite values once it is over, for those who need nothing else.
  mutating func runTrend(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    var transform = transform
    transform.run(values, count: count) { row, count, found in
      for age in 0..<Self.longest { found.values[-1 &- age] = prices[age: age] }
      // Means first, of which none waits for another.
      let means = found.period
      var period = period
      for index in 0..<count {
        period = 0.33 * means[index] + 0.67 * period
        let length = Int(period + 0.5)
        var sum = found.values[index]
        for age in 1..<max(1, length) { sum += found.values[index &- age] }
        means[index] = length > 0 ? sum / Double(length) : 0
      }
      self.period = period
      var (first, second, third) = (averages[0], averages[1], averages[2])
      for index in 0..<count {
        let mean = means[index]
        results[row &+ index] = (4 * mean + 3 * first + 2 * second + third) / 10
        (first, second, third) = (mean, first, second)
      }
      averages = SIMD4(first, second, third, 0)
      trendline = results[row &+ count &- 1]
      smoothed = found.smoothed[count &- 1]
      for index in max(0, count &- Self.longest)..<count {
        _ = smoothPrices.push(found.smoothed[index], commit: true)
        _ = prices.push(found.values[index], commit: true)
      }
    }
    self.transform = transform
  }

  private mutating func updatePhase(_ count: Int) {
    var sums = SIMD2<Double>.zero
    if count > 0 {
      Self.circles[count].withUnsafeBufferPointer { circle in
        sums += circle[0] * smoothed
        smoothPrices.forNewest(count - 1) { age, price in sums += circle[age &+ 1] * price }
      }
    }
    let (real, imaginary) = (sums.x, sums.y)
    if imaginary != 0 {
      phase = atan(real / imaginary) * degrees
    } else {
      phase += real < 0 ? -90 : real > 0 ? 90 : 0
    }
    // A quarter turn, and one input's lag of the smoother.
    phase += 90 + 360 / period
    if imaginary < 0 { phase += 180 }
    if phase > 315 { phase -= 360 }
    sine = sin(phase / degrees)
    leadSine = sin((phase + 45) / degrees)
  }

  mutating func makeUnique() {
    smoothPrices.makeUnique()
    prices.makeUnique()
  }
}
