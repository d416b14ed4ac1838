/// What was wrong with a recipe, a tick, a saved state, a target or the columns of a label.
public struct FeatureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``FeatureError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind {
      case invalidOption, unknownName, invalidFormat, invalidTick, stateMismatch, shapeMismatch, unsortedTimes
    }
    private let kind: Kind
    /// An option is outside its range.
    public static let invalidOption = Code(kind: .invalidOption)
    /// A name of a column, a target, a function or its parameter or result, or a key of a recipe stands for nothing known.
    public static let unknownName = Code(kind: .unknownName)
    /// A recipe is not JSON, or lacks a field, or a field is of another type.
    public static let invalidFormat = Code(kind: .invalidFormat)
    /// A tick holds a number no feature is defined for.
    public static let invalidTick = Code(kind: .invalidTick)
    /// A saved state belongs to another recipe or version.
    public static let stateMismatch = Code(kind: .stateMismatch)
    /// Columns that belong together have different lengths.
    public static let shapeMismatch = Code(kind: .shapeMismatch)
    /// A time is before the one of an earlier row.
    public static let unsortedTimes = Code(kind: .unsortedTimes)
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
