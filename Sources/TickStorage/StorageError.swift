/// What went wrong with a store or a file.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``StorageError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case unavailable, cannotOpen, database, badFile, invalidOption }
    private let kind: Kind
    /// DuckDB's library is not installed or too old.
    public static let unavailable = Code(kind: .unavailable)
    /// A store or file cannot be opened.
    public static let cannotOpen = Code(kind: .cannotOpen)
    /// DuckDB refused a statement.
    public static let database = Code(kind: .database)
    /// A file is not what it was said to be.
    public static let badFile = Code(kind: .badFile)
    /// An option is not allowed.
    public static let invalidOption = Code(kind: .invalidOption)
  }

  /// The kind of error.
  public let code: Code
  /// What was given and what is allowed, or DuckDB's own words.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
