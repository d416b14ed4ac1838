/// The signs of the last n price changes as letters: 0 down, 1 unchanged, 2 up.
///
/// A missing price stands for no change, and ``isFull`` is false until it has left.
struct PriceSigns: Sendable, Codable {
  private var step = Step()
  private var ring: Ring
  private var run = FiniteRun()

  init(_ length: Int) { ring = Ring(capacity: length, filledWith: 1) }

  /// Number of letters.
  var length: Int { ring.capacity }

  /// Whether n letters are there and none is missing, after ``next(_:)``.
  @inline(__always)
  var isFull: Bool { run.covers(ring.capacity) }

  /// The letter of a price, which ``push(_:commit:)`` takes afterwards.
  @inline(__always)
  mutating func next(_ price: Double) -> Double {
    let change = step.difference(price)
    run.push(change)
    return change > 0 ? 2 : (change < 0 ? 0 : 1)
  }

  /// Takes a letter.
  @inline(__always)
  mutating func push(_ letter: Double, commit: Bool) { _ = ring.push(letter, commit: commit) }

  /// The letter `age` before the newest pushed.
  @inline(__always)
  subscript(age age: Int) -> Int { Int(ring[age: age]) }

  /// Lends the text that ends with `newest`, which is not pushed yet, oldest letter first.
  @inline(__always)
  func withText<Result>(endingWith newest: Double, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { text in
      for place in 0..<(length - 1) { text.initializeElement(at: place, to: UInt8(self[age: length - 2 - place])) }
      text.initializeElement(at: length - 1, to: UInt8(newest))
      return body(text)
    }
  }

  mutating func makeUnique() { ring.makeUnique() }
}
