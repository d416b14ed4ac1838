#if Streaming
import Foundation
import TestSupport
import Testing
import TickData
import TickStorage
import TickStreaming

// Their errors are the reason to skip.
private let isHere = Peers.tansu != nil && (try? LocalBroker()) != nil && (try? TickStore(path: nil)) != nil

/// The live path on a broker that is a program of its own, with everything that local brokers only play: topics made over the network,
/// groups, transactions.
@Suite("Tansu", .enabled(if: isHere, "Scripts/peers has not run here, or librdkafka or DuckDB is missing"), .serialized)
struct TansuTests {
  private let broker: PeerProcess
  private let kafka: KafkaConfiguration

  init() throws {
    let started = try Peers.startTansu()
    broker = started.process
    kafka = KafkaConfiguration(started.servers)
  }

  @Test("topics are made with their partitions, once")
  func admin() throws {
    let admin = try KafkaAdmin(kafka)
    try admin.createTopic("made", partitions: 3)
    #expect(try admin.topics()["made"] == 3)
    #expect(try admin.ensureTopic("made", partitions: 5) == 3)
    #expect(throws: KafkaError.self) { try admin.createTopic("made", partitions: 3) }
  }

  @Test("a group commits, and another member goes on behind it; a transaction is seen when it is committed")
  func groups() throws {
    try KafkaAdmin(kafka).createTopic("numbers", partitions: 1)
    var options = KafkaProducerOptions()
    options.transactionalID = "writer"
    let producer = try KafkaProducer(kafka, options)
    try producer.initTransactions()
    try producer.beginTransaction()
    for number in 0..<100 { try producer.enqueue(KafkaRecord(topic: "numbers", value: "\(number)".utf8)) }
    try producer.commitTransaction()
    func read(_ count: Int) throws -> [String] {
      var options = KafkaConsumerOptions(groupID: "readers")
      options.sessionTimeout = 6
      let consumer = try KafkaConsumer(kafka, options)
      try consumer.subscribe(["numbers"])
      var found: [KafkaMessage] = []
      let deadline = ContinuousClock.now + .seconds(60)
      while found.count < count, ContinuousClock.now < deadline {
        found += try consumer.poll(limit: count - found.count)
      }
      if let last = found.last { try consumer.commit([last.next]) }
      try consumer.close()
      return found.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }
    #expect(try read(40) == (0..<40).map(String.init))
    #expect(try read(60) == (40..<100).map(String.init))
    try producer.close()
  }

  @Test("from the socket to the store, every tick once")
  func chain() async throws {
    let replay = try TickReplay(try marketTicks(20_000), stream: "day")
    let kafka = kafka
    try await withServer(replay) { _, url in
      try await TickRelay(TickClientOptions(url: url), kafka: kafka, logger: quietLog).run()
    }
    let path = NSTemporaryDirectory() + "tansu-\(UUID().uuidString).duckdb"
    defer { try? FileManager.default.removeItem(atPath: path) }  // It is in the system's temporary folder.
    let ingest = try TickIngest(storePath: path, kafka: kafka, logger: quietLog) { $0.sessionTimeout = 6 }
    let task = Task { try await ingest.run() }
    let deadline = ContinuousClock.now + .seconds(100)
    while ingest.statistics.stored < 20_000, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    task.cancel()
    try await task.value
    let table = try TickStore(path: path, readOnly: true).table()
    let expected = Dictionary(grouping: (0..<20_000).map { replay[$0].tick }, by: \.symbol)
    #expect(table.series.count == expected.count)
    for series in table.series { #expect((0..<series.count).map { series[$0] } == expected[series.symbol]) }
  }
}
#endif
