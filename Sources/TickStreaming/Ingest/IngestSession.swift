#if Streaming
import Foundation
import Logging
import TickData
import TickStorage

/// One life of an ingest between two errors: a store, a consumer, and what was read and is not stored yet.
///
/// Unchecked, since only the thread that polls touches it, on which rebalances are told too.
final class IngestSession: LiveSession, @unchecked Sendable {
  private let options: TickIngestOptions
  private let kafka: KafkaConfiguration
  private let logger: Logger
  /// Changes the statistics and returns them.
  private let change: ((inout TickIngestStatistics) -> TickIngestStatistics) -> TickIngestStatistics
  private let store: TickStore
  private let producer: KafkaProducer?
  private var consumer: KafkaConsumer!
  private var buffers: [Int32: IngestBuffer] = [:]
  private var tracker: SequenceTracker
  private var late = LateTicks()
  private var rows = 0
  private var lastStore = ContinuousClock.now
  private var lastExport = ContinuousClock.now
  private var rowsToExport: Int
  private var lastStored: Int
  private var meter = StatisticsMeter("tickboost_ingest")
  /// An error of a rebalance, which is told by a callback that cannot throw.
  private var failure: (any Error)?

  init(
    storePath: String, kafka: KafkaConfiguration, consumer consumerOptions: KafkaConsumerOptions,
    _ options: TickIngestOptions, _ logger: Logger,
    change: @escaping ((inout TickIngestStatistics) -> TickIngestStatistics) -> TickIngestStatistics
  ) throws {
    self.options = options
    self.kafka = kafka
    self.logger = logger
    self.change = change
    lastStored = change { $0 }.stored
    store = try TickStore(path: storePath)
    try store.prepareForStream(memoryLimit: options.memoryLimit)
    tracker = SequenceTracker()
    rowsToExport = try store.rowsToExport()
    producer = options.deadLetterTopic == nil ? nil : try KafkaProducer(kafka)
    try loadTracker()
    // A topic that is not there yet would be an error to read.
    let admin = try KafkaAdmin(kafka)
    try admin.ensureTopic(options.topic, partitions: options.partitions)
    if let topic = options.deadLetterTopic { try admin.ensureTopic(topic, partitions: 1) }
    consumer = try KafkaConsumer(kafka, consumerOptions) { [unowned self] change in self.take(change) }
    try consumer.subscribe([options.topic])
  }

  /// Reads what has come, and stores when it is time.
  func step() throws {
    let room = max(1, min(10_000, options.batchRows - rows))
    let read: [Void] = try consumer.poll(limit: room, timeout: 0.05) { take($0) }
    if let failure {
      self.failure = nil
      throw failure
    }
    count { $0.received += read.count }
    if rows >= options.batchRows || ContinuousClock.now - lastStore >= .seconds(options.batchInterval) { try flush() }
  }

  private func count(_ body: (inout TickIngestStatistics) -> Void) {
    _ = change {
      body(&$0)
      return $0
    }
  }

  /// Stores what was read and leaves the group.
  func finish() throws {
    try flush()
    if options.exportFolder != nil { try export() }
    try consumer.close()
    report(after: 0)
  }

  func look(after seconds: Double) throws {
    try retain(afterExport: false)
    report(after: seconds)
  }

  private func report(after seconds: Double) {
    let lag = self.lag
    let counts = change {
      $0.lag = lag
      return $0
    }
    meter.record(
      counters: [
        ("received_total", counts.received), ("stored_total", counts.stored), ("late_total", counts.late),
        ("repeated_total", counts.repeated), ("duplicates_total", counts.duplicates),
        ("rejected_total", counts.rejected), ("exported_total", counts.exported), ("removed_total", counts.removed),
        ("restarts_total", counts.restarts),
      ], gauges: [("lag", Double(counts.lag)), ("partitions", Double(counts.partitions))])
    guard options.reportInterval > 0 else { return }
    if buffers.isEmpty {
      logger.info(
        "waiting for partitions: the group lets members that went without a word go after their session's time")
    }
    let rate = seconds > 0 ? Int(Double(counts.stored - lastStored) / seconds) : 0
    lastStored = counts.stored
    logger.info(
      "stored",
      metadata: [
        "rate": "\(rate)/s", "stored": "\(counts.stored)", "lag": "\(counts.lag)", "late": "\(counts.late)",
        "repeated": "\(counts.repeated)", "duplicates": "\(counts.duplicates)", "rejected": "\(counts.rejected)",
        "partitions": "\(counts.partitions)", "exported": "\(counts.exported)", "removed": "\(counts.removed)",
      ])
  }

