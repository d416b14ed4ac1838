/// The recursion s ← s·r + x, from which every exponential and Wilder mean is made.
///
/// Every eight values the sum becomes the anchor from which the next eight are counted: s = anchor·rᵏ + partial, where the
/// partial starts from 0. So one block need not wait for the sums within the block before it, and the processor works on
/// several at once, while value by value and over columns the operations, and so the bits, are the same.
struct DecayingSum: Sendable, Codable {
  private static let blockLength = 8

  private let rest: Double
  private var anchor = 0.0
  private var partial = 0.0
  private var power = 1.0
  private var place = 0

  /// Makes the recursion that keeps the share `rest` of its sum at each step.
  init(rest: Double) { self.rest = rest }

  /// Starts anew from a sum.
  @inline(__always)
  mutating func start(_ sum: Double) {
    anchor = sum
    partial = 0
    power = 1
    place = 0
  }

  /// Takes a finite term and returns the sum.
  @inline(__always)
  mutating func push(_ term: Double) -> Double {
    partial = partial * rest + term
    power *= rest
    let sum = anchor * power + partial
    place &+= 1
    if place == Self.blockLength { start(sum) }
    return sum
  }
}
