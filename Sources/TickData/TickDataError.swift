/// What was wrong with tick data, a calendar or a market setting that a caller gave.
public struct TickDataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``TickDataError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case invalidOption, shapeMismatch, unknownName, invalidRow }
    private let kind: Kind
    /// An option is outside its range.
    public static let invalidOption = Code(kind: .invalidOption)
    /// Columns that belong together have different lengths.
    public static let shapeMismatch = Code(kind: .shapeMismatch)
    /// A name stands for nothing known.
    public static let unknownName = Code(kind: .unknownName)
    /// A row of a feed cannot be read.
    public static let invalidRow = Code(kind: .invalidRow)
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