  /// Leaves the group; what is not stored will be read again.
  func abandon() {
    buffers = [:]
    try? consumer.close()  // The error that matters is the one that led here.
  }

  private var lag: Int {
    buffers.reduce(0) { sum, entry in
      sum + Int(max(0, (consumer.knownEnd(topic: options.topic, partition: entry.key) ?? 0) - entry.value.next))
    }
  }

  // MARK: - Messages

  private func take(_ message: borrowing KafkaMessageView) {
    // None where the partition was just given away.
    guard let buffer = buffers[message.partition] else { return }
    let offset = message.offset
    guard offset >= buffer.next else { return count { $0.duplicates += 1 } }
    buffer.next = offset + 1
    buffer.isDirty = true
    rows += 1
    let result = message.withValue { bytes in Result { () throws(TickDataError) in try TickMessage(bytes) } }
    switch result {
    case .success(let tick):
      if tracker.check(tick) == .repeated { return count { $0.repeated += 1 } }
      buffer.batch.append(tick.tick)
    case .failure(let error):
      count { $0.rejected += 1 }
      guard let topic = options.deadLetterTopic else { return }
      buffer.rejects.append(deadLetter(message.copy, error, topic))
    }
  }

  private func deadLetter(_ message: KafkaMessage, _ error: TickDataError, _ topic: String) -> KafkaRecord {
    var record = KafkaRecord(topic: topic, value: message.value ?? [])
    record.key = message.key
    if message.value == nil { record.value = nil }
    record.truncateDeadLetter()
    record.headers +=
      message.headers.prefix(100) + [
        KafkaHeader("error", error.message), KafkaHeader("topic", message.topic),
        KafkaHeader("partition", "\(message.partition)"), KafkaHeader("offset", "\(message.offset)"),
      ]
    return record
  }

  // MARK: - Storing

  private func flush() throws {
    let begin = ContinuousClock.now
    lastStore = begin
    let dirty = buffers.filter(\.value.isDirty)
    if !dirty.isEmpty {
      try send(dirty.values.flatMap(\.rejects))
      let positions = dirty.map { KafkaPosition(topic: options.topic, partition: $0.key, offset: $0.value.next) }
      let batches = dirty.sorted { $0.key < $1.key }.map(\.value.batch)
      let symbols = Set(batches.flatMap(\.symbols))
      try store.append(
        batches,
        positions: positions.map {
          TickStore.StreamPosition(topic: $0.topic, partition: $0.partition, next: $0.offset)
        },
        sequences: tracker.entries(of: symbols).map {
          TickStore.StreamSequence(stream: $0.stream, symbol: $0.symbol, sequence: $0.sequence)
        })
      for partition in dirty.keys { buffers[partition] = IngestBuffer(next: dirty[partition]!.next) }
      let stored = batches.reduce(0) { $0 + $1.count }
      rowsToExport += stored
      let lateRows = batches.reduce(0) { $0 + late.count($1) }
      count {
        $0.stored += stored
        $0.commits += 1
        $0.late += lateRows
      }
      let durable = ContinuousClock.now
      commit(positions)
      logger.debug(
        "batch",
        metadata: ["rows": "\(stored)", "store": "\(durable - begin)", "commit": "\(ContinuousClock.now - durable)"])
    }
    // Also where all that was read belonged to partitions that are lost.
    rows = 0
    if options.exportFolder != nil,
      rowsToExport >= options.exportRows || ContinuousClock.now - lastExport >= .seconds(options.exportInterval)
    {
      try export()
    }
  }

  /// Tells the group; the store is what counts, so that a failure costs nothing but a second reading elsewhere.
  private func commit(_ positions: [KafkaPosition]) {
    do {
      try consumer.commit(positions)
    } catch {
      logger.debug("the group was not told", metadata: ["error": "\(error)"])
    }
  }

