/// The newest `capacity` values in constant memory.
///
/// Stores happen only with `commit`, so that a copy that peeks never writes to storage it shares.
struct Ring: Sendable, Codable {
  private var storage: [Double]
  private var head = 0

  /// Makes a ring that holds `value` everywhere, at least one.
  init(capacity: Int, filledWith value: Double = 0) {
    precondition(capacity >= 1, "a ring holds at least one value")
    storage = [Double](repeating: value, count: capacity)
  }

  /// Number of values.
  @inline(__always)
  var capacity: Int { storage.count }

  /// The oldest value: the one that the next ``push(_:commit:)`` replaces.
  @inline(__always)
  var oldest: Double { storage.withUnsafeBufferPointer { $0[head] } }

  /// Replaces the oldest value and returns it.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    let gone = oldest
    guard commit else { return gone }
    storage.withUnsafeMutableBufferPointer { $0[head] = value }
    head = head + 1 == storage.count ? 0 : head + 1
    return gone
  }

  /// The value pushed `age` values before the newest, from 0.
  @inline(__always)
  subscript(age age: Int) -> Double {
    let place = head - 1 - age
    return storage.withUnsafeBufferPointer { $0[place < 0 ? place + $0.count : place] }
  }

  /// Lends the values oldest first, in two pieces.
  @inline(__always)
  func forEachPiece(_ body: (UnsafeBufferPointer<Double>) -> Void) {
    storage.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[head...]))
      body(UnsafeBufferPointer(rebasing: $0[..<head]))
    }
  }
}
