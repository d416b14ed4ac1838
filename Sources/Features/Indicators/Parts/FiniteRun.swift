/// How many of the newest inputs in a row are finite: what decides whether a window is full and holds nothing missing.
struct FiniteRun: Sendable, Codable {
  private var count = 0

  /// Takes an input; a value that is not finite starts the count anew.
  @inline(__always)
  mutating func push(_ value: Double) { count = value.isNumber ? count &+ 1 : 0 }

  /// Whether the newest `length` inputs are finite.
  @inline(__always)
  func covers(_ length: Int) -> Bool { count >= length }

  /// Takes as many finite inputs.
  @inline(__always)
  mutating func push(finite inputs: Int) { count &+= inputs }
}
