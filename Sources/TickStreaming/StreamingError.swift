/// What went wrong on the live path outside of Kafka and the store.
public struct StreamingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kinds of errors; new kinds may be added.
  public struct Code: Sendable, Hashable {
    private enum Kind { case invalidOption, refused, lost, invalidState }
    private let kind: Kind
    /// An option that is not allowed.
    public static let invalidOption = Code(kind: .invalidOption)
    /// The other side refuses what it was asked for; trying again does not help.
    public static let refused = Code(kind: .refused)
    /// The connection is lost; trying again may help.
    public static let lost = Code(kind: .lost)
    /// What was saved does not fit what is to go on with it.
    public static let invalidState = Code(kind: .invalidState)
  }

  /// The kind.
  public let code: Code
  /// What was given and what is allowed, or what the other side said.
  public let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
