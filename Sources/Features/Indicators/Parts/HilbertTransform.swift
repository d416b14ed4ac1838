import CKernels

/// Ehlers' homodyne discriminator: the Hilbert transform of a smoothed value, and the period of its dominant cycle.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001), with the start and the limits that TA-Lib gives it.
struct HilbertTransform: Sendable, Codable {
  /// Look-back of the functions that need the transform alone, and of those that need the cycle's phase or trend.
  static let shortLookback = 32
  static let longLookback = 63

  /// The part of the filter that is not scaled by the period: values 2, 4 and 6 inputs back.
  struct Filter: Sendable, Codable {
    // Each input needs only those an even number back: the three of its own parity, and the three of the other's.
    var own = SIMD4<Double>.zero
    var other = SIMD4<Double>.zero

    /// What earlier inputs add to the next result; the value itself adds ``weight`` of it.
    @inline(__always)
    var known: Double { 0.5769 * own[0] - 0.5769 * own[1] - Self.weight * own[2] }

    static let weight = 0.0962

    @inline(__always)
    mutating func push(_ value: Double) {
      let next = SIMD4(value, own[0], own[1], 0)
      own = other
      other = next
    }
  }

  private let lookback: Int
  private var seen = 0
  var recent = SIMD4<Double>.zero
  var detrender = Filter()
  var quadratureFilter = Filter()
  var inPhaseAhead = Filter()
  var quadratureAhead = Filter()
  var detrended = SIMD4<Double>.zero
  var smoothInPhase = 0.0
  var smoothQuadrature = 0.0
  var real = 0.0
  var imaginary = 0.0
  /// The period of the dominant cycle.
  var period = 0.0
  /// The smoothed value, in-phase and quadrature components after ``push(_:)``.
  var smoothed = 0.0
  var inPhase = 0.0
  var quadrature = 0.0

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

  /// One step for a new value.
  ///
  /// Each waits for the period that the one before found. So what does not depend on it is computed apart, and what does, the
  /// components after two and three filters scaled by the adjustment, as polynomials of the adjustment.
  @inline(__always)
  private mutating func transform() {
    smoothed = (4 * recent[0] + 3 * recent[1] + 2 * recent[2] + recent[3]) * 0.1
    inPhase = detrended[2]
    let weight = Filter.weight
    let unscaled = detrender.known + weight * smoothed
    let ahead = inPhaseAhead.known + weight * inPhase
    let (quadratureKnown, quadratureAheadKnown) = (quadratureFilter.known, quadratureAhead.known)
    let (beforeInPhase, beforeQuadrature) = (smoothInPhase, smoothQuadrature)
    let (shareInPhase, shareQuadrature) = (0.2 * beforeInPhase, 0.2 * beforeQuadrature)
    let second = weight * unscaled
    let inPhaseFixed = 0.2 * inPhase + 0.8 * beforeInPhase
    let inPhaseLinear = 0.2 * quadratureAheadKnown
    let inPhaseSquare = (0.2 * weight) * quadratureKnown
    let inPhaseCube = (0.2 * weight) * second
    let quadratureLinear = 0.2 * (quadratureKnown + ahead)

    let adjustment = 0.075 * period + 0.54
    let square = adjustment * adjustment
    let detrendedNow = unscaled * adjustment
    quadrature = (quadratureKnown + second * adjustment) * adjustment
    smoothQuadrature = (0.8 * beforeQuadrature + quadratureLinear * adjustment) + (0.2 * second) * square
    smoothInPhase = (inPhaseFixed - inPhaseLinear * adjustment) - (inPhaseSquare + inPhaseCube * adjustment) * square
    let realKnown = 0.8 * real + smoothQuadrature * shareQuadrature
    let imaginaryKnown = 0.8 * imaginary - smoothQuadrature * shareInPhase
    real = smoothInPhase * shareInPhase + realKnown
    imaginary = smoothInPhase * shareQuadrature + imaginaryKnown

    let before = period
    // A negative angle counts as the shortest period allowed.
    let turn = kernel_signed_like(2 * Double.pi, imaginary, real)
    let angle = kernel_angle(abs(imaginary), abs(real))
    let found = imaginary != 0 && real != 0 ? turn / angle : period
    // Limits without branches, which could not be predicted.
    let limited = smaller(larger(smaller(found, 1.5 * before), larger(0.67 * before, 6)), 50)
    period = 0.2 * limited + 0.8 * before

    detrender.push(smoothed)
    inPhaseAhead.push(inPhase)
    quadratureFilter.push(detrendedNow)
    quadratureAhead.push(quadrature)
    detrended = SIMD4(detrendedNow, detrended[0], detrended[1], 0)
  }
}

/// Degrees in a radian.
let degrees = 180 / Double.pi
