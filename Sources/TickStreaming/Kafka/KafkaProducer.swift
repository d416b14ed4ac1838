internal import CKafka
import Foundation
import Synchronization

/// A message to be sent.
public struct KafkaRecord: Sendable, Hashable {
  /// The topic.
  public var topic: String
  /// What decides about the partition, nil for any: messages of one key keep their order.
  public var key: [UInt8]?
  /// The message; nil for a tombstone, which ends its key in a compacted topic.
  public var value: [UInt8]?
  /// The partition; nil for the key's.
  public var partition: Int32?
  /// Milliseconds since 1970; nil for now.
  public var timestamp: Int64?
  /// Headers in order; names may occur several times.
  public var headers: [KafkaHeader] = []

  /// Makes a record.
  public init(topic: String, key: String? = nil, value: some Sequence<UInt8>) {
    self.topic = topic
    self.key = key.map { Array($0.utf8) }
    self.value = Array(value)
  }
}

extension KafkaRecord {
  /// Most bytes of what is put aside: enough to see what it is, and less than any broker takes with its headers.
  static let deadLetterLimit = 65_536

  /// Cuts a value that is too long to be put aside, and says so in a header.
  mutating func truncateDeadLetter() {
    guard let value, value.count > Self.deadLetterLimit else { return }
    headers.append(KafkaHeader("truncated_from_bytes", "\(value.count)"))
    self.value = Array(value.prefix(Self.deadLetterLimit))
  }
}

/// A header of a message.
public struct KafkaHeader: Sendable, Hashable {
  /// The name.
  public let name: String
  /// The value.
  public let value: [UInt8]

  /// Makes a header.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = Array(value.utf8)
  }

  init(name: String, value: [UInt8]) {
    self.name = name
    self.value = value
  }
}

/// Where a message was written.
public struct KafkaDelivery: Sendable, Hashable {
  /// The partition.
  public let partition: Int32
  /// The offset there; negative where the broker did not say.
  public let offset: Int64
}

/// Sends messages; safe to use from any number of threads and tasks.
///
/// ```swift
/// let producer = try KafkaProducer(KafkaConfiguration("localhost:9092"))
/// let delivery = try await producer.send(KafkaRecord(topic: "tick-data", key: "SYM001", value: json.utf8))
/// ```
public final class KafkaProducer: Sendable {
  /// Called when a message was written or failed, on the producer's own thread: return soon.
  public typealias Report = @Sendable (Result<KafkaDelivery, KafkaError>) -> Void

  private let handle: KafkaHandle
  private let isClosed = Atomic(false)
  private let hasPolled = DispatchSemaphore(value: 0)
  private let counts: KafkaDeliveryCounts
  private let thread: ObjectIdentifier

  /// Makes a producer; it connects by itself.
  ///
  /// - Throws: ``KafkaError``: `invalidOption` naming the option, or `unavailable`.
  public init(_ configuration: KafkaConfiguration, _ options: KafkaProducerOptions = .init()) throws(KafkaError) {
    let counts = KafkaDeliveryCounts(configuration.log, byPartition: options.countsByPartition)
    self.counts = counts
    handle = try KafkaHandle(isProducer: true, pairs: configuration.pairs(options.pairs), events: counts) {
      library, conf in
      library.call.conf_set_dr_msg_cb(conf) { _, message, opaque in
        guard let message, let opaque else { return }
        unsafeDowncast(KafkaEvents.of(opaque), to: KafkaDeliveryCounts.self).take(message.pointee)
      }
    }
    let thread = Thread { [handle, counts, hasPolled] in
      while !counts.isOver.load() { _ = handle.library.call.poll(handle.pointer, 50) }
      hasPolled.signal()
    }
    thread.name = "kafka-producer"
    self.thread = ObjectIdentifier(thread)
    thread.start()
  }

  deinit {
    counts.isOver.set()
    // A report may be the last to hold the producer; then this is its thread, which ends by itself.
    if ObjectIdentifier(Thread.current) != thread { hasPolled.wait() }
    // What is left fails, so that every report comes.
    _ = handle.library.call.purge(handle.pointer, 3)
    _ = handle.library.call.flush(handle.pointer, 1000)
  }

  /// Messages that were written.
  public var deliveredCount: Int { counts.delivered.load(ordering: .relaxed) }
  /// Messages that were written to a partition; with ``KafkaProducerOptions/countsByPartition``.
  package func deliveredCount(partition: Int32) -> Int { counts.byPartition.withLock { $0[partition] ?? 0 } }
  /// Messages that failed for good.
  public var failedCount: Int { counts.failed.load(ordering: .relaxed) }
  /// Messages that are not written yet.
  public var waitingCount: Int { Int(handle.library.call.outq_len(handle.pointer)) }

