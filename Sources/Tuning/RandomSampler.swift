import Compute
import Foundation

/// Draws the values of each trial independently and evenly (on the logarithm where the space says so).
///
/// Trial n of a seed always draws the same values, in whatever order trials run.
public struct RandomSampler: Sendable, Hashable {
  /// The seed.
  public let seed: UInt64

  /// Makes a sampler.
  public init(seed: UInt64) { self.seed = seed }

  /// The values of a trial.
  public func values(trial: Int, in space: SearchSpace) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for (index, parameter) in space.parameters.enumerated() {
      var random = RandomStream(seed: seed, path: UInt64(trial), UInt64(index))
      values[parameter.name] = draw(parameter.domain, &random)
    }
    return values
  }

  private func draw(_ domain: SearchSpace.Domain, _ random: inout RandomStream) -> ParameterValue {
    switch domain {
    case .real(let low, let high, let isLog):
      guard isLog else { return .real(low + (high - low) * random.uniform()) }
      return .real(min(high, max(low, exp(log(low) + (log(high) - log(low)) * random.uniform()))))
    case .whole(let low, let high, let isLog):
      guard isLog else { return .whole(low + random.index(below: high - low + 1)) }
      // Half a step is added on both sides, so that the ends are as likely as their neighbours.
      let start = log(Double(low) - 0.5)
      let drawn = exp(start + (log(Double(high) + 0.5) - start) * random.uniform())
      return .whole(min(high, max(low, Int(drawn.rounded()))))
    case .choice(let options): return .choice(options[random.index(below: options.count)])
    }
  }
}
