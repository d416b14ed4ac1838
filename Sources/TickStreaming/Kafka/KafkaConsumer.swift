internal import CKafka
import Foundation
import Synchronization

/// A message that was read.
public struct KafkaMessage: Sendable, Hashable {
  /// The topic.
  public let topic: String
  /// The partition.
  public let partition: Int32
  /// The offset in the partition.
  public let offset: Int64
  /// The key, or nil.
  public let key: [UInt8]?
  /// The message; nil for a tombstone.
  public let value: [UInt8]?
  /// Milliseconds since 1970; nil where there is none.
  public let timestamp: Int64?
  /// Headers in order.
  public let headers: [KafkaHeader]
}

/// What changed in the partitions that a member of a group reads.
public enum KafkaRebalance: Sendable, Hashable {
  /// Partitions that are read from now on, with the offsets they would begin at: ``KafkaPosition/offset`` below 0 for the committed one. The handler
  /// gives where to begin.
  case assigned([KafkaPosition])
  /// Partitions that are another's from now on; commit before the handler returns.
  case revoked([KafkaPosition])
  /// Partitions that are another's already: it is too late to commit.
  case lost([KafkaPosition])
}

/// Reads messages as a member of a group, or partitions of its own choice.
///
/// A consumer belongs to one thread or task at a time; what it reads it commits only when told.
///
/// ```swift
/// let consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "store"))
/// try consumer.subscribe(["tick-data"])
/// for try await message in consumer.messages() {
///   try store(message)
///   try consumer.commit([message.next])
/// }
/// ```
public final class KafkaConsumer: Sendable {
  /// Told of each change of partitions, on the thread that polls; returns where assigned partitions begin (those left out: the committed offset).
  public typealias RebalanceHandler = @Sendable (KafkaRebalance) -> [KafkaPosition]

  let handle: KafkaHandle
  private let queue: KafkaPart
  private let isClosed = Atomic(false)
  private let rebalancer: KafkaRebalancer
  /// One poll at a time; close waits for it.
  private let polling = NSLock()

  /// Makes a consumer.
  ///
  /// - Throws: ``KafkaError``: `invalidOption` naming the option, or `unavailable`.
  public init(
    _ configuration: KafkaConfiguration, _ options: KafkaConsumerOptions, onRebalance: RebalanceHandler? = nil
  ) throws(KafkaError) {
    let rebalancer = KafkaRebalancer(onRebalance, configuration.log)
    self.rebalancer = rebalancer
    handle = try KafkaHandle(
      isProducer: false, pairs: configuration.pairs(options.pairs), optional: KafkaConsumerOptions.optionalPairs,
      events: rebalancer
    ) { library, conf in
      library.call.conf_set_rebalance_cb(conf) { client, event, list, opaque in
        guard let client, let list, let opaque else { return }
        unsafeDowncast(KafkaEvents.of(opaque), to: KafkaRebalancer.self).change(client, event, list)
      }
    }
    // All events come by the one queue that is polled.
    try handle.library.check(handle.library.call.poll_set_consumer(handle.pointer), "making a consumer")
    guard let queue = handle.library.call.queue_get_consumer(handle.pointer) else {
      throw KafkaError(.fatal, "the consumer has no queue")
    }
    self.queue = KafkaPart(queue, of: handle) { $0.call.queue_destroy($1) }
  }

  deinit { if !isClosed.load(ordering: .acquiring) { _ = handle.library.call.consumer_close(handle.pointer) } }

  /// Joins the group for topics; names that begin with `^` are regular expressions.
  public func subscribe(_ topics: [String]) throws(KafkaError) {
    guard !topics.isEmpty else { throw KafkaError(.invalidOption, "no topic was given; at least one is needed") }
    try handle.withList(topics.map { KafkaPosition(topic: $0, partition: -1, offset: 0) }) { list throws(KafkaError) in
      try handle.library.check(handle.library.call.subscribe(handle.pointer, list), "subscribing to \(topics)")
    }
  }

  /// Reads partitions from offsets, without a group's share; -2 for the beginning, -1 for the end.
  public func assign(_ positions: [KafkaPosition]) throws(KafkaError) {
    try handle.withList(positions) { list throws(KafkaError) in
      try handle.library.check(handle.library.call.assign(handle.pointer, list), "assigning partitions")
    }
  }

  /// Reads what has come, waiting for the first message at most so long.
  ///
  /// - Parameters:
  ///   - limit: Most messages, at least 1.
  ///   - timeout: Seconds.
  /// - Returns: Messages in the order of each partition's offsets; none after the time.
  /// - Throws: ``KafkaError``: what the brokers say that does not pass by itself, `closed`, `fatal`.
  public func poll(limit: Int = 1000, timeout: Double = 0.1) throws(KafkaError) -> [KafkaMessage] {
    try poll(limit: limit, timeout: timeout) { KafkaMessage($0, handle.library) }
  }

  /// The same without a copy of each message.
  ///
  /// - Parameter read: Reads a message, which is gone when it returns.
  public func poll<Value>(
    limit: Int, timeout: Double, _ read: (borrowing KafkaMessageView) -> Value
  ) throws(KafkaError) -> [Value] {
    try poll(limit: limit, timeout: timeout, read, onEnd: {})
  }

