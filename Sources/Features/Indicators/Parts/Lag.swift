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

  /// Whether one of the values kept is missing.
  var hasMissing: Bool { ring.containsMissing }

  /// The value that the `ahead`-th next push, from 0, returns.
  @inline(__always)
  func oldest(_ ahead: Int) -> Double { ring[age: ring.capacity &- 1 &- ahead] }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { ring.makeUnique() }
}