  /// Puts a message in the queue.
  ///
  /// - Parameter report: Called once, unless this throws.
  /// - Throws: ``KafkaError``: `queueFull`, when to wait for deliveries is up to the caller; `broker` for a message that can never be sent,
  ///   such as one that is too large; `closed`; `fatal`.
  public func enqueue(_ record: KafkaRecord, report: Report? = nil) throws(KafkaError) {
    guard !isClosed.load(ordering: .acquiring) else { throw KafkaError(.closed, "the producer was closed") }
    let box = report.map { Unmanaged.passRetained(KafkaReportBox($0)) }
    let error = Self.withValues(record, handle.library, box?.toOpaque()) { values, count in
      handle.library.call.produceva(handle.pointer, values, count)
    }
    if error != nil { box?.release() }
    try handle.library.check(error, "sending to '\(record.topic)'")
  }

  /// A way to send to one topic that costs less a message.
  public func writer(topic: String) throws(KafkaError) -> KafkaTopicWriter {
    guard let pointer = handle.library.call.topic_new(handle.pointer, topic, nil) else {
      throw KafkaError(.invalidOption, "'\(topic)' is no name of a topic")
    }
    return KafkaTopicWriter(
      topic: topic, producer: self, part: KafkaPart(pointer, of: handle) { $0.call.topic_destroy($1) }, handle: handle)
  }

  var isOpen: Bool { !isClosed.load(ordering: .acquiring) }

  /// Sends a message and waits until it was written; waits for room in the queue too.
  ///
  /// - Throws: ``KafkaError``; `CancellationError` while it waits for room.
  @discardableResult
  public func send(_ record: KafkaRecord) async throws -> KafkaDelivery {
    while true {
      do {
        return try await withCheckedThrowingContinuation { continuation in
          do {
            try enqueue(record) { continuation.resume(with: $0) }
          } catch {
            continuation.resume(throwing: error)
          }
        }
      } catch let error as KafkaError where error.code == .queueFull {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }

  /// Waits until every message so far was written or has failed.
  ///
  /// - Throws: ``KafkaError`` with code `timedOut`.
  public func flush(timeout: Double = 60) throws(KafkaError) {
    try handle.library.check(handle.library.call.flush(handle.pointer, milliseconds(timeout)), "flushing")
  }

  /// Flushes and takes no more messages.
  ///
  /// - Throws: ``KafkaError`` with code `timedOut` if messages are left, whose reports come as failures.
  public func close(timeout: Double = 60) throws(KafkaError) {
    isClosed.store(true, ordering: .releasing)
    do {
      try flush(timeout: timeout)
    } catch {
      // Those in the queue and those on their way.
      _ = handle.library.call.purge(handle.pointer, 3)
      _ = handle.library.call.flush(handle.pointer, 1000)
      throw error
    }
  }

  /// Topics and their numbers of partitions.
  public func topics(timeout: Double = 10) throws(KafkaError) -> [String: Int] { try handle.topics(timeout: timeout) }

  // MARK: - Transactions

  /// Takes the producer's place under its transactional name, and fences those that had it before.
  public func initTransactions(timeout: Double = 60) throws(KafkaError) {
    try handle.library.check(
      handle.library.call.init_transactions(handle.pointer, milliseconds(timeout)), "beginning to make transactions")
  }

  /// Begins a transaction: messages from here on are seen together or not at all.
  public func beginTransaction() throws(KafkaError) {
    try handle.library.check(handle.library.call.begin_transaction(handle.pointer), "beginning a transaction")
  }

  /// Makes a consumer's progress part of the transaction.
  public func send(
    offsets: [KafkaPosition], of consumer: KafkaConsumer, timeout: Double = 60
  ) throws(KafkaError) {
    let library = handle.library
    guard let group = library.call.consumer_group_metadata(consumer.handle.pointer) else {
      throw KafkaError(.invalidOption, "the consumer is in no group")
    }
    defer { library.call.consumer_group_metadata_destroy(group) }
    try handle.withList(offsets) { list throws(KafkaError) in
      try library.check(
        library.call.send_offsets_to_transaction(handle.pointer, list, group, milliseconds(timeout)),
        "sending offsets in a transaction")
    }
  }

  /// Commits the transaction; all its messages are written first.
  public func commitTransaction(timeout: Double = 60) throws(KafkaError) {
    try handle.library.check(
      handle.library.call.commit_transaction(handle.pointer, milliseconds(timeout)), "committing a transaction")
  }

  /// Gives the transaction up; its messages are never seen.
  public func abortTransaction(timeout: Double = 60) throws(KafkaError) {
    try handle.library.check(
      handle.library.call.abort_transaction(handle.pointer, milliseconds(timeout)), "aborting a transaction")
  }

  // MARK: - Values

  /// Lays a record out as the library takes it; the library copies all of it.
  private static func withValues(
    _ record: KafkaRecord, _ library: KafkaLibrary, _ opaque: UnsafeMutableRawPointer?,
    _ body: (UnsafePointer<rd_kafka_vu_t>, Int) -> OpaquePointer?
  ) -> OpaquePointer? {
    record.topic.withCString { topic in
      (record.key ?? []).withUnsafeBytes { key in
        (record.value ?? []).withUnsafeBytes { value in
          withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 8) { values in
            var count = 0
            func add(_ tag: Int, _ set: (inout rd_kafka_vu_t) -> Void) {
              var next = rd_kafka_vu_t()
              next.vtype = Int32(tag)
              set(&next)
              values.initializeElement(at: count, to: next)
              count += 1
            }
            add(KAFKA_V_TOPIC) { $0.u.cstr = topic }
            add(KAFKA_V_MSGFLAGS) { $0.u.i = Int32(KAFKA_MSG_F_COPY) }
            add(KAFKA_V_VALUE) {
              $0.u.mem.ptr =
                record.value == nil
                ? nil : UnsafeMutableRawPointer(mutating: value.baseAddress ?? UnsafeRawPointer(topic))
              $0.u.mem.size = value.count
            }
            if record.key != nil {
              add(KAFKA_V_KEY) {
                $0.u.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress ?? UnsafeRawPointer(topic))
                $0.u.mem.size = key.count
              }
            }
            if let partition = record.partition { add(KAFKA_V_PARTITION) { $0.u.i32 = partition } }
            if let timestamp = record.timestamp { add(KAFKA_V_TIMESTAMP) { $0.u.i64 = timestamp } }
            if let opaque { add(KAFKA_V_OPAQUE) { $0.u.ptr = opaque } }
            var headers: OpaquePointer?
            if !record.headers.isEmpty {
              headers = library.call.headers_new(record.headers.count)
              for header in record.headers {
                _ = header.value.withUnsafeBytes {
                  library.call.header_add(headers, header.name, -1, $0.baseAddress, $0.count)
                }
              }
              add(KAFKA_V_HEADERS) { $0.u.headers = headers }
            }
            let error = body(values.baseAddress!, count)
            // The library owns headers that it took.
            if error != nil, let headers { library.call.headers_destroy(headers) }
            return error
          }
        }
      }
    }
  }
}

