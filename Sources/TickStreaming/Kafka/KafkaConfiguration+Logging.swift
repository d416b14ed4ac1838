#if Streaming
public import Logging
import Synchronization

extension KafkaConfiguration {
  /// The same, with the client's log going to a logger unless it goes elsewhere already.
  ///
  /// What the library reports as errors are warnings here: it tries again by itself, and what fails for good is thrown.
  public func logging(to logger: Logger) -> KafkaConfiguration {
    guard log == nil else { return self }
    var copy = self
    let repetitions = Repetitions()
    copy.log = { level, message in
      if level != .debug, repetitions.isRepeated(message) { return }
      let level: Logger.Level =
        switch level {
        case .error, .warning: .warning
        case .info: .info
        case .debug: .debug
        }
      logger.log(level: level, "kafka", metadata: ["message": "\(message)"])
    }
    return copy
  }
}

/// Which lines came already a short while ago: the client says the same of each connection, hundreds of times a minute.
private final class Repetitions: Sendable {
  private let last = Mutex<[String: ContinuousClock.Instant]>([:])

  /// Whether a line that differs in its numbers only came within ten seconds.
  func isRepeated(_ message: String) -> Bool {
    // What stands before the brackets' end is the thread's name.
    let text = String(message.drop { $0 != "]" }.filter { !$0.isNumber })
    let now = ContinuousClock.now
    return last.withLock { last in
      if let before = last[text], now - before < .seconds(10) { return true }
      if last.count > 1000 { last.removeAll() }
      last[text] = now
      return false
    }
  }
}
#endif
