import Foundation
import Synchronization
import TestSupport
import Testing
import TickStreaming

private let isKafkaHere = (try? LocalBroker()) != nil  // Its error is the reason to skip.

/// Runs on brokers inside of this process; skipped with the reason where librdkafka is not installed.
@Suite("Kafka", .enabled(if: isKafkaHere, "librdkafka is not on this machine"))
struct KafkaTests {
  private let broker: LocalBroker
  private var configuration: KafkaConfiguration { KafkaConfiguration(broker.bootstrapServers) }

  init() throws {
    broker = try LocalBroker()
    try broker.createTopic("ticks", partitions: 3)
  }

  private func beginning(_ partitions: Int32 = 3, topic: String = "ticks") -> [KafkaPosition] {
    (0..<partitions).map { KafkaPosition(topic: topic, partition: $0, offset: -2) }
  }

  /// Polls until so many messages came, at most half a minute.
  private func read(_ consumer: KafkaConsumer, _ count: Int) throws -> [KafkaMessage] {
    var found: [KafkaMessage] = []
    let end = Date().addingTimeInterval(30)
    while found.count < count, Date() < end { found += try consumer.poll(limit: 100, timeout: 0.1) }
    return found
  }

  @Test("what is sent is read: keys in order, headers, times, tombstones, empty values")
  func roundTrip() async throws {
    let producer = try KafkaProducer(configuration)
    var records = (0..<300).map { KafkaRecord(topic: "ticks", key: "S\($0 % 7)", value: "\($0)".utf8) }
    records[5].headers = [KafkaHeader("why", "a test"), KafkaHeader("why", "")]
    records[5].timestamp = 1_620_627_300_123
    records[12].value = nil
    records[19].value = []
    records[26].key = nil
    records[26].partition = 2
    for record in records { try producer.enqueue(record) }
    let last = try await producer.send(KafkaRecord(topic: "ticks", key: "S1", value: "end".utf8))
    try producer.close()
    #expect(producer.deliveredCount == 301 && producer.failedCount == 0 && producer.waitingCount == 0)
    #expect(throws: KafkaError.self) { try producer.enqueue(records[0]) }

    let consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "none"))
    try consumer.assign(beginning())
    let found = try read(consumer, 301)
    #expect(found.count == 301)
    let texts = Dictionary(grouping: found) { $0.key.map { String(decoding: $0, as: UTF8.self) } ?? "-" }
    for symbol in 0..<7 {
      let own = try #require(texts["S\(symbol)"])
      #expect(Set(own.map(\.partition)).count == 1)
      let numbers = own.compactMap { $0.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
      #expect(numbers == numbers.sorted() && numbers.count >= 40)
    }
    let special = try #require(found.first { !$0.headers.isEmpty })
    #expect(special.headers == records[5].headers && special.timestamp == 1_620_627_300_123)
    #expect(found.count { $0.value == nil } == 1 && found.count { $0.value == [] } == 1)
    let free = try #require(texts["-"])
    #expect(free.count == 1 && free[0].partition == 2 && free[0].key == nil)
    let end = try #require(found.first { $0.value == Array("end".utf8) })
    #expect(end.partition == last.partition && end.offset == last.offset && end.next.offset == last.offset + 1)
    #expect(try consumer.watermarks(topic: "ticks", partition: end.partition) == 0..<last.offset + 1)
    #expect(try consumer.topics()["ticks"] == 3)
  }

  @Test("a group goes on where it committed, exactly, and hands over what a member leaves")
  func group() throws {
    let producer = try KafkaProducer(configuration)
    for number in 0..<200 {
      try producer.enqueue(KafkaRecord(topic: "ticks", key: "S\(number)", value: "\(number)".utf8))
    }
    try producer.flush()
    let changes = Mutex<[KafkaRebalance]>([])
    func member() throws -> KafkaConsumer {
      var options = KafkaConsumerOptions(groupID: "store")
      // The local brokers let a member go only when its session has ended.
      options.sessionTimeout = 6
      let consumer = try KafkaConsumer(configuration, options) { change in
        changes.withLock { $0.append(change) }
        return []
      }
      try consumer.subscribe(["ticks"])
      return consumer
    }
    func numbers(_ messages: [KafkaMessage]) -> Set<Int> {
      Set(messages.compactMap { $0.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } })
    }
    let first = try member()
    var seen: [KafkaMessage] = []
    let end = Date().addingTimeInterval(30)
    while seen.count < 120, Date() < end { seen += try first.poll(limit: 40, timeout: 0.1) }
    #expect(seen.count >= 120 && seen.count < 200)
    let ends = Dictionary(grouping: seen, by: \.partition).values.compactMap {
      $0.map(\.next).max { $0.offset < $1.offset }
    }
    try first.commit(ends)
    try first.close()
    #expect(throws: KafkaError.self) { try first.poll() }
    let second = try member()
    let rest = try read(second, 200 - seen.count)
    #expect(numbers(seen).isDisjoint(with: numbers(rest)) && numbers(seen).union(numbers(rest)) == Set(0..<200))
    let committed = try second.committed(beginning())
    #expect(Set(committed.filter { $0.offset >= 0 }) == Set(ends))
    let kinds = changes.withLock { $0 }
    guard case .assigned(let partitions)? = kinds.first else {
      Issue.record("\(kinds)")
      return
    }
    #expect(partitions.count == 3)
    #expect(kinds.contains { if case .revoked(let given) = $0 { given.count == 3 } else { false } })
  }

  @Test("a member begins where its handler says: offsets may be kept beside the data")
  func ownOffsets() throws {
    let producer = try KafkaProducer(configuration)
    for number in 0..<30 {
      var record = KafkaRecord(topic: "ticks", value: "\(number)".utf8)
      record.partition = 1
      try producer.enqueue(record)
    }
    try producer.flush()
    let consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "own")) { change in
      guard case .assigned(let all) = change else { return [] }
      return all.map { KafkaPosition(topic: $0.topic, partition: $0.partition, offset: $0.partition == 1 ? 20 : 0) }
    }
    try consumer.subscribe(["ticks"])
    let found = try read(consumer, 10)
    #expect(found.map(\.offset) == Array(20..<30))
  }

  @Test("errors of brokers are retried without a repetition; a broker that is down is waited for")
  func faults() async throws {
    let producer = try KafkaProducer(configuration)
    try await producer.send(KafkaRecord(topic: "ticks", key: "A", value: "0".utf8))
    // Not the leader, too few replicas, timed out.
    broker.fail(request: 0, errors: [6, 19, 7])
    for number in 1..<50 { try producer.enqueue(KafkaRecord(topic: "ticks", key: "A", value: "\(number)".utf8)) }
    try producer.flush()
    try broker.setDown(true)
    for number in 50..<60 { try producer.enqueue(KafkaRecord(topic: "ticks", key: "A", value: "\(number)".utf8)) }
    #expect { try producer.flush(timeout: 0.3) } throws: { ($0 as? KafkaError)?.code == .timedOut }
    try broker.setDown(false)
    try producer.flush()
    let consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "none"))
    try consumer.assign(beginning())
    let found = try read(consumer, 60)
    #expect(found.map { String(decoding: $0.value ?? [], as: UTF8.self) } == (0..<60).map { "\($0)" })
  }

  @Test("what cannot be sent is told: a full queue at once, a message past its time by its report")
  func refusals() async throws {
    var options = KafkaProducerOptions()
    options.queueLimit = 10
    options.messageTimeout = 1
    options.isIdempotent = false
    try broker.setDown(true)
    let producer = try KafkaProducer(configuration, options)
    let reports = Mutex<[KafkaError]>([])
    for number in 0..<10 {
      try producer.enqueue(KafkaRecord(topic: "ticks", value: "\(number)".utf8)) { result in
        if case .failure(let error) = result { reports.withLock { $0.append(error) } }
      }
    }
    #expect { try producer.enqueue(KafkaRecord(topic: "ticks", value: [1])) } throws: {
      ($0 as? KafkaError)?.code == .queueFull && ($0 as? KafkaError)?.isRetriable == true
    }
    try producer.flush(timeout: 20)
    #expect(producer.failedCount == 10 && reports.withLock { $0.count } == 10)
    #expect(reports.withLock { $0.allSatisfy { $0.code == .timedOut } })
    #expect {
      var bad = KafkaProducerOptions()
      bad.lingerMilliseconds = -3
      _ = try KafkaProducer(configuration, bad)
    } throws: { "\($0)".contains("linger.ms is '-3'") }
    var typo = configuration
    typo.properties["sasl.mechanismm"] = "PLAIN"
    #expect { try KafkaConsumer(typo, KafkaConsumerOptions(groupID: "x")) } throws: {
      "\($0)".contains("sasl.mechanismm") && ($0 as? KafkaError)?.code == .invalidOption
    }
    #expect(throws: KafkaError.self) { try LocalBroker(brokers: 0) }
  }

  @Test("an asynchronous sequence ends when the consumer is closed or its task cancelled")
  func sequence() async throws {
    let producer = try KafkaProducer(configuration)
    for number in 0..<20 { try await producer.send(KafkaRecord(topic: "ticks", key: "A", value: "\(number)".utf8)) }
    let consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "none"))
    try consumer.assign(beginning())
    var found = 0
    for try await message in consumer.messages() {
      #expect(message.topic == "ticks")
      found += 1
      if found == 20 { try consumer.close() }
    }
    #expect(found == 20)
    let other = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "none"))
    try other.assign(beginning())
    let task = Task {
      var count = 0
      for try await _ in other.messages() { count += 1 }
      return count
    }
    try await Task.sleep(for: .seconds(1))
    task.cancel()
    #expect(try await task.value == 20)
  }

  @Test("a transaction is written as a whole, with the consumer's progress")
  func transaction() throws {
    var options = KafkaProducerOptions()
    options.transactionalID = "predictions-0"
    let producer = try KafkaProducer(configuration, options)
    try producer.initTransactions()
    try producer.beginTransaction()
    try producer.enqueue(KafkaRecord(topic: "ticks", key: "A", value: "in".utf8))
    try producer.commitTransaction()
    #expect(producer.deliveredCount == 1)
    try producer.beginTransaction()
    try producer.enqueue(KafkaRecord(topic: "ticks", key: "A", value: "out".utf8))
    try producer.abortTransaction()
    #expect(throws: KafkaError.self) { try producer.commitTransaction() }
  }
}
