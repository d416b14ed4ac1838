#if Streaming
public import Logging

extension KafkaConfiguration {
  /// The same, with the client's log going to a logger unless it goes elsewhere already.
  ///
  /// What the library reports as errors are warnings here: it tries again by itself, and what fails for good is thrown.
  public func logging(to logger: Logger) -> KafkaConfiguration {
    guard log == nil else { return self }
    var copy = self
    copy.log = { level, message in
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
#endif
