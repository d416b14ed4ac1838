/// What was wrong with the input of a metric or a split.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of an ``EvaluationError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case shapeMismatch, invalidLabel, invalidOption }
    private let kind: Kind
    /// Inputs that belong together have different lengths, or are empty.
    public static let shapeMismatch = Code(kind: .shapeMismatch)
    /// A label, prediction, probability or weight is outside its range.
    public static let invalidLabel = Code(kind: .invalidLabel)
    /// An option is outside its range.
    public static let invalidOption = Code(kind: .invalidOption)
  }

  /// The kind of error.
  public let code: Code
  /// What was given and what is allowed.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

/// Throws unless `count` values and the weights fit `rows` rows, at least one, and weights are sound.
func checkRows(_ rows: Int, _ count: Int, _ weights: [Double]?) throws(EvaluationError) {
  guard rows > 0, rows == count, (weights?.count ?? rows) == rows else {
    throw EvaluationError(
      .shapeMismatch, "\(rows) labels, \(count) predictions and \(weights?.count ?? rows) weights; equal numbers, not 0"
    )
  }
  guard let weights else { return }
  guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
    throw EvaluationError(.invalidLabel, "weights must be finite, at least 0, and not all 0")
  }
}
