/// What was wrong with options, data or a model file that a caller gave.
public struct BoostingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``BoostingError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case invalidOption, shapeMismatch, invalidLabel, corruptModel, notExpressible, badFile }
    private let kind: Kind
    /// An option is outside its range or unknown.
    public static let invalidOption = Code(kind: .invalidOption)
    /// Columns, labels or weights have different lengths, or a model wants other features.
    public static let shapeMismatch = Code(kind: .shapeMismatch)
    /// A label or weight does not fit the objective.
    public static let invalidLabel = Code(kind: .invalidLabel)
    /// A model file is damaged or of an unknown form.
    public static let corruptModel = Code(kind: .corruptModel)
    /// A model has something that a file format cannot say.
    public static let notExpressible = Code(kind: .notExpressible)
    /// A table's file cannot be read or written, or holds something else.
    public static let badFile = Code(kind: .badFile)
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
