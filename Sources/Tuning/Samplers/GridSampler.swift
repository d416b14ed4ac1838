import Compute

/// Tries every point of a grid once; then the study ends.
public struct GridSampler: Sampler, Hashable {
  /// The grid.
  public let grid: SearchSpace
  private let values: [[Double]]
  private let isShuffled: Bool

  /// Makes a sampler over every value of a space.
  ///
  /// - Parameters:
  ///   - space: Parameters without continua: whole numbers, steps and choices.
  ///   - isShuffled: Whether the points come in an order of the seed; else the last parameter changes fastest.
  /// - Throws: ``TuningError`` with code `invalidOption` for a continuum, no parameter, or more than 2^32 points.
  public init(_ space: SearchSpace, isShuffled: Bool = true) throws(TuningError) {
    guard let count = space.count, count <= 1 << 32, !space.parameters.isEmpty else {
      throw TuningError(.invalidOption, "a grid over \(space.parameters); steps or choices, at most 2^32 points")
    }
    grid = space
    values = space.parameters.map { parameter in
      let distribution = parameter.distribution
      return (0..<(distribution.count ?? 1)).map {
        distribution.snapped(distribution.low + Double($0) * (distribution.step ?? 0))
      }
    }
    self.isShuffled = isShuffled
  }

  /// Makes a sampler over chosen values of some parameters.
  ///
  /// - Parameters:
  ///   - values: For each parameter the values to try.
  ///   - space: What the objective suggests for each.
  ///   - isShuffled: Whether the points come in an order of the seed; else the last parameter changes fastest.
  /// - Throws: ``TuningError`` with code `conflictingDomain` for a value that its parameter cannot take, or `invalidOption` for a
  ///   parameter without values or more than 2^32 points.
  public init(_ values: [String: [ParameterValue]], in space: SearchSpace, isShuffled: Bool = true) throws(TuningError)
  {
    var table: [[Double]] = []
    for parameter in space.parameters {
      guard let wanted = values[parameter.name], !wanted.isEmpty else {
        throw TuningError(.invalidOption, "no values for '\(parameter.name)'; a grid needs some of each parameter")
      }
      var positions: [Double] = []
      for value in wanted {
        guard let position = parameter.distribution.position(of: value) else {
          throw TuningError(
            .conflictingDomain, "\(value) for '\(parameter.name)', which takes \(parameter.distribution)")
        }
        positions.append(position)
      }
      table.append(positions)
    }
    let points = table.reduce(1.0) { $0 * Double($1.count) }
    guard !table.isEmpty, points <= 0x1p32 else {
      throw TuningError(.invalidOption, "a grid of \(points) points; at least one parameter, at most 2^32 points")
    }
    grid = space
    self.values = table
    self.isShuffled = isShuffled
  }

  /// How many points there are.
  public var count: Int { values.reduce(1) { $0 * $1.count } }

  /// The grid, whatever trials have had.
  public func jointSpaces(in view: StudyView) -> [SearchSpace] { [grid] }

  /// Draws the first point, in the order of the seed, that no earlier trial has.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    var tried: Set<[Double]> = []
    for trial in [view.finished, view.running[...]].joined() {
      let point = grid.parameters.map { trial.position($0.name) ?? .nan }
      if !point.contains(where: \.isNaN) { tried.insert(point) }
    }
    let total = count
    for place in min(attempt, total)..<total {
      let point = point(isShuffled ? Permutation(count: total, seed: view.seed)[place] : place)
      if !tried.contains(point) {
        return Dictionary(uniqueKeysWithValues: zip(grid.parameters, point).map { ($0.name, $1) })
      }
    }
    return nil
  }

  /// Draws one parameter that is not of the grid at random.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    RandomSampler().independent(name, distribution, in: view)
  }

  private func point(_ index: Int) -> [Double] {
    var rest = index
    var point = [Double](repeating: 0, count: values.count)
    for place in values.indices.reversed() {
      point[place] = values[place][rest % values[place].count]
      rest /= values[place].count
    }
    return point
  }
}

/// An order of 0..<count that a seed decides, without a table: four rounds of a Feistel network, repeated until within the count.
struct Permutation {
  private let count: Int
  private let half: UInt64
  private let seed: UInt64

  /// Makes the order; `count` is at least 1 and at most 2^32.
  init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
    let bits = max(2, Int.bitWidth - (count - 1).leadingZeroBitCount)
    half = UInt64((bits + 1) / 2)
  }

  /// What comes at a place.
  subscript(place: Int) -> Int {
    let mask = (UInt64(1) << half) - 1
    var value = UInt64(place)
    repeat {
      var left = value >> half
      var right = value & mask
      for round in 0..<4 as Range<UInt64> {
        var stream = RandomStream(seed: seed, path: round, right)
        (left, right) = (right, left ^ (stream.next() & mask))
      }
      value = left << half | right
    } while value >= UInt64(count)
    return Int(value)
  }
}
