/// What a model is to foretell: a return, a direction or a return class, some ticks ahead.
public struct TargetConfiguration: Sendable, Hashable, Codable {
  /// The kind of a target.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// p[t+h]/p[t] − 1.
    case futureReturn = "future_return"
    /// 1 where p[t+h] > p[t], else 0.
    case direction
    /// Class 0 (strong down) to 4 (strong up) of the future return.
    case returnBucket = "return_bucket"
  }

  /// What becomes of a direction where p[t+h] = p[t].
  public enum Ties: String, Sendable, Hashable, Codable, CaseIterable {
    /// Class 0, as a fall.
    case down
    /// The row has no target.
    case drop
    /// Three classes: 0 down, 1 equal, 2 up.
    case thirdClass = "third_class"
  }

  /// Where the bounds of return classes come from.
  public enum Bounds: Sendable, Hashable, Codable {
    /// Four ascending bounds in basis points.
    case basisPoints([Double])
    /// Four ascending probabilities, whose quantiles are fitted on the training rows alone.
    case quantiles([Double])
  }

  /// The kind.
  public let kind: Kind
  /// Ticks ahead, at least 1.
  public let horizon: Int
  /// What becomes of unchanged prices; for directions.
  public let ties: Ties
  /// Bounds of the classes; for return buckets.
  public let bounds: Bounds
  /// Whether a target must lie in the same session (local day) as its row.
  public let withinSession: Bool

  /// Makes a target.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for a horizon outside `1...100_000` or bounds that are not
  ///   four ascending finite numbers (probabilities in 0..<1 for quantiles).
  public init(
    _ kind: Kind, horizon: Int, ties: Ties = .down, bounds: Bounds = .quantiles([0.1, 0.35, 0.65, 0.9]),
    withinSession: Bool = false
  ) throws(FeatureError) {
    guard 1...100_000 ~= horizon else {
      throw FeatureError(.invalidOption, "the horizon is \(horizon); 1...100000 ticks are allowed")
    }
    let numbers: [Double]
    let limit: Double
    switch bounds {
    case .basisPoints(let values): (numbers, limit) = (values, .infinity)
    case .quantiles(let values): (numbers, limit) = (values, 1)
    }
    guard numbers.count == 4, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }),
      numbers.allSatisfy({ $0.isFinite && $0 < limit && (limit.isInfinite || $0 > 0) })
    else {
      throw FeatureError(.invalidOption, "bounds \(numbers) were given; four ascending ones (probabilities in 0..<1)")
    }
    self.kind = kind
    self.horizon = horizon
    self.ties = ties
    self.bounds = bounds
    self.withinSession = withinSession
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case horizon
    case ties
    case bounds
    case withinSession
  }

  /// Reads a target and checks it as ``init(_:horizon:ties:bounds:withinSession:)`` does.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      values.decode(Kind.self, forKey: .kind), horizon: values.decode(Int.self, forKey: .horizon),
      ties: values.decode(Ties.self, forKey: .ties), bounds: values.decode(Bounds.self, forKey: .bounds),
      withinSession: values.decode(Bool.self, forKey: .withinSession))
  }

  /// Reads the standard name of a target, such as `direction_5`, `future_return_1` or `return_bucket_10`.
  ///
  /// - Throws: ``FeatureError`` with code `unknownName` that lists the forms.
  public init(named name: String) throws(FeatureError) {
    for kind in Kind.allCases where name.hasPrefix(kind.rawValue + "_") {
      if let horizon = Int(name.dropFirst(kind.rawValue.count + 1)) {
        try self.init(kind, horizon: horizon)
        return
      }
    }
    throw FeatureError(
      .unknownName,
      "there is no target '\(name)'; targets are direction_H, future_return_H and return_bucket_H with H ticks ahead")
  }

  /// The seven targets that are trained when none are named: directions and returns 1, 5 and 10 ticks ahead, and the
  /// return class 5 ticks ahead.
  public static let standard: [TargetConfiguration] = [
    "direction_1", "direction_5", "direction_10", "future_return_1", "future_return_5", "future_return_10",
    "return_bucket_5",
  ].map { name in
    do { return try TargetConfiguration(named: name) } catch { preconditionFailure("\(error)") }
  }

  /// The standard name, such as `direction_5`.
  public var name: String { "\(kind.rawValue)_\(horizon)" }

  /// Number of classes; nil for a regression.
  public var classCount: Int? {
    switch kind {
    case .futureReturn: nil
    case .direction: ties == .thirdClass ? 3 : 2
    case .returnBucket: 5
    }
  }
}