  private func send(_ rejects: [KafkaRecord]) throws {
    guard let producer, !rejects.isEmpty else { return }
    let failed = producer.failedCount
    for record in rejects {
      if producer.waitingCount >= 10_000 { try producer.flush() }
      try producer.enqueue(record)
    }
    try producer.flush()
    guard producer.failedCount == failed else {
      throw KafkaError(.broker, "messages that are no ticks could not be put aside", isRetriable: true)
    }
  }

  private func export() throws {
    guard let folder = options.exportFolder else { return }
    let exported = try store.exportNewRows(to: folder)
    lastExport = .now
    rowsToExport = 0
    count { $0.exported += exported }
    if exported > 0 { logger.info("exported", metadata: ["rows": "\(exported)", "folder": "\(folder)"]) }
    try retain(afterExport: true)
  }

  /// Lets old rows go; without exports as often as the ingest looks at itself.
  private func retain(afterExport: Bool) throws {
    guard let retention = options.retention, let now = late.marketTime, afterExport || options.exportFolder == nil
    else { return }
    let (limit, isBeforeAll) = now.subtractingReportingOverflow(Int64(retention * 1e9))
    guard !isBeforeAll else { return }
    let removed = try store.removeRows(before: limit, afterExport: afterExport)
    count { $0.removed += removed }
  }

  // MARK: - Partitions

  private func loadTracker() throws {
    tracker = SequenceTracker(
      try store.streamSequences().map {
        SequenceTracker.Entry(stream: $0.stream, symbol: $0.symbol, sequence: $0.sequence)
      })
  }

  private func take(_ change: KafkaRebalance) -> [KafkaPosition] {
    do {
      switch change {
      case .assigned(let partitions): return try begin(partitions)
      case .revoked(let partitions):
        logger.info("partitions go", metadata: ["partitions": "\(partitions.map(\.partition))"])
        try flush()
        for partition in partitions { buffers[partition.partition] = nil }
      case .lost(let partitions):
        logger.warning("partitions are lost", metadata: ["partitions": "\(partitions.map(\.partition))"])
        for partition in partitions { buffers[partition.partition] = nil }
        // Their rows are not stored here, so neither are the numbers of their ticks.
        try flush()
        try loadTracker()
      }
    } catch {
      failure = failure ?? error
    }
    count { $0.partitions = self.buffers.count }
    return []
  }

  /// Where partitions begin: at the store's position, or at the group's where another member has gone on since.
  private func begin(_ partitions: [KafkaPosition]) throws -> [KafkaPosition] {
    let stored = try store.streamPositions().filter { $0.topic == options.topic }
    let committed = try consumer.committed(partitions)
    var begins: [KafkaPosition] = []
    for partition in partitions {
      let own = stored.first { $0.partition == partition.partition }?.next ?? -1
      let group = committed.first { $0.partition == partition.partition }?.offset ?? -1
      if group > max(0, own) {
        logger.warning(
          "the group is further than this store: another store holds what is between, or it is missing",
          metadata: ["partition": "\(partition.partition)", "stored": "\(own)", "group": "\(group)"])
      }
      var start = max(own, group)
      if start >= 0 {
        let ends = try consumer.watermarks(topic: options.topic, partition: partition.partition)
        if start > ends.upperBound {
          // A topic that was made anew: its offsets begin again.
          logger.warning(
            "a partition ends before what is stored of it; it is read from its beginning",
            metadata: ["partition": "\(partition.partition)", "stored": "\(start)", "end": "\(ends.upperBound)"])
          start = ends.lowerBound
        } else if start < ends.lowerBound {
          logger.error(
            "messages are gone before they were read",
            metadata: ["partition": "\(partition.partition)", "count": "\(ends.lowerBound - start)"])
          start = ends.lowerBound
        }
      }
      buffers[partition.partition] = IngestBuffer(next: max(0, start))
      if start >= 0 {
        begins.append(KafkaPosition(topic: options.topic, partition: partition.partition, offset: start))
      }
    }
    logger.info(
      "partitions come",
      metadata: ["partitions": "\(partitions.map(\.partition))", "offsets": "\(begins.map(\.offset))"])
    count { $0.partitions = self.buffers.count }
    return begins
  }
}
#endif
