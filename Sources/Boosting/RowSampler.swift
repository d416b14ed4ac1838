import Compute

/// Draws the rows and features of each tree; what is drawn depends on the seed and the round alone.
struct RowSampler {
  private let options: BoostingOptions
  private let rows: Int
  private let isBagging: Bool

  init(_ options: BoostingOptions, rows: Int) {
    self.options = options
    self.rows = rows
    isBagging = options.subsample < 1 && options.baggingFrequency > 0
  }

  /// The rows of a round's bag, ascending; nil when all take part.
  ///
  /// A bag holds at least one row.
  func bag(iteration: Int) -> [UInt32]? {
    guard isBagging else { return nil }
    let draw = iteration / options.baggingFrequency
    var random = RandomStream(seed: options.seed, path: 11, UInt64(draw))
    var bag: [UInt32] = []
    bag.reserveCapacity(Int(Double(rows) * options.subsample) + 1)
    for row in 0..<rows where random.uniform() < options.subsample { bag.append(UInt32(row)) }
    return bag.isEmpty ? [0] : bag
  }

  /// Which of the usable features a tree may split: `max(1, round(fraction * usable))` of them.
  func features(_ usable: [Bool], iteration: Int, index: Int) -> [Bool] {
    guard options.featureFraction < 1 else { return usable }
    let candidates = usable.indices.filter { usable[$0] }
    guard !candidates.isEmpty else { return usable }
    let take = max(1, Int((options.featureFraction * Double(candidates.count)).rounded()))
    var random = RandomStream(seed: options.seed, path: 12, UInt64(iteration), UInt64(index))
    var chosen = [Bool](repeating: false, count: usable.count)
    for place in random.sample(take, of: candidates.count) { chosen[candidates[place]] = true }
    return chosen
  }
}
