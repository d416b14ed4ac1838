#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport
import ServiceLifecycle
import TickStreaming

@main
struct LocalBrokerProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "local-broker",
    abstract: "Hosts Kafka brokers in memory for development and tests, without a Kafka installation.",
    discussion: """
      Not a store: a partition keeps some 5 MB and silently drops what is older, everything is gone with the program,
      topics are made by their first use only, with four partitions, transactions are not isolated, and each start has
      another port. For everything else any broker that speaks Kafka's protocol will do.

      With --broker-file the address is written to a file once the brokers listen.

      Example: local-broker --topic tick-data:4 predictions:4 --broker-file broker.txt
      """)

  @Option(help: "Brokers.") var brokers = 1
  @Option(parsing: .upToNextOption, help: "Topics to make, as name or name:partitions.") var topic: [String] = [
    "tick-data:4", "predictions:4",
  ]
  @Option(help: "Milliseconds that a new group waits for further members.") var groupDelay = 100
  @Option(help: "File for the brokers' address.") var brokerFile: String?
  @OptionGroup var log: LogOptions

  func validate() throws {
    try require(1...100 ~= brokers, "--brokers", brokers, "1 to 100 are allowed")
    try require(0...60_000 ~= groupDelay, "--group-delay", groupDelay, "0 to 60,000 ms are allowed")
    for item in topic { _ = try parsed(item) }
    if let brokerFile { try requireWritable(brokerFile) }
  }

  private func parsed(_ item: String) throws -> (name: String, partitions: Int) {
    let parts = item.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, !parts[0].isEmpty, let partitions = parts.count == 2 ? Int(parts[1]) : 4,
      1...10_000 ~= partitions
    else { throw ValidationError("--topic is '\(item)'; name or name:partitions with 1 to 10,000 is needed") }
    return (parts[0], partitions)
  }

  func run() async throws {
    let broker = try LocalBroker(brokers: brokers)
    broker.setGroupDelay(milliseconds: Int32(groupDelay))
    for item in topic {
      let (name, partitions) = try parsed(item)
      try broker.createTopic(name, partitions: partitions)
    }
    print(broker.bootstrapServers)
    fflush(nil)
    Console.note(
      "local-broker: \(brokers) broker\(brokers == 1 ? "" : "s") in memory at \(broker.bootstrapServers) "
        + "(librdkafka \(broker.version)); a partition keeps 5 MB, nothing survives this program")
    if let brokerFile {
      let unfinished = brokerFile + ".unfinished"
      try Data((broker.bootstrapServers + "\n").utf8).write(to: URL(fileURLWithPath: unfinished))
      guard rename(unfinished, brokerFile) == 0 else {
        throw ValidationError("'\(brokerFile)' cannot be written: \(String(cString: strerror(errno)))")
      }
    }
    try await ProgramSupport.run([Idle()], log.logger("local-broker"))
    withExtendedLifetime(broker) {}
  }

  /// Waits to be told to stop.
  private struct Idle: Service {
    func run() async throws { await waitForShutdown() }
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package traits 'Programs' and 'Streaming'") }
}
#endif
