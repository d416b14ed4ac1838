/// Whether small or large objectives are better.
public enum Direction: String, Sendable, Hashable {
  /// Small is better.
  case minimize
  /// Large is better.
  case maximize

  /// A value turned so that small is better.
  func loss(_ value: Double) -> Double { self == .minimize ? value : -value }
}

/// What an objective throws to end a trial that is not worth going on with.
public struct TrialPruned: Error, Hashable, Sendable {
  /// Makes the error.
  public init() {}
}
