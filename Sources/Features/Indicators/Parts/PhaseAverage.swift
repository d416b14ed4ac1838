import CKernels

/// Ehlers' MESA adaptive mean and the mean that follows it.
struct PhaseAverage: Sendable, Codable {
  private let fast: Double
  private let slow: Double
  private var transform = HilbertTransform(lookback: HilbertTransform.shortLookback)
  private var phase = 0.0
  private(set) var adaptive = 0.0
  private(set) var following = 0.0

  init(fast: Double, slow: Double) {
    self.fast = fast
    self.slow = slow
  }

  /// Takes a value; returns whether there is a result.
  @inline(__always)
  mutating func push(_ value: Double) -> Bool {
    guard transform.push(value) else { return false }
    follow(value, inPhase: transform.inPhase, quadrature: transform.quadrature)
    return transform.hasResult
  }

  /// Whether the look-back is over.
  var isSteady: Bool { transform.hasResult }

  /// Takes `count` finite values once it is over.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, adaptive: UnsafeMutablePointer<Double>,
    following: UnsafeMutablePointer<Double>
  ) {
    var transform = transform
    transform.run(values, count: count) { row, count, found in
      for index in 0..<count {
        follow(found.values[index], inPhase: found.inPhase[index], quadrature: found.quadrature[index])
        adaptive[row &+ index] = self.adaptive
        following[row &+ index] = self.following
      }
    }
    self.transform = transform
  }

  @inline(__always)
  private mutating func follow(_ value: Double, inPhase: Double, quadrature: Double) {
    let angle = kernel_angle(abs(quadrature), abs(inPhase))
    let now = inPhase == 0 ? 0 : kernel_signed_like(angle, inPhase, quadrature) * degrees
    let change = larger(1, phase - now)
    phase = now
    let weight = change > 1 ? larger(fast / change, slow) : fast
    adaptive = weight * value + (1 - weight) * adaptive
    following = 0.5 * weight * adaptive + (1 - 0.5 * weight) * following
  }
}
