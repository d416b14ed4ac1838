#if Programs && Streaming
public import ArgumentParser
import Foundation
public import Logging
public import ServiceLifecycle
public import TickStreaming
import UnixSignals

extension KafkaProducerOptions.Compression: ExpressibleByArgument {}
extension TickServerOptions.SlowPolicy: ExpressibleByArgument {}

/// The options by which a program finds its brokers.
public struct KafkaOptions: ParsableArguments {
  /// The brokers.
  @Option(name: [.customLong("kafka"), .customLong("bootstrap-servers")], help: "Brokers, host:port,host:port.")
  public var kafka = "127.0.0.1:9092"

  /// Options of the library.
  @Option(
    parsing: .upToNextOption,
    help: "Options of librdkafka as name=value, such as security.protocol=SASL_SSL sasl.username=me.")
  public var kafkaProperty: [String] = []

  /// Makes empty options.
  public init() {}

  /// Checks the options.
  public func validate() throws {
    for pair in kafkaProperty where !pair.contains("=") {
      throw ValidationError("--kafka-property is '\(pair)'; name=value is needed")
    }
  }

  /// Where brokers are, for a program of this name.
  public func configuration(_ program: String) -> KafkaConfiguration {
    var configuration = KafkaConfiguration(kafka)
    configuration.clientID = program
    for pair in kafkaProperty {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      configuration.properties[String(parts[0])] = String(parts[1])
    }
    return configuration
  }
}

/// The options of a member of a consumer group.
public struct GroupMemberOptions: ParsableArguments {
  /// Seconds until the group gives a silent member's partitions away.
  @Option(help: "Seconds without a sign of life after which the group goes on without this instance.")
  public var sessionTimeout = 45.0

  /// A name that outlives restarts.
  @Option(
    help:
      "A name that this instance keeps over restarts: started again within the session it gets its partitions back at once."
  )
  public var instanceID: String?

  /// Makes the defaults.
  public init() {}

  /// Checks the options.
  public func validate() throws {
    try require(sessionTimeout > 0, "--session-timeout", sessionTimeout, "more than 0 is needed")
  }

  /// Sets them.
  public func apply(to consumer: inout KafkaConsumerOptions) {
    consumer.sessionTimeout = sessionTimeout
    consumer.instanceID = instanceID
  }
}

/// The options of what a program says while it runs.
public struct LogOptions: ParsableArguments {
  /// The least level.
  @Option(help: "Least level of the log on standard error: debug, info, warning or error.")
  public var logLevel = "info"

  /// The interval of statistics.
  @Option(help: "Seconds between two lines of statistics; 0 for none.")
  public var report = 10.0

  /// Makes the defaults.
  public init() {}

  /// Checks the options.
  public func validate() throws {
    try require(
      Logger.Level(rawValue: logLevel) != nil, "--log-level", logLevel, "debug, info, warning and error are allowed")
    try require(report >= 0, "--report", report, "at least 0 is needed")
  }

  /// The program's log, on standard error.
  public func logger(_ program: String) -> Logger {
    var logger = Logger(label: program) { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
    return logger
  }
}

/// Runs services until they end, or in good order when the program is told to stop (SIGTERM, SIGINT).
public func run(_ services: [any Service], _ logger: Logger) async throws {
  let group = ServiceGroup(
    configuration: ServiceGroupConfiguration(
      services: services.map {
        .init(
          service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .cancelGroup)
      },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
  try await group.run()
}
#endif
