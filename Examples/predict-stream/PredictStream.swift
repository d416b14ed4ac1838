#if Programs && Streaming
import ArgumentParser
import ModelServing
import ProgramSupport
import TickStreaming

@main
struct PredictStream: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict-stream",
    abstract: "Predicts the ticks of a Kafka topic as they come, and writes the predictions to another topic.",
    discussion: """
      Each trade becomes one message of JSON, keyed by symbol: predictions and confidence by model, versions, the
      microseconds it took, and what is wrong with the data if anything is. The state of each symbol's features is saved
      with its offset in a compacted topic: after a crash, or when another instance takes a partition over, the stream
      goes on with the same bits, and no tick is predicted twice. Bundles that are written anew are taken up at once.

      Example: predict-stream --bundle models --kafka 127.0.0.1:9092
      """)

  @Option(name: [.customLong("bundle"), .customLong("models-folder")], help: "A bundle, or a folder of bundles.")
  var bundle: String
  @Option(parsing: .upToNextOption, help: "Bundles that predict, such as direction_5_lightgbm; without it all.")
  var models: [String] = []
  @OptionGroup var kafka: KafkaOptions
  @Option(help: "Topic of the ticks.") var topic = "tick-data"
  @Option(help: "Topic of the predictions.") var predictionsTopic = "predictions"
  @Option(help: "Topic of the states.") var stateTopic = "predict-stream-state"
  @Option(help: "Group whose members share the topic.") var group = "predict-stream"
  @Option(help: "Partitions of topics that are not there yet.") var partitions = 4
  @Option(help: "Seconds between two checkpoints of the state.") var checkpointInterval = 10.0
  @Option(help: "Seconds between two looks for new bundles; 0 for none.") var reloadInterval = 5.0
  @Option(help: "Write predictions in transactions under this name, one an instance.") var transactionalID: String?
  @Option(help: "Milliseconds that predictions wait for others to go with them.") var linger = 1
  @Option(help: "none, gzip, snappy, lz4 or zstd; every client can read none.")
  var compression = KafkaProducerOptions.Compression.none
  @OptionGroup var member: GroupMemberOptions
  @OptionGroup var log: LogOptions
  @Flag(help: "Print the final statistics as one line of JSON.") var json = false

  func validate() throws {
    try require(1...100_000 ~= partitions, "--partitions", partitions, "1 to 100,000 are allowed")
    try require(0...900_000 ~= linger, "--linger", linger, "0 to 900,000 ms are allowed")
    try require(checkpointInterval > 0, "--checkpoint-interval", checkpointInterval, "more than 0 is needed")
    try require(reloadInterval >= 0, "--reload-interval", reloadInterval, "at least 0 is needed")
  }

  func run() async throws {
    var options = PredictionStreamOptions()
    options.topic = topic
    options.predictionsTopic = predictionsTopic
    options.stateTopic = stateTopic
    options.groupID = group
    options.partitions = partitions
    options.models = models
    options.reloadInterval = reloadInterval
    options.checkpointInterval = checkpointInterval
    options.transactionalID = transactionalID
    options.reportInterval = log.report
    let logger = log.logger("predict-stream")
    let stream = try PredictionStream(
      bundles: bundle, kafka: kafka.configuration("predict-stream"), options, logger: logger
    ) { consumer, producer in
      member.apply(to: &consumer)
      // Brokers that cannot be woken wait all of it.
      consumer.fetchWait = 0.01
      producer.lingerMilliseconds = linger
      producer.compression = compression
    }
    try await ProgramSupport.run([stream], logger)
    if json { try Console.printJSON(stream.statistics) }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package traits 'Programs' and 'Streaming'") }
}
#endif
