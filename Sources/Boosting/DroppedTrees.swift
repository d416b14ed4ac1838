import Compute

/// DART's choice of earlier rounds to leave out, and the weights that follow from it.
///
/// Source: Rashmi and Gilad-Bachrach, "DART: Dropouts meet Multiple Additive Regression Trees" (2015), with the weights
/// of LightGBM: a new tree is shrunk by rate/(1 + k) for k rounds left out, and those keep k/(1 + k) of their size.
struct DroppedTrees {
  private let options: BoostingOptions
  /// The size of each round's trees, in shares of what they were grown with.
  private var weights: [Double] = []
  /// Rounds left out now, ascending.
  private(set) var rounds: [Int] = []

  init(_ options: BoostingOptions) { self.options = options }

  /// Draws the rounds to leave out of round `iteration`.
  mutating func draw(iteration: Int) {
    rounds = []
    var random = RandomStream(seed: options.seed, path: 18, UInt64(iteration))
    guard random.uniform() >= options.skipDrop, iteration > 0 else { return }
    var rate = options.dropRate
    let limit = options.maxDrop > 0 ? options.maxDrop : .max
    let total = weights.reduce(0, +)
    if options.maxDrop > 0 {
      let expected = options.uniformDrop ? Double(iteration) : total * Double(iteration) / max(total, 1e-300)
      rate = min(rate, Double(options.maxDrop) / expected)
    }
    for round in 0..<iteration where rounds.count < limit {
      let share = options.uniformDrop ? 1 : weights[round] * Double(iteration) / max(total, 1e-300)
      if random.uniform() < rate * share { rounds.append(round) }
    }
  }

  /// What the new trees are shrunk by.
  var shrinkage: Double {
    let count = Double(rounds.count)
    guard options.xgboostDartMode else { return options.learningRate / (1 + count) }
    return rounds.isEmpty ? options.learningRate : options.learningRate / (options.learningRate + count)
  }

  /// What the trees of the rounds left out keep of their size.
  var kept: Double {
    let count = Double(rounds.count)
    return options.xgboostDartMode ? count / (count + options.learningRate) : count / (count + 1)
  }

  /// Notes the new round and the changed ones.
  mutating func finishRound() {
    for round in rounds { weights[round] *= kept }
    weights.append(shrinkage)
  }
}
