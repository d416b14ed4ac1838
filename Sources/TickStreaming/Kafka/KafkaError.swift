/// What went wrong with Kafka, and whether trying again can help.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kinds of errors.
  public enum Code: String, Sendable, Hashable {
    /// The library of the client is not on this machine.
    case unavailable
    /// An option or argument that is not allowed.
    case invalidOption
    /// The queue of messages to be sent is full: wait for deliveries.
    case queueFull
    /// It took longer than allowed.
    case timedOut
    /// The broker or the network refused; ``KafkaError/isRetriable`` says whether that may pass.
    case broker
    /// The client cannot go on; make another one.
    case fatal
    /// The client was closed.
    case closed
  }

  /// The kind.
  public let code: Code
  /// What was given and what is allowed, or what the broker said.
  public let message: String
  /// Whether the same call may succeed later.
  public let isRetriable: Bool
  /// Whether the transaction that is open must be aborted.
  public let needsAbort: Bool

  init(_ code: Code, _ message: String, isRetriable: Bool = false, needsAbort: Bool = false) {
    self.code = code
    self.message = message
    self.isRetriable = isRetriable
    self.needsAbort = needsAbort
  }

  /// The kind and the message.
  public var description: String { "\(code.rawValue): \(message)" }
}
