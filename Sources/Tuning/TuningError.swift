/// What was wrong with a search space, a study, or the file of one.
public struct TuningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of a ``TuningError``; new kinds may be added.
  public struct Code: Hashable, Sendable {
    private enum Kind { case invalidOption, invalidDomain, conflictingDomain, invalidTrial, journal, exhausted }
    private let kind: Kind
    /// An option or a budget is not allowed.
    public static let invalidOption = Code(kind: .invalidOption)
    /// The values that a parameter may take make no sense.
    public static let invalidDomain = Code(kind: .invalidDomain)
    /// A name was suggested again with other values, or a fixed value lies outside of them.
    public static let conflictingDomain = Code(kind: .conflictingDomain)
    /// A trial is not there, has ended, or was told what does not fit the study.
    public static let invalidTrial = Code(kind: .invalidTrial)
    /// The journal of a study cannot be read or written.
    public static let journal = Code(kind: .journal)
    /// Every point of a finite space was tried.
    public static let exhausted = Code(kind: .exhausted)
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
