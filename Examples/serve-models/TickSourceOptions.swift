#if Programs && Serving
import ArgumentParser
import ModelServing
import ProgramSupport
import TickStreaming

/// Where the service gets its ticks.
struct TickSourceOptions: ParsableArguments {
  @Option(
    name: [.customLong("kafka"), .customLong("bootstrap-servers")],
    help: "Brokers, host:port,host:port: the ticks of --topic are predicted to --predictions-topic.")
  var brokers: String?
  @Option(parsing: .upToNextOption, help: "Options of librdkafka as name=value.") var kafkaProperty: [String] = []
  @Option(help: "Topic of the ticks.") var topic = "tick-data"
  @Option(help: "Topic of the predictions.") var predictionsTopic = "predictions"
  @Option(help: "Topic of the states.") var stateTopic = "predict-stream-state"
  @Option(help: "Group whose members share the topic.") var group = "predict-stream"
  @Option(help: "Partitions of topics that are not there yet.") var partitions = 4
  @OptionGroup var member: GroupMemberOptions
  @Flag(help: "Answer requests from the topic's ticks, and predict nothing to a topic.") var apiOnly = false
  @Flag(help: "Predict the topic, and answer no requests.") var streamOnly = false
  @Option(help: "WebSocket server of ticks, ws://HOST:PORT/, in place of brokers.") var source: String?
  @Option(help: "DuckDB store whose newest ticks stand in for symbols without live ones.") var store: String?

  func validate() throws {
    try require(1...100_000 ~= partitions, "--partitions", partitions, "1 to 100,000 are allowed")
    if apiOnly, streamOnly { throw ValidationError("--api-only and --stream-only are both given; one is allowed") }
    if streamOnly, brokers == nil { throw ValidationError("--stream-only needs --kafka") }
    if brokers == nil {
      let defaults = PredictionStreamOptions()
      for (name, isGiven) in [
        ("--topic", topic != defaults.topic), ("--predictions-topic", predictionsTopic != defaults.predictionsTopic),
        ("--state-topic", stateTopic != defaults.stateTopic), ("--group", group != defaults.groupID),
        ("--kafka-property", !kafkaProperty.isEmpty),
      ] where isGiven {
        throw ValidationError("\(name) needs --kafka")
      }
    }
    if brokers != nil, source != nil { throw ValidationError("--kafka and --source are both given; one is allowed") }
    for pair in kafkaProperty where !pair.contains("=") {
      throw ValidationError("--kafka-property is '\(pair)'; name=value is needed")
    }
  }

  func kafka(_ program: String) throws -> KafkaConfiguration {
    var options = KafkaOptions()
    options.kafka = brokers ?? options.kafka
    options.kafkaProperty = kafkaProperty
    return options.configuration(program)
  }

  func streamOptions(_ models: [String], report: Double, reload: Double) -> PredictionStreamOptions {
    var options = PredictionStreamOptions()
    options.topic = topic
    options.predictionsTopic = predictionsTopic
    options.stateTopic = stateTopic
    options.groupID = group
    options.partitions = partitions
    options.models = models
    options.reloadInterval = reload
    options.reportInterval = report
    return options
  }

  /// Sets the clients as predict-stream does.
  var configure: @Sendable (inout KafkaConsumerOptions, inout KafkaProducerOptions) -> Void {
    let (timeout, instance) = (member.sessionTimeout, member.instanceID)
    return { consumer, producer in
      consumer.sessionTimeout = timeout
      consumer.instanceID = instance
      // Brokers that cannot be woken wait all of it.
      consumer.fetchWait = 0.01
      producer.compression = .none
    }
  }

  func source(_ stream: PredictionStreamOptions) throws -> ServiceSource {
    if let source { return .socket(TickClientOptions(url: source)) }
    guard brokers != nil else { return .none }
    let kafka = try kafka("serve-models")
    return apiOnly ? .topic(kafka, stream) : .stream(kafka, stream, configure)
  }
}
#endif
