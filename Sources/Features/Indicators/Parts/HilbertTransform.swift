import Foundation

/// Ehlers' homodyne discriminator: the Hilbert transform of a smoothed value, and the period of its dominant cycle.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001), with the start and the limits that TA-Lib gives it.
struct HilbertTransform: Sendable, Codable {
  /// Look-back of the functions that need the transform alone, and of those that need the cycle's phase or trend.
  static let shortLookback = 32
  static let longLookback = 63

  /// The part of the filter that is not scaled by the period: values 2, 4 and 6 inputs back.
  private struct Filter: Sendable, Codable {
    // Each input needs only those an even number back: the three of its own parity, and the three of the other's.
    private var own = SIMD4<Double>.zero
    private var other = SIMD4<Double>.zero

    @inline(__always)
    mutating func push(_ value: Double) -> Double {
      // The value last: it waits for the filter before, all others have long been there.
      let result = (0.5769 * own[0] - 0.5769 * own[1] - 0.0962 * own[2]) + 0.0962 * value
      let next = SIMD4(value, own[0], own[1], 0)
      own = other
      other = next
      return result
    }
  }

  private let lookback: Int
  private var seen = 0
  private var recent = SIMD4<Double>.zero
  private var detrender = Filter()
  private var quadratureFilter = Filter()
  private var inPhaseAhead = Filter()
  private var quadratureAhead = Filter()
  private var detrended = SIMD4<Double>.zero
  private var smoothInPhase = 0.0
  private var smoothQuadrature = 0.0
  private var real = 0.0
  private var imaginary = 0.0
  /// The period of the dominant cycle.
  private(set) var period = 0.0
  /// The smoothed value, in-phase and quadrature components after ``push(_:)``.
  private(set) var smoothed = 0.0
  private(set) var inPhase = 0.0
  private(set) var quadrature = 0.0

  init(lookback: Int) { self.lookback = lookback }

  /// Whether the look-back is over.
  @inline(__always)
  var hasResult: Bool { seen > lookback }

  /// Takes a value; returns whether the transform has started and the value was not missing.
  @inline(__always)
  mutating func push(_ value: Double) -> Bool {
    guard value.isNumber else { return false }
    recent = SIMD4(value, recent[0], recent[1], recent[2])
    if seen <= lookback { seen &+= 1 }
    // The first inputs only fill the smoother.
    guard seen > lookback - 20 - (lookback == Self.longLookback ? 6 : 0) else { return false }
    transform()
    return true
  }

  @inline(__always)
  private mutating func transform() {
    smoothed = (4 * recent[0] + 3 * recent[1] + 2 * recent[2] + recent[3]) * 0.1
    let adjustment = 0.075 * period + 0.54
    let detrendedNow = detrender.push(smoothed) * adjustment
    quadrature = quadratureFilter.push(detrendedNow) * adjustment
    inPhase = detrended[2]
    let inPhaseAhead = inPhaseAhead.push(inPhase) * adjustment
    let quadratureAhead = quadratureAhead.push(quadrature) * adjustment
    detrended = SIMD4(detrendedNow, detrended[0], detrended[1], 0)
    let (beforeInPhase, beforeQuadrature) = (smoothInPhase, smoothQuadrature)
    smoothQuadrature = 0.2 * (quadrature + inPhaseAhead) + 0.8 * beforeQuadrature
    smoothInPhase = 0.2 * (inPhase - quadratureAhead) + 0.8 * beforeInPhase
    real = 0.2 * (smoothInPhase * beforeInPhase + smoothQuadrature * beforeQuadrature) + 0.8 * real
    imaginary = 0.2 * (smoothInPhase * beforeQuadrature - smoothQuadrature * beforeInPhase) + 0.8 * imaginary
    let before = period
    if imaginary != 0 && real != 0 { period = 2 * Double.pi / atan(imaginary / real) }
    // Limits without branches, which could not be predicted.
    period = larger(smaller(period, 1.5 * before), 0.67 * before)
    period = smaller(larger(period, 6), 50)
    period = 0.2 * period + 0.8 * before
  }
}

/// Degrees in a radian.
let degrees = 180 / Double.pi
