/// A search for the values that make an objective best, trial after trial.
public struct Study: Sendable {
  /// Whether small or large objectives are better.
  public enum Direction: String, Sendable, Hashable, Codable {
    /// Small is better.
    case minimize
    /// Large is better.
    case maximize
  }

  /// One evaluation.
  public struct Trial: Sendable, Hashable, Codable {
    /// Number of the trial, from 0.
    public let number: Int
    /// The values that were tried.
    public let values: [String: ParameterValue]
    /// What the objective was; NaN never wins.
    public let objective: Double
  }

  /// What is searched.
  public let space: SearchSpace
  /// Which objectives are better.
  public let direction: Direction
  /// Where values come from.
  public let sampler: RandomSampler
  /// The trials so far.
  public private(set) var trials: [Trial] = []

  /// Makes a study without trials.
  public init(_ space: SearchSpace, direction: Direction, sampler: RandomSampler) {
    self.space = space
    self.direction = direction
    self.sampler = sampler
  }

  /// Runs trials; may be called again to go on.
  ///
  /// - Throws: What `objective` throws; trials before it are kept.
  public mutating func run(trials count: Int, _ objective: ([String: ParameterValue]) throws -> Double) rethrows {
    for _ in 0..<count {
      let values = sampler.values(trial: trials.count, in: space)
      trials.append(Trial(number: trials.count, values: values, objective: try objective(values)))
    }
  }

  /// The best trial, the first of equals; nil without one that has a number.
  public var best: Trial? {
    var best: Trial?
    for trial in trials where !trial.objective.isNaN {
      guard let sofar = best else {
        best = trial
        continue
      }
      if direction == .minimize ? trial.objective < sofar.objective : trial.objective > sofar.objective { best = trial }
    }
    return best
  }
}
