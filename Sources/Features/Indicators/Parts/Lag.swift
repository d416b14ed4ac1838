/// The value n inputs ago; NaN where there is none or it was missing.
struct Lag: Sendable, Codable {
  private var ring: Ring

  init(_ length: Int) { ring = Ring(capacity: length, filledWith: .nan) }

  /// Number of inputs back.
  var length: Int { ring.capacity }

  /// Takes a value and returns the one n before it.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    ring.push(value.isNumber ? value : .nan, commit: commit)
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { ring.makeUnique() }
}
