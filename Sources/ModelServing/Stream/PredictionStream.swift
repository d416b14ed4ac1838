#if Streaming
public import Logging
public import ServiceLifecycle
public import TickStreaming

/// Predicts the ticks of a topic as they come, and writes the predictions to another.
///
/// The features of a symbol are those that training computed, to the bit, and their state is saved with the offset that it belongs to: after a crash the stream goes
/// on as if nothing had happened, and no tick is predicted twice. Several instances share the partitions by their group, and the state of symbols
/// moves with them. New versions of the bundles are taken up between two ticks.
///
/// ```swift
/// let stream = try PredictionStream(bundles: "models", kafka: KafkaConfiguration("localhost:9092"))
/// try await ServiceGroup(services: [stream], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public final class PredictionStream: Service {
  private let host: ModelHost
  private let table: LiveTable?
  private let kafka: KafkaConfiguration
  private let consumer: KafkaConsumerOptions
  private let producer: KafkaProducerOptions
  private let options: PredictionStreamOptions
  private let logger: Logger
  private let counts = Shared(PredictionStreamStatistics())

  /// Makes a stream that does nothing yet.
  ///
  /// - Parameters:
  ///   - bundles: A bundle, or a folder of bundles.
  ///   - configure: Changes options of the consumer and the producer.
  /// - Throws: `ModelingError` with code `badBundle` if a bundle is refused or missing; ``StreamingError`` with code `invalidOption`.
  public convenience init(
    bundles: String, kafka: KafkaConfiguration, _ options: PredictionStreamOptions = .init(),
    logger: Logger = Logger(label: "predict-stream"),
    configure: (inout KafkaConsumerOptions, inout KafkaProducerOptions) -> Void = { _, _ in }
  ) throws {
    try self.init(
      host: ModelHost(path: bundles, names: options.models), table: nil, kafka: kafka, options, logger: logger,
      configure: configure)
  }

  /// Makes a stream whose models and symbols are shared with those who answer requests.
  package init(
    host: ModelHost, table: LiveTable?, kafka: KafkaConfiguration, _ options: PredictionStreamOptions, logger: Logger,
    configure: (inout KafkaConsumerOptions, inout KafkaProducerOptions) -> Void = { _, _ in }
  ) throws {
    for (name, value) in [
      ("checkpointInterval", options.checkpointInterval), ("transactionInterval", options.transactionInterval),
    ] where !(value > 0) {
      throw StreamingError(.invalidOption, "\(name) is \(value); more than 0 seconds are needed")
    }
    self.host = host
    self.table = table
    self.kafka = kafka.logging(to: logger)
    self.options = options
    self.logger = logger
    var consumer = KafkaConsumerOptions(groupID: options.groupID)
    var producer = KafkaProducerOptions()
    // A prediction that waits for others is late.
    producer.lingerMilliseconds = 1
    // Every client reads what is not packed; Python's kafka-python wants further libraries for lz4.
    producer.compression = .none
    // One that fails while later ones are written would be missing for good.
    if options.transactionalID == nil { producer.messageTimeout = 0 }
    configure(&consumer, &producer)
    self.consumer = consumer
    self.producer = producer
  }

  /// What it has done so far, as of the last look: once in ``PredictionStreamOptions/reportInterval``.
  public var statistics: PredictionStreamStatistics { counts.withLock { $0 } }

  /// Predicts until it is shut down or cancelled; what was read is predicted and its state saved before it returns.
  ///
  /// - Throws: what trying again cannot mend.
  public func run() async throws {
    let (host, table, kafka, consumer) = (host, table, kafka, consumer)
    let (producer, options, logger) = (producer, options, logger)
    try await SessionLoop(logger, interval: options.reportInterval > 0 ? options.reportInterval : 10).run(
      { goesOn in
        try PredictionSession(
          host: host, table: table, kafka: kafka, consumer: consumer, producer: producer, options, logger,
          goesOn: goesOn
        ) { change in self.counts.withLock { change(&$0) } }
      }, onRestart: { self.counts.withLock { $0.restarts += 1 } })
  }
}
#endif
