import Compute

/// Draws the rows and features of each tree; what is drawn depends on the data, the seed and the round alone.
struct RowSampler {
  private let options: BoostingOptions
  private let rows: Int
  /// Whether a row is of class 1, where classes have shares of their own.
  private let isPositive: [Bool]?
  private let isBagging: Bool

  init(_ options: BoostingOptions, labels: [Double]) {
    self.options = options
    rows = labels.count
    let isByClass = options.positiveSubsample < 1 || options.negativeSubsample < 1
    isPositive = isByClass ? labels.map { $0 > 0 } : nil
    isBagging = (options.subsample < 1 || isByClass) && options.baggingFrequency > 0
  }

  /// The rows of a round's bag, ascending; nil when all take part.
  ///
  /// A bag holds at least one row.
  /// - Parameters:
  ///   - pairs: `pairs[class * rows + row]`; GOSS and MVS weigh the drawn rows up in place.
  func bag(iteration: Int, pairs: UnsafeMutablePointer<GradientPair>, classes: Int) -> [UInt32]? {
    switch options.rowSampling {
    case .bagging: return isBagging ? uniformBag(iteration) : nil
    // As LightGBM: the first trees, whose gradients say little, see all rows.
    case .goss where Double(iteration) < 1 / options.learningRate: return nil
    case .goss: return gossBag(iteration, pairs, classes)
    case .mvs where options.subsample >= 1: return nil
    case .mvs: return mvsBag(iteration, pairs, classes)
    }
  }

  private func uniformBag(_ iteration: Int) -> [UInt32] {
    let draw = iteration / options.baggingFrequency
    var random = RandomStream(seed: options.seed, path: 11, UInt64(draw))
    var bag: [UInt32] = []
    bag.reserveCapacity(Int(Double(rows) * options.subsample) + 1)
    for row in 0..<rows {
      let share =
        isPositive.map { $0[row] ? options.positiveSubsample : options.negativeSubsample } ?? options.subsample
      if random.uniform() < share { bag.append(UInt32(row)) }
    }
    return bag.isEmpty ? [0] : bag
  }

  private func gossBag(_ iteration: Int, _ pairs: UnsafeMutablePointer<GradientPair>, _ classes: Int) -> [UInt32] {
    let sizes = (0..<rows).map { row in
      (0..<classes).reduce(Float(0)) { $0 + abs(pairs[$1 * rows + row].gradient * pairs[$1 * rows + row].hessian) }
    }
    let top = max(1, Int(Double(rows) * options.topRate))
    let other = max(1, Int(Double(rows) * options.otherRate))
    // At equal sizes the earlier rows are the top ones.
    let threshold = sizes.sorted(by: >)[top - 1]
    var ties = top - sizes.count { $0 > threshold }
    let factor = Float(Double(rows - top) / Double(other))
    var random = RandomStream(seed: options.seed, path: 14, UInt64(iteration))
    var (needed, left) = (other, rows - top)
    var bag: [UInt32] = []
    for row in 0..<rows {
      if sizes[row] > threshold || (sizes[row] == threshold && ties > 0) {
        if sizes[row] == threshold { ties -= 1 }
        bag.append(UInt32(row))
        continue
      }
      if random.uniform() * Double(left) < Double(needed) {
        weigh(row, by: factor, pairs, classes)
        bag.append(UInt32(row))
        needed -= 1
      }
      left -= 1
    }
    return bag
  }

  private func mvsBag(_ iteration: Int, _ pairs: UnsafeMutablePointer<GradientPair>, _ classes: Int) -> [UInt32] {
    let regular = max(options.lambdaL2, 0.1)
    let sizes = (0..<rows).map { row in
      (0..<classes).reduce(0.0) { sum, index in
        let pair = pairs[index * rows + row]
        return sum + Double(pair.gradient * pair.gradient) + regular * Double(pair.hessian * pair.hessian)
      }.squareRoot()
    }
    let wanted = Double(rows) * options.subsample
    // The chances min(1, size / scale) add up to the wanted number; their sum falls with the scale.
    var (low, high) = (0.0, max((sizes.max() ?? 0) * 2, sizes.reduce(0, +) / wanted))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if sizes.reduce(0, { $0 + min(1, $1 / max(middle, 1e-300)) }) > wanted { low = middle } else { high = middle }
    }
    var random = RandomStream(seed: options.seed, path: 15, UInt64(iteration))
    var bag: [UInt32] = []
    for row in 0..<rows {
      let chance = high > 0 ? min(1, sizes[row] / high) : options.subsample
      guard random.uniform() < chance else { continue }
      weigh(row, by: Float(1 / chance), pairs, classes)
      bag.append(UInt32(row))
    }
    return bag.isEmpty ? [0] : bag
  }

  private func weigh(_ row: Int, by factor: Float, _ pairs: UnsafeMutablePointer<GradientPair>, _ classes: Int) {
    for index in 0..<classes {
      pairs[index * rows + row].gradient *= factor
      pairs[index * rows + row].hessian *= factor
    }
  }

  /// Which of the usable features a tree may split: `max(1, round(fraction * usable))` of them.
  func features(_ usable: [Bool], iteration: Int, index: Int) -> [Bool] {
    var random = RandomStream(seed: options.seed, path: 12, UInt64(iteration), UInt64(index))
    return drawn(usable, share: options.featureFraction, &random)
  }
}

/// `max(1, round(share * chosen))` of the chosen features.
func drawn(_ chosen: [Bool], share: Double, _ random: inout RandomStream) -> [Bool] {
  guard share < 1 else { return chosen }
  let candidates = chosen.indices.filter { chosen[$0] }
  guard !candidates.isEmpty else { return chosen }
  let take = max(1, Int((share * Double(candidates.count)).rounded()))
  var result = [Bool](repeating: false, count: chosen.count)
  for place in random.sample(take, of: candidates.count) { result[candidates[place]] = true }
  return result
}
