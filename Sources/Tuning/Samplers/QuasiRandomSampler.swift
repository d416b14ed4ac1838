import Compute

/// Draws the points of a Sobol sequence, which leave no part of the space out for long.
///
/// Without a space that is known before, the first trial is random and the sequence starts over the parameters that all trials
/// have. More than 64 parameters are random from the 65th on.
public struct QuasiRandomSampler: Sampler, Hashable {
  /// Whether the sequence is scrambled by the seed, which makes every point uniform.
  public let isScrambled: Bool

  /// Makes a sampler.
  public init(isScrambled: Bool = true) { self.isScrambled = isScrambled }

  /// Draws the point of the trial's number; a later one where that was tried.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    var drawn: [String: Double] = [:]
    for (dimension, parameter) in space.parameters.enumerated() {
      guard dimension < SobolSequence.limit else { break }
      var stream = RandomStream(seed: view.seed, path: UInt64(dimension))
      let sequence = SobolSequence(dimension: dimension, coins: isScrambled ? stream.next() : nil)
      // Without scrambling the first point is a corner.
      let index = view.number + attempt * 65_536 + (isScrambled ? 0 : 1)
      let share = sequence.coordinate(index)
      if let count = parameter.distribution.choices {
        drawn[parameter.name] = Double(min(Int(share * Double(count)), count - 1))
      } else {
        drawn[parameter.name] = UnitInterval.position(share, parameter.distribution)
      }
    }
    return drawn
  }

  /// Draws one parameter at random.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    RandomSampler().independent(name, distribution, in: view)
  }
}
