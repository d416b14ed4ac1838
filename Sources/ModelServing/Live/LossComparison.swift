import Compute

/// Whether one version's losses differ from another's, over the predictions that both have made.
///
/// The difference of each pair goes into a block of successive pairs; blocks grow as pairs come in, so that outcomes that overlap,
/// or move together over symbols, are in the same one (batch means; L. Schruben and B. Schmeiser in "Batch size effects in the
/// analysis of simulation output", Operations Research 30, 1982, find that 10 to 30 blocks are enough).
package struct LossComparison: Sendable {
  /// Most blocks; two neighbours become one when they are full.
  static let limit = 64
  /// Fewest full blocks that say something.
  static let minimum = 20
  /// How much longer than the wait for an outcome a block has to be, so that blocks are as good as independent.
  static let span = 10.0

  /// The version that it is compared with.
  let other: String
  /// When it began.
  let start: ContinuousClock.Instant
  /// Pairs so far.
  package private(set) var pairs = 0
  /// Sums of full blocks of differences: its own loss less that of the other.
  private var blocks: [Double] = []
  /// Pairs of a block.
  private var width = 1
  /// The block that is filled.
  private var sum = 0.0
  private var count = 0
  private var begin: ContinuousClock.Instant?
  private var end: ContinuousClock.Instant?
  /// Time that outcomes were waited for.
  private var waited = Duration.zero

  package init(with other: String, start: ContinuousClock.Instant = .now) {
    self.other = other
    self.start = start
  }

  /// Takes a pair.
  ///
  /// - Parameters:
  ///   - difference: Its own loss less that of the other.
  ///   - made: When both predicted.
  ///   - known: When the outcome came.
  package mutating func add(_ difference: Double, made: ContinuousClock.Instant, known: ContinuousClock.Instant) {
    pairs += 1
    if begin == nil { begin = known }
    end = known
    waited += known - made
    sum += difference
    count += 1
    guard count == width else { return }
    blocks.append(sum)
    (sum, count) = (0, 0)
    guard blocks.count == Self.limit else { return }
    blocks = stride(from: 0, to: Self.limit, by: 2).map { blocks[$0] + blocks[$0 + 1] }
    width *= 2
  }

  /// Two-sided p-value of no difference in mean loss, by Student's t over the blocks; 1 where they do not vary, so that they tell
  /// nothing of chance; nil while there are too few, or they are too short.
  package var pValue: Double? {
    guard blocks.count >= Self.minimum, let begin, let end else { return nil }
    let length = (end - begin) / .seconds(1) * Double(width) / Double(pairs)
    guard length > 0, length >= Self.span * (waited / .seconds(1)) / Double(pairs) else { return nil }
    let total = Double(blocks.count)
    let mean = blocks.reduce(0, +) / total
    let variance = blocks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (total - 1)
    guard variance > 0 else { return 1 }
    return min(1, 2 * StudentDistribution.tail(abs(mean) / (variance / total).squareRoot(), degrees: blocks.count - 1))
  }
}