  /// The same, told too where a partition has no more messages; a consumer with `enable.partition.eof` is.
  func poll<Value>(
    limit: Int, timeout: Double, _ read: (borrowing KafkaMessageView) -> Value, onEnd: () -> Void
  ) throws(KafkaError) -> [Value] {
    guard limit >= 1 else { throw KafkaError(.invalidOption, "limit is \(limit); at least 1 is needed") }
    guard !isClosed.load(ordering: .acquiring) else { throw KafkaError(.closed, "the consumer was closed") }
    if let error = rebalancer.held.withLock({ held in
      defer { held = nil }; return held
    }) {
      throw error
    }
    let library = handle.library
    var failure: KafkaError?
    polling.lock()
    defer { polling.unlock() }
    let values = withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: limit) {
      found in
      // Asked with a time, the library waits until the batch is full: only the first message is waited for.
      var count = library.call.consume_batch_queue(queue.pointer, 0, found.baseAddress!, limit)
      if count <= 0, timeout > 0 {
        count = library.call.consume_batch_queue(queue.pointer, milliseconds(timeout), found.baseAddress!, 1)
        if count == 1, limit > 1 {
          count += max(0, library.call.consume_batch_queue(queue.pointer, 0, found.baseAddress! + 1, limit - 1))
        }
      }
      var values: [Value] = []
      if count > 0 { values.reserveCapacity(count) }
      for index in 0..<max(0, count) {
        guard let message = found[index] else { continue }
        defer { library.call.message_destroy(message) }
        if message.pointee.err == 0 {
          values.append(read(KafkaMessageView(message: message, library: library)))
        } else if Int(message.pointee.err) == KAFKA_ERR_PARTITION_EOF {
          onEnd()
        } else {
          let error = library.error(message.pointee.err, "reading")
          // The library tries again by itself.
          if !error.isRetriable { failure = failure ?? error }
        }
      }
      return values
    }
    if let failure {
      if values.isEmpty { throw failure }
      rebalancer.held.withLock { $0 = failure }
    }
    try handle.throwFatal()
    return values
  }

  /// Messages as they come, until the task is cancelled or the consumer closed.
  ///
  /// Polls on a thread of its own only when the next message is asked for: a slow reader holds the brokers back, not memory.
  public func messages(limit: Int = 1000) -> KafkaMessages { KafkaMessages(consumer: self, limit: limit) }

  /// Commits where to go on, and waits for the brokers to say so.
  public func commit(_ positions: [KafkaPosition]) throws(KafkaError) {
    guard !positions.isEmpty else { return }
    try handle.withList(positions) { list throws(KafkaError) in
      try handle.library.check(handle.library.call.commit(handle.pointer, list, 0), "committing offsets")
    }
  }

  /// The committed offsets of partitions; below 0 where there are none.
  public func committed(_ partitions: [KafkaPosition], timeout: Double = 10) throws(KafkaError) -> [KafkaPosition] {
    try handle.withList(partitions) { list throws(KafkaError) in
      try handle.library.check(
        handle.library.call.committed(handle.pointer, list, milliseconds(timeout)), "asking for committed offsets")
      return positions(list)
    }
  }

  /// The first offset that a partition still has, and the one that its next message will get.
  public func watermarks(topic: String, partition: Int32, timeout: Double = 10) throws(KafkaError) -> Range<Int64> {
    var (low, high): (Int64, Int64) = (0, 0)
    try handle.library.check(
      handle.library.call.query_watermark_offsets(
        handle.pointer, topic, partition, &low, &high, milliseconds(timeout)),
      "asking for the ends of '\(topic)' partition \(partition)")
    return low..<max(low, high)
  }

  /// The end of a partition as of the last fetch, without asking; nil while nothing was fetched.
  public func knownEnd(topic: String, partition: Int32) -> Int64? {
    var (low, high): (Int64, Int64) = (0, 0)
    let result = handle.library.call.get_watermark_offsets(handle.pointer, topic, partition, &low, &high)
    return result == 0 && high >= 0 ? high : nil
  }

  /// Stops reading partitions for a while, without leaving the group.
  public func pause(_ partitions: [KafkaPosition]) throws(KafkaError) {
    try handle.withList(partitions) { list throws(KafkaError) in
      try handle.library.check(handle.library.call.pause_partitions(handle.pointer, list), "pausing")
    }
  }

  /// Reads paused partitions again.
  public func resume(_ partitions: [KafkaPosition]) throws(KafkaError) {
    try handle.withList(partitions) { list throws(KafkaError) in
      try handle.library.check(handle.library.call.resume_partitions(handle.pointer, list), "resuming")
    }
  }

  /// Topics and their numbers of partitions.
  public func topics(timeout: Double = 10) throws(KafkaError) -> [String: Int] { try handle.topics(timeout: timeout) }

  /// Leaves the group, so that others take over at once; nothing is committed.
  public func close() throws(KafkaError) {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    polling.lock()
    defer { polling.unlock() }
    let result = handle.library.call.consumer_close(handle.pointer)
    try handle.library.check(result, "leaving the group")
  }
}

