/// What happened in a trial.
public enum TrialState: String, Sendable, Hashable {
  /// It has not ended.
  case running
  /// It has values.
  case complete
  /// It was given up for its intermediate values.
  case pruned
  /// It has no values: the objective threw, or was not a number.
  case failed
}

/// A parameter of a trial: its name, what it may be, and what it was.
public struct TrialParameter: Sendable, Hashable {
  /// The name.
  public let name: String
  /// The values it may take.
  public let distribution: Distribution
  package let position: Double

  package init(name: String, distribution: Distribution, position: Double) {
    self.name = name
    self.distribution = distribution
    self.position = position
  }

  /// The value that it took.
  public var value: ParameterValue { distribution.value(at: position) }
}

/// One evaluation of a study.
public struct TrialRecord: Sendable, Hashable {
  /// An intermediate value.
  public struct Report: Sendable, Hashable {
    /// The step; at least 0.
    public let step: Int
    /// The value; may be NaN.
    public let value: Double

    /// Makes an intermediate value.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// The number, from 0.
  public let number: Int
  /// What happened.
  public package(set) var state: TrialState
  /// The parameters, in the order in which they were suggested.
  public package(set) var parameters: [TrialParameter] = []
  /// The objectives; empty unless it is complete, or pruned with a last intermediate value.
  public package(set) var values: [Double] = []
  /// The intermediate values, in the order in which they came.
  public package(set) var reports: [Report] = []
  /// What the objective wished to keep.
  public package(set) var attributes: [String: ParameterValue] = [:]
  /// Named constraints, met where they are at most 0.
  public package(set) var constraints: [String: Double] = [:]
  /// Seconds since 1970 at which it started.
  public package(set) var started: Double = 0
  /// Seconds since 1970 at which it ended.
  public package(set) var ended: Double?
  /// The value at each rung of successive halving that was reached.
  package var rungs: [Double] = []
  /// Trials of lower numbers whose results this one does not see.
  package var hidden: [Int] = []
  /// What was drawn jointly as the trial started; other trials see it while this one runs.
  package var joint: [TrialParameter] = []
  /// Values that were asked for by hand.
  package var fixed: [String: ParameterValue] = [:]

  /// The first objective; nil without one.
  public var value: Double? { values.first }

  /// The value of a parameter; nil if it was not suggested.
  public subscript(name: String) -> ParameterValue? { parameter(name)?.value }

  /// Whether no constraint is broken.
  public var isFeasible: Bool { constraints.values.allSatisfy { $0 <= 0 } }

  /// By how much constraints are broken, summed; a constraint that is not a number counts as broken without end.
  package var violation: Double {
    constraints.values.reduce(0) { $0 + ($1.isNaN ? .infinity : max(0, $1)) }
  }

  package var lastReport: Report? { reports.max { $0.step < $1.step } }

  package func parameter(_ name: String) -> TrialParameter? { parameters.first { $0.name == name } }

  /// The position of a parameter; nil if it was not suggested.
  package func position(_ name: String) -> Double? { parameter(name)?.position }

  package init(number: Int, state: TrialState = .running) {
    self.number = number
    self.state = state
  }
}
