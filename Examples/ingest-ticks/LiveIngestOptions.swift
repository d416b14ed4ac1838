#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport
import TickStreaming

/// The options of an ingest from a topic.
struct LiveIngestOptions: ParsableArguments {
  @Option(name: [.customLong("kafka"), .customLong("bootstrap-servers")], help: "Brokers, host:port,host:port.")
  var kafka: String?
  @Option(parsing: .upToNextOption, help: "Options of librdkafka as name=value.") var kafkaProperty: [String] = []
  @Option(help: "Topic of the ticks.") var topic = "tick-data"
  @Option(help: "Group whose members share the topic.") var group = "ingest-ticks"
  @Option(help: "Topic of messages that are no ticks; '' to count them only.") var deadLetterTopic =
    "tick-data-rejected"
  @Option(help: "Partitions of topics that are not there yet.") var partitions = 4
  @Option(help: "Rows stored together at most.") var batchRows = 65_536
  @Option(help: "Seconds after which what has come is stored.") var batchInterval = 1.0
  @Option(help: "Rows after which --parquet is written.") var exportRows = 5_000_000
  @Option(help: "Seconds after which --parquet is written.") var exportInterval = 300.0
  @Option(help: "Seconds of market time that the store keeps; without it all. With --parquet rows are exported first.")
  var retention: Double?
  @Option(help: "Most megabytes that DuckDB keeps in memory.") var memoryLimit = 200
  @OptionGroup var member: GroupMemberOptions
  @OptionGroup var log: LogOptions

  /// Stores until the program is told to stop.
  func run(_ input: TickOptions, _ output: String, _ parquet: String?, _ rejects: String?, json: Bool) async throws {
    guard input.ticks == nil, input.store == nil else {
      throw ValidationError("give either --ticks FILE or --kafka BROKERS")
    }
    guard rejects == nil else {
      throw ValidationError("--rejects is for files; messages that are no ticks go to --dead-letter-topic")
    }
    var isFolder: ObjCBool = false
    if let parquet, FileManager.default.fileExists(atPath: parquet, isDirectory: &isFolder), !isFolder.boolValue {
      throw ValidationError("--parquet is '\(parquet)', which is a file; a folder is needed")
    }
    var brokers = KafkaOptions()
    brokers.kafka = kafka ?? brokers.kafka
    brokers.kafkaProperty = kafkaProperty
    try brokers.validate()
    var options = TickIngestOptions()
    options.topic = topic
    options.groupID = group
    options.deadLetterTopic = deadLetterTopic.isEmpty ? nil : deadLetterTopic
    options.partitions = partitions
    options.batchRows = batchRows
    options.batchInterval = batchInterval
    options.exportFolder = parquet
    options.exportRows = exportRows
    options.exportInterval = exportInterval
    options.retention = retention
    options.memoryLimit = memoryLimit
    options.reportInterval = log.report
    let logger = log.logger("ingest-ticks")
    let ingest = try TickIngest(
      storePath: output, kafka: brokers.configuration("ingest-ticks"), options, logger: logger
    ) { member.apply(to: &$0) }
    try await ProgramSupport.run([ingest], logger)
    if json { try Console.printJSON(ingest.statistics) }
  }
}
#endif
