/// The recursion s ← s·r + x, from which every exponential and Wilder mean is made.
///
/// Every eight values the sum becomes the anchor from which the next eight are counted: s = anchor·rᵏ + partial, where the
/// partial starts from 0. So one block need not wait for the sums within the block before it, and the processor works on
/// several at once, while value by value and over columns the operations, and so the bits, are the same.
struct DecayingSum: Sendable, Codable {
  private static let blockLength = 8

  let rest: Double
  private var anchor = 0.0
  private var partial = 0.0
  private var power = 1.0
  private(set) var place = 0

  /// Makes the recursion that keeps the share `rest` of its sum at each step.
  init(rest: Double) { self.rest = rest }

  /// Starts anew from a sum, `place` values into a block: those after it count from the sum, too.
  @inline(__always)
  mutating func start(_ sum: Double, at place: Int = 0) {
    anchor = sum
    partial = 0
    power = 1
    self.place = place
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

  /// Whether the next term is the first of a block.
  @inline(__always)
  var isAtStart: Bool { place == 0 }

  /// The sum that the block is counted from.
  @inline(__always)
  var anchorValue: Double { anchor }

  /// Powers 1 to 8 of the share that is kept, each from the one before.
  var blockPowers: SIMD8<Double> {
    var powers = SIMD8<Double>.zero
    var power = 1.0
    for place in 0..<Self.blockLength {
      power *= rest
      powers[place] = power
    }
    return powers
  }
}
