import Compute
import Foundation

/// Draws every value independently and evenly, by the logarithm where the parameter says so.
public struct RandomSampler: Sampler, Hashable {
  /// Makes a sampler.
  public init() {}

  /// Draws the parameters one by one.
  public func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]? {
    var drawn: [String: Double] = [:]
    for parameter in space.parameters {
      var random = view.random(purpose(parameter.name, attempt: attempt))
      drawn[parameter.name] = Self.draw(parameter.distribution, &random)
    }
    return drawn
  }

  /// Draws one parameter.
  public func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double {
    var random = view.random(name)
    return Self.draw(distribution, &random)
  }

  static func draw(_ distribution: Distribution, _ random: inout RandomStream) -> Double {
    if let count = distribution.choices { return Double(random.index(below: count)) }
    return UnitInterval.position(random.uniform(), distribution)
  }
}

/// Numbers of a distribution as numbers of 0...1; half a step is added at both ends, so that they are as likely as others.
enum UnitInterval {
  /// The ends in the scale in which values are even.
  static func bounds(_ distribution: Distribution) -> (low: Double, high: Double) {
    let half = (distribution.step ?? 0) / 2
    let low = distribution.low - half
    let high = distribution.high + half
    return distribution.isLog ? (Foundation.log(low), Foundation.log(high)) : (low, high)
  }

  /// The position at a share of the range.
  static func position(_ share: Double, _ distribution: Distribution) -> Double {
    if distribution.isSingle { return distribution.low }
    let (low, high) = bounds(distribution)
    let scaled = low + (high - low) * share
    return distribution.snapped(distribution.isLog ? exp(scaled) : scaled)
  }

  /// The share of the range at which a position lies.
  static func share(_ position: Double, _ distribution: Distribution) -> Double {
    let (low, high) = bounds(distribution)
    if low == high { return 0.5 }
    return ((distribution.isLog ? Foundation.log(position) : position) - low) / (high - low)
  }
}