/// What became of messages, told by the library on the polling thread.
///
/// Unchecked, since a class that has subclasses cannot be checked; all of it is atomic or guarded.
final class KafkaDeliveryCounts: KafkaEvents, @unchecked Sendable {
  let delivered = Atomic(0)
  let failed = Atomic(0)
  let byPartition = Mutex<[Int32: Int]>([:])
  private let countsByPartition: Bool
  let isOver = KafkaFlag()

  init(_ log: KafkaConfiguration.LogHandler?, byPartition: Bool) {
    countsByPartition = byPartition
    super.init(log)
  }

  func take(_ message: rd_kafka_message_t) {
    if message.err == 0 {
      delivered.add(1, ordering: .relaxed)
      if countsByPartition { byPartition.withLock { $0[message.partition, default: 0] += 1 } }
    } else {
      failed.add(1, ordering: .relaxed)
    }
    guard let opaque = message.opaque else { return }
    let box = Unmanaged<KafkaReportBox>.fromOpaque(opaque).takeRetainedValue()
    if message.err == 0 {
      box.report(.success(KafkaDelivery(partition: message.partition, offset: message.offset)))
    } else if let library = try? KafkaLibrary.shared() {  // It is loaded: it called.
      box.report(.failure(library.error(message.err, "a message was not written")))
    }
  }
}

final class KafkaFlag: Sendable {
  private let value = Atomic(false)
  func load() -> Bool { value.load(ordering: .acquiring) }
  func set() { value.store(true, ordering: .releasing) }
}

final class KafkaReportBox: Sendable {
  let report: KafkaProducer.Report
  init(_ report: @escaping KafkaProducer.Report) { self.report = report }
}
