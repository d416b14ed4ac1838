/// What was wrong with a search space or a study.
public struct TuningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``TuningError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case invalidOption }
    private let kind: Kind
    /// A parameter or budget is not allowed.
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
