#if Streaming
import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// Stores the ticks of a topic: every message once, through any crash of this process, the brokers or the disk.
///
/// Rows and the offsets behind them are one transaction of the store, and reading begins where the store says. What is no tick goes to another topic
/// with the reason. Memory is bounded by ``TickIngestOptions/batchRows``. One process may have a store open: more instances, each with a store of its own,
/// share the topic's partitions by their group.
public final class TickIngest: Service {
  private let storePath: String
  private let kafka: KafkaConfiguration
  private let consumer: KafkaConsumerOptions
  private let options: TickIngestOptions
  private let logger: Logger
  private let counts = Mutex(TickIngestStatistics())

  /// Makes an ingest that does nothing yet.
  ///
  /// - Parameters:
  ///   - storePath: The store; made where there is none.
  ///   - configure: Changes options of the consumer, such as its session's time.
  /// - Throws: ``StreamingError`` with code `invalidOption`.
  public init(
    storePath: String, kafka: KafkaConfiguration, _ options: TickIngestOptions = .init(),
    logger: Logger = Logger(label: "ingest-ticks"), configure: (inout KafkaConsumerOptions) -> Void = { _ in }
  ) throws(StreamingError) {
    try options.validate()
    self.storePath = storePath
    self.kafka = kafka.logging(to: logger)
    self.options = options
    self.logger = logger
    var consumer = KafkaConsumerOptions(groupID: options.groupID)
    configure(&consumer)
    self.consumer = consumer
  }

  /// What it has done so far.
  public var statistics: TickIngestStatistics { counts.withLock { $0 } }

  /// Stores until it is shut down or cancelled; what was read is stored before it returns.
  ///
  /// - Throws: what trying again cannot mend: a store that cannot be opened at the start, an option that is not allowed.
  public func run() async throws {
    let (storePath, kafka, consumer, options, logger) = (storePath, kafka, consumer, options, logger)
    try await SessionLoop(logger, interval: options.reportInterval > 0 ? options.reportInterval : 10).run(
      { _ in
        try IngestSession(storePath: storePath, kafka: kafka, consumer: consumer, options, logger) { change in
          self.counts.withLock { change(&$0) }
        }
      }, onRestart: { self.counts.withLock { $0.restarts += 1 } })
  }
}
#endif
