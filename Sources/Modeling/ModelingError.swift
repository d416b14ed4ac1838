/// What went wrong in training or with a bundle.
public struct ModelingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``ModelingError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case noData, invalidOption, badBundle, cannotWrite }
    private let kind: Kind
    /// There are no rows to train or predict on.
    public static let noData = Code(kind: .noData)
    /// An option is not allowed.
    public static let invalidOption = Code(kind: .invalidOption)
    /// A bundle is damaged, incomplete, or its parts do not fit each other.
    public static let badBundle = Code(kind: .badBundle)
    /// A bundle or summary cannot be written.
    public static let cannotWrite = Code(kind: .cannotWrite)
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
