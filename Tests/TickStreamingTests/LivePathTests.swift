#if Streaming
import Foundation
import Synchronization
import TestSupport
import Testing
import TickData
import TickStorage
import TickStreaming

// Their errors are the reason to skip.
private let areBothHere = (try? LocalBroker()) != nil && (try? TickStore(path: nil)) != nil

/// Socket, topic and store together, on brokers inside of this process.
@Suite("Live path", .enabled(if: areBothHere, "librdkafka or DuckDB is not on this machine"), .serialized)
struct LivePathTests {
  private let broker: LocalBroker
  private let folder: String
  private var kafka: KafkaConfiguration { KafkaConfiguration(broker.bootstrapServers) }

  init() throws {
    broker = try LocalBroker()
    try broker.createTopic("tick-data", partitions: 3)
    try broker.createTopic("tick-data-rejected", partitions: 1)
    folder = NSTemporaryDirectory() + "live-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func messages(_ topic: String, _ partitions: Int32) throws -> [KafkaMessage] {
    try (0..<partitions).flatMap { try KafkaTail(kafka).messages(topic: topic, partition: $0, from: 0) }
  }

  /// Runs a service until a condition holds, then tells it to stop and waits for its end.
  private func run(
    _ service: @escaping @Sendable () async throws -> Void, until isDone: @escaping @Sendable () -> Bool,
    seconds: Double = 200
  ) async throws {
    let task = Task { try await service() }
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !isDone(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    #expect(isDone())
    task.cancel()
    try await task.value
  }

  @Test("a relay that is stopped anywhere and made anew sends every tick once, in order")
  func relay() async throws {
    let replay = try TickReplay(try marketTicks(30_000), stream: "day")
    let kafka = kafka
    try await withServer(replay) { _, url in
      for round in 0..<4 {
        var client = TickClientOptions(url: url)
        client.batch = 100
        let relay = try TickRelay(client, kafka: kafka, logger: quietLog)
        let task = Task { try await relay.run() }
        // The last one runs to the stream's end.
        if round < 3 {
          // A round may find little left: sockets hold thousands of ticks.
          let isOver = Mutex(false)
          let watch = Task {
            _ = await task.result
            isOver.withLock { $0 = true }
          }
          while relay.statistics.received < 2000, !isOver.withLock({ $0 }) {
            try await Task.sleep(for: .milliseconds(1))
          }
          watch.cancel()
          task.cancel()
        }
        try await task.value
        #expect(relay.statistics.missing == 0 && relay.statistics.rejected == 0)
      }
    }
    let found = try messages("tick-data", 3).map { try TickMessage(decoding: Data($0.value ?? [])) }
    #expect(found.count == 30_000)
    let bySymbol = Dictionary(grouping: found, by: \.tick.symbol)
    for own in bySymbol.values { #expect(own.map(\.sequence) == own.indices.map { Int64($0) }) }
    #expect(Set(found) == Set((0..<30_000).map { replay[$0] }))
  }

  @Test("two relays share the symbols of a partition, and each goes on behind its own")
  func sharedPartition() async throws {
    let replay = try TickReplay(try marketTicks(8000, symbols: 4), stream: "day")
    let kafka = kafka
    try broker.createTopic("shared", partitions: 1)
    var options = TickRelayOptions()
    options.topic = "shared"
    let relayOptions = options
    @Sendable func relay(_ symbols: [String], _ url: String) throws -> TickRelay {
      var client = TickClientOptions(url: url)
      client.symbols = symbols
      client.batch = 50
      return try TickRelay(client, kafka: kafka, relayOptions, logger: quietLog)
    }
    try await withServer(replay) { _, url in
      // The first is stopped half way; the second then writes behind it to the end.
      let first = try relay(["SYM001", "SYM002"], url)
      let task = Task { try await first.run() }
      while first.statistics.received < 500 { try await Task.sleep(for: .milliseconds(1)) }
      task.cancel()
      try await task.value
      try await relay(["SYM003", "SYM004"], url).run()
      try await relay(["SYM001", "SYM002"], url).run()
    }
    let found = try KafkaTail(kafka).messages(topic: "shared", partition: 0, from: 0)
      .map { try TickMessage(decoding: Data($0.value ?? [])) }
    #expect(found.count == 8000)
    #expect(Set(found) == Set((0..<8000).map { replay[$0] }))
  }

  @Test("every message is stored once through errors and restarts; what is no tick is put aside with the reason")
  func ingest() async throws {
    let replay = try TickReplay(try marketTicks(6000), stream: "day")
    let producer = try KafkaProducer(kafka)
    func send(_ range: Range<Int>) throws {
      for position in range {
        let message = replay[position]
        try producer.enqueue(
          KafkaRecord(topic: "tick-data", key: message.tick.symbol, value: try message.encoded()))
      }
    }
    try send(0..<2000)
    var poison = KafkaRecord(topic: "tick-data", key: "SYM001", value: "no tick".utf8)
    poison.headers = [KafkaHeader("from", "test")]
    try producer.enqueue(poison)
    poison.value = nil
    try producer.enqueue(poison)
    // As large as brokers take it: with headers it would be too large to be put aside whole.
    poison.value = Array(repeating: UInt8(ascii: "x"), count: 999_000)
    try producer.enqueue(poison)
    // Sent twice by a relay that was killed, say.
    try send(1500..<4000)
    try producer.flush()

    let path = folder + "/ticks.duckdb"
    var options = TickIngestOptions()
    options.batchInterval = 0.2
    options.batchRows = 700
    let first = try TickIngest(storePath: path, kafka: kafka, options, logger: quietLog) { $0.sessionTimeout = 6 }
    try await run(first.run, until: { first.statistics.stored >= 4000 })
    #expect(first.statistics.stored == 4000 && first.statistics.repeated == 500 && first.statistics.rejected == 3)
    let rejected = try messages("tick-data-rejected", 1)
    #expect(rejected.count == 3)
    #expect(rejected.map { $0.value?.count ?? 0 }.max() == 65_536)
    for message in rejected {
      let names = Set(message.headers.map(\.name)).subtracting(["truncated_from_bytes"])
      #expect(names == ["from", "error", "topic", "partition", "offset"])
    }

    try send(4000..<6000)
    try producer.flush()
    broker.fail(request: 1, errors: [6, 5, 7])
    broker.fail(request: 8, errors: [7, 15])
    let second = try TickIngest(storePath: path, kafka: kafka, options, logger: quietLog) { $0.sessionTimeout = 6 }
    try await run(second.run, until: { second.statistics.stored >= 2000 })
    let store = try TickStore(path: path, readOnly: true)
    let table = try store.table()
    #expect(table.rowCount == 6000)
    let expected = Dictionary(grouping: (0..<6000).map { replay[$0].tick }, by: \.symbol)
    for series in table.series {
      #expect((0..<series.count).map { series[$0] } == expected[series.symbol])
    }
  }

  @Test("a tick that claims to be of a far future does not let the others go; market time does")
  func retention() async throws {
    let producer = try KafkaProducer(kafka)
    func send(_ seconds: [Int64]) throws {
      for second in seconds {
        let tick = Tick(symbol: "A", time: second * 1_000_000_000, price: 1)
        try producer.enqueue(KafkaRecord(topic: "tick-data", key: "A", value: try TickMessage(tick).encoded()))
      }
      try producer.flush()
    }
    try send(Array(0..<50) + [4_000_000_000])
    var options = TickIngestOptions()
    options.batchInterval = 0.1
    options.reportInterval = 0.1
    options.retention = 3600
    let ingest = try TickIngest(storePath: folder + "/old.duckdb", kafka: kafka, options, logger: quietLog) {
      $0.sessionTimeout = 6
    }
    let task = Task { try await ingest.run() }
    func wait(_ isDone: () -> Bool) async throws {
      let deadline = ContinuousClock.now + .seconds(100)
      while !isDone(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    }
    try await wait { ingest.statistics.stored == 51 }
    try await Task.sleep(for: .milliseconds(500))
    #expect(ingest.statistics.stored == 51 && ingest.statistics.removed == 0)
    try send(Array(7200..<7300))
    try await wait { ingest.statistics.removed == 50 }
    #expect(ingest.statistics.removed == 50)
    task.cancel()
    try await task.value
  }

  @Test("a store that another process has open is an error at once")
  func storeInUse() async throws {
    let ingest = try TickIngest(storePath: folder + "/none/ticks.duckdb", kafka: kafka)
    await #expect(throws: StorageError.self) { try await ingest.run() }
    var options = TickIngestOptions()
    options.batchRows = 0
    #expect(throws: StreamingError.self) { try TickIngest(storePath: folder + "/x.duckdb", kafka: kafka, options) }
  }
}
#endif
