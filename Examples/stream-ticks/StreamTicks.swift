#if Programs && Streaming
import ArgumentParser
import ProgramSupport
import TickStreaming

@main
struct StreamTicks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream-ticks",
    abstract: "Sends the ticks of a WebSocket server to a Kafka topic, each once, keyed by symbol.",
    discussion: """
      Connects again with growing waits when the connection is lost, goes on where it was, counts gaps in the numbers
      of ticks, and reads nothing from the socket while the brokers cannot take more. Started again, it goes on behind
      the last ticks of the topic. It ends with the stream, or on SIGTERM once every tick it took is delivered.

      Example: stream-ticks --source ws://127.0.0.1:8765/ --kafka 127.0.0.1:9092 --topic tick-data
      """)

  @Option(help: "WebSocket server: ws://HOST:PORT/.") var source = "ws://127.0.0.1:8765/"
  @Option(parsing: .upToNextOption, help: "Symbols, with spaces or commas between them; without it all.")
  var symbols: [String] = []
  @Flag(help: "Begin with the next tick instead of the stream's first.") var fromNow = false
  @Option(help: "Most ticks of a frame, 1 to 10,000.") var batch = 512
  @OptionGroup var kafka: KafkaOptions
  @Option(help: "Topic of the ticks.") var topic = "tick-data"
  @Option(help: "Topic of messages that are no ticks; '' to count them only.") var deadLetterTopic =
    "tick-data-rejected"
  @Option(help: "Partitions of topics that are not there yet.") var partitions = 4
  @Option(help: "Milliseconds that messages wait for others to go with them.") var linger = 5
  @Option(help: "none, gzip, snappy, lz4 or zstd.") var compression = KafkaProducerOptions.Compression.lz4
  @OptionGroup var log: LogOptions
  @Flag(help: "Print the final statistics as one line of JSON.") var json = false

  func validate() throws {
    try require(1...10_000 ~= batch, "--batch", batch, "1 to 10,000 are allowed")
    try require(1...100_000 ~= partitions, "--partitions", partitions, "1 to 100,000 are allowed")
    try require(0...900_000 ~= linger, "--linger", linger, "0 to 900,000 ms are allowed")
  }

  func run() async throws {
    var client = TickClientOptions(url: source)
    client.symbols = symbols.isEmpty ? nil : symbols.flatMap { $0.split(separator: ",").map(String.init) }
    client.fromStart = !fromNow
    client.batch = batch
    var producer = KafkaProducerOptions()
    producer.lingerMilliseconds = linger
    producer.compression = compression
    var options = TickRelayOptions()
    options.topic = topic
    options.deadLetterTopic = deadLetterTopic.isEmpty ? nil : deadLetterTopic
    options.partitions = partitions
    options.reportInterval = log.report
    let logger = log.logger("stream-ticks")
    let relay = try TickRelay(
      client, kafka: kafka.configuration("stream-ticks"), producer: producer, options, logger: logger)
    try await ProgramSupport.run([relay], logger)
    if json { try Console.printJSON(relay.statistics) }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package traits 'Programs' and 'Streaming'") }
}
#endif