/// A message in the library's memory.
public struct KafkaMessageView: ~Copyable {
  let message: UnsafeMutablePointer<rd_kafka_message_t>
  let library: KafkaLibrary

  /// The partition.
  public var partition: Int32 { message.pointee.partition }
  /// The offset.
  public var offset: Int64 { message.pointee.offset }

  /// Reads the value; empty for a tombstone.
  public func withValue<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len))
  }

  /// The message with memory of its own.
  public var copy: KafkaMessage { KafkaMessage(self, library) }
}

extension KafkaMessage {
  /// The position behind this message, which is what to commit once it is done.
  public var next: KafkaPosition { KafkaPosition(topic: topic, partition: partition, offset: offset + 1) }

  init(_ view: borrowing KafkaMessageView, _ library: KafkaLibrary) {
    let message = view.message.pointee
    func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
      start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }
    topic = message.rkt.map { cString(library.call.topic_name($0)) } ?? ""
    partition = message.partition
    offset = message.offset
    key = bytes(message.key, message.key_len)
    value = bytes(message.payload, message.len)
    var kind: Int32 = 0
    let time = library.call.message_timestamp(view.message, &kind)
    timestamp = time >= 0 ? time : nil
    var list: OpaquePointer?
    var headers: [KafkaHeader] = []
    if library.call.message_headers(view.message, &list) == 0, let list {
      var (name, start, count) = (UnsafePointer<CChar>?.none, UnsafeRawPointer?.none, 0)
      while library.call.header_get_all(list, headers.count, &name, &start, &count) == 0, let name {
        headers.append(
          KafkaHeader(
            name: cString(name),
            value: Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))))
      }
    }
    self.headers = headers
  }
}

/// Takes and gives partitions as the group says, on the thread that polls.
///
/// Unchecked, since a class that has subclasses cannot be checked; nothing changes.
final class KafkaRebalancer: KafkaEvents, @unchecked Sendable {
  private let handler: KafkaConsumer.RebalanceHandler?
  /// An error that came together with messages or of a change, for the next poll.
  let held = Mutex<KafkaError?>(nil)

  init(_ handler: KafkaConsumer.RebalanceHandler?, _ log: KafkaConfiguration.LogHandler?) {
    self.handler = handler
    super.init(log)
  }

  func change(
    _ client: OpaquePointer, _ event: Int32, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
  ) {
    guard let library = try? KafkaLibrary.shared() else { return }  // It is loaded: it called.
    let isCooperative = cString(library.call.rebalance_protocol(client)) == "COOPERATIVE"
    let partitions = positions(list)
    func hold(_ error: OpaquePointer?, _ what: String) {
      do { try library.check(error, what) } catch { held.withLock { $0 = error } }
    }
    if Int(event) == KAFKA_ERR_ASSIGN_PARTITIONS {
      for begin in handler?(.assigned(partitions)) ?? [] {
        for index in 0..<Int(list.pointee.cnt) {
          let own = KafkaPosition(list.pointee.elems[index])
          if (own.topic, own.partition) == (begin.topic, begin.partition) {
            list.pointee.elems[index].offset = begin.offset
          }
        }
      }
      if isCooperative {
        hold(library.call.incremental_assign(client, list), "taking partitions")
      } else {
        _ = library.call.assign(client, list)
      }
    } else {
      let isLost = library.call.assignment_lost(client) != 0
      _ = handler?(isLost ? .lost(partitions) : .revoked(partitions))
      if isCooperative {
        hold(library.call.incremental_unassign(client, list), "giving partitions away")
      } else {
        _ = library.call.assign(client, nil)
      }
    }
  }
}

/// Messages of a consumer as an asynchronous sequence.
public struct KafkaMessages: AsyncSequence, Sendable {
  let consumer: KafkaConsumer
  let limit: Int

  /// Makes the iterator.
  public func makeAsyncIterator() -> Iterator { Iterator(consumer: consumer, limit: limit) }

  /// Asks for messages in batches and gives them one by one.
  public struct Iterator: AsyncIteratorProtocol {
    let consumer: KafkaConsumer
    let limit: Int
    private var batch: ArraySlice<KafkaMessage> = []
    private static let queue = DispatchQueue(label: "kafka-consumer", attributes: .concurrent)

    init(consumer: KafkaConsumer, limit: Int) {
      self.consumer = consumer
      self.limit = limit
    }

    /// The next message; nil when the task was cancelled or the consumer closed.
    public mutating func next() async throws -> KafkaMessage? {
      while batch.isEmpty {
        if Task.isCancelled { return nil }
        let (consumer, limit) = (consumer, limit)
        do {
          // Polling waits, which threads of tasks must not.
          batch = try await withCheckedThrowingContinuation { continuation in
            Self.queue.async {
              continuation.resume(with: Result { try consumer.poll(limit: limit, timeout: 0.1)[...] })
            }
          }
        } catch let error as KafkaError where error.code == .closed {
          return nil
        }
      }
      return batch.removeFirst()
    }
  }
}
