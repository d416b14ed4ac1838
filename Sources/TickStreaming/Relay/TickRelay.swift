#if Streaming
import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization
import TickData

/// Sends the ticks of a WebSocket server to a topic, each once and in the order of its symbol.
///
/// The key is the symbol, and decides about the partition. Nothing is queued without bounds: while the producer's queue is full, nothing is read
/// from the socket. After a restart it looks at the last tick of each partition and goes on behind it, so a relay that is killed repeats and
/// loses nothing, as long as the server numbers its ticks. Where a number is missing or a frame cannot be read, a server that goes on where it is
/// asked to is asked for the ticks again, up to three times; what does not come then is counted as missing.
public final class TickRelay: Service {
  private let clientOptions: TickClientOptions
  private let kafka: KafkaConfiguration
  private let options: TickRelayOptions
  private let producer: KafkaProducer
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var counts = TickRelayStatistics()
    var tracker = SequenceTracker()
    /// The tick at the end of each partition, until it comes again: what comes before it is there.
    var ends: [Int32: TickClient.Mark] = [:]
    /// The last tick that was taken.
    var last: (stream: String, mark: TickClient.Mark)?
    /// Whether the server goes on where it is asked to.
    var isResumable = false
    /// Where to go on after a gap.
    var again: TickClient.Mark?
    /// How often ticks behind a place were asked for again: what never comes is missing at the server too.
    var asked: [Place: Int] = [:]
    /// Once the server said that it leaves ticks out: the symbols that came since; gaps of the others are no surprise.
    var seenSinceDrop: Set<String>?
    var meter = StatisticsMeter("tickboost_relay")
  }

  private struct Place: Hashable {
    let symbol: String
    let sequence: Int64

    init(_ mark: TickClient.Mark?) { (symbol, sequence) = mark ?? ("", -1) }
  }

  /// Makes a relay that does nothing yet.
  ///
  /// - Throws: ``KafkaError``: `invalidOption`, `unavailable`.
  public init(
    _ client: TickClientOptions, kafka: KafkaConfiguration, producer: KafkaProducerOptions = .init(),
    _ options: TickRelayOptions = .init(), logger: Logger = Logger(label: "stream-ticks")
  ) throws(KafkaError) {
    clientOptions = client
    self.kafka = kafka.logging(to: logger)
    self.options = options
    self.logger = logger
    var producer = producer
    // A tick that fails while later ones arrive would be lost behind them; brokers may be away for as long as they are.
    if producer.transactionalID == nil { producer.messageTimeout = 0 }
    self.producer = try KafkaProducer(self.kafka, producer)
  }

  /// What it has done so far.
  public var statistics: TickRelayStatistics {
    var counts = state.withLock { $0.counts }
    counts.delivered = producer.deliveredCount
    counts.waiting = producer.waitingCount
    return counts
  }

  /// Relays until the stream ends or it is shut down; every tick that was taken is delivered before it returns.
  ///
  /// - Throws: ``KafkaError`` if a tick could not be delivered, ``StreamingError`` if the server refuses.
  public func run() async throws {
    let admin = try KafkaAdmin(kafka)
    let (topic, wanted) = (options.topic, options.partitions)
    let partitions = try await blocking { try admin.ensureTopic(topic, partitions: wanted) }
    if let deadLetters = options.deadLetterTopic {
      _ = try await blocking { try admin.ensureTopic(deadLetters, partitions: 1) }
    }
    logger.info(
      "relaying", metadata: ["from": "\(clientOptions.url)", "to": "\(topic)", "partitions": "\(partitions)"])
    let writer = try producer.writer(topic: topic)
    let client: TickClient
    client = try TickClient(clientOptions) { [weak self] event in self?.take(event) }
    let reports = Task { [options] in
      while options.reportInterval > 0 {
        try await Task.sleep(for: .seconds(options.reportInterval))
        report()
      }
    }
    defer { reports.cancel() }
    do {
      try await cancelledOnShutdown {
        try await client.run(resuming: { try await self.marks($0, $1, partitions) }) { frame in
          try await self.send(frame, writer, partitions)
        }
      }
    } catch is CancellationError {
      // The end that was asked for; what was taken is delivered below.
    }
    // Brokers that are away take nothing; the next start goes on behind what they have.
    try await blocking { [producer] in try producer.close(timeout: 4) }
    try checkDelivery()
    report()
  }

  private func report() {
    let counts = statistics
    logger.info(
      "relayed",
      metadata: [
        "received": "\(counts.received)", "delivered": "\(counts.delivered)", "waiting": "\(counts.waiting)",
        "repeated": "\(counts.repeated)", "gaps": "\(counts.gaps)", "missing": "\(counts.missing)",
        "rejected": "\(counts.rejected)", "reconnects": "\(counts.reconnects)", "asked_again": "\(counts.askedAgain)",
      ])
    state.withLock {
      $0.meter.record(
        counters: [
          ("received_total", counts.received), ("delivered_total", counts.delivered),
          ("repeated_total", counts.repeated), ("missing_total", Int(counts.missing)),
          ("rejected_total", counts.rejected), ("reconnects_total", counts.reconnects),
        ], gauges: [("waiting", Double(counts.waiting))])
    }
  }

  private func take(_ event: TickClientEvent) {
    switch event {
    case .subscribed(let stream, let symbols):
      logger.info("subscribed", metadata: ["stream": "\(stream)", "symbols": "\(symbols.count)"])
    case .dropped(let count):
      state.withLock {
        $0.counts.dropped += count
        $0.seenSinceDrop = []
      }
      logger.warning("the server left ticks out", metadata: ["count": "\(count)"])
    case .retrying(let reason, let seconds):
      state.withLock { $0.counts.reconnects += 1 }
      logger.warning("connecting again", metadata: ["after": "\(seconds) s", "reason": "\(reason)"])
    case .end: logger.info("the stream has ended")
    }
  }

  // MARK: - Going on

  /// Where to go on: with the last tick that was taken, or after a restart with the earliest end of a partition; they come again.
  private func marks(_ stream: String, _ symbols: [String], _ partitions: Int) async throws -> [TickClient.Mark]? {
    let known = state.withLock { state -> [TickClient.Mark]? in
      state.isResumable = true
      defer { state.again = nil }
      guard let last = state.last, last.stream == stream else { return nil }
      return [state.again ?? last.mark]
    }
    if let known { return known }
    // Without a list all symbols are relayed.
    let used = Set(
      (clientOptions.symbols ?? symbols).map { KafkaPartitioner.partition(of: $0.utf8, partitions: partitions) })
    let (kafka, topic) = (kafka, options.topic)
    let own = Set(clientOptions.symbols ?? symbols)
    // Other relays and other writers may have written behind.
    let ends = try await blocking {
      try KafkaTail(kafka).lastMessages(topic: topic, partitions: used.sorted()) {
        Self.mark(of: $0, stream, own) != nil
      }.compactMapValues { Self.mark(of: $0, stream, own) }
    }
    state.withLock { $0.ends = ends }
    guard !ends.isEmpty else { return nil }
    logger.info("going on behind what the topic holds", metadata: ["partitions": "\(ends.count) of \(used.count)"])
    // A partition without a tick of this stream may lack its first one.
    return ends.count == used.count || !clientOptions.fromStart ? Array(ends.values) : nil
  }

  /// The numbered tick of this stream that a message is; nil for anything else.
  private static func mark(of message: KafkaMessage, _ stream: String, _ symbols: Set<String>) -> TickClient.Mark? {
    // What is no tick is another's.
    guard let value = message.value, let tick = try? TickMessage(decoding: Data(value)), tick.stream == stream,
      let sequence = tick.sequence, symbols.contains(tick.tick.symbol)
    else { return nil }
    return (tick.tick.symbol, sequence)
  }

  // MARK: - Sending

  private func send(_ frame: TickFrame, _ writer: KafkaTopicWriter, _ partitions: Int) async throws {
    try checkDelivery()
    if let reject = frame.rejects.first {
      try state.withLock { state throws(StreamingError) in
        try Self.askAgain(&state, from: state.last?.mark, "a frame cannot be read: \(reject.error.message)")
      }
    }
    for reject in frame.rejects { try await put(reject) }
    for index in frame.ticks.indices {
      let message = frame.ticks[index]
      let partition = KafkaPartitioner.partition(of: message.tick.symbol.utf8, partitions: partitions)
      guard try take(message, partition) else { continue }
      while try !writer.write(key: message.tick.symbol.utf8, value: frame.json(index), partition: partition) {
        // Full: the socket waits too.
        try await Task.sleep(for: .milliseconds(2))
        try checkDelivery()
      }
    }
    state.withLock { $0.counts.received += frame.ticks.count }
  }

  /// How often ticks are asked for again behind one place.
  private static let askLimit = 3

  /// Ends the connection to have ticks again that did not come.
  private static func askAgain(_ state: inout State, from mark: TickClient.Mark?, _ reason: String)
    throws(StreamingError)
  {
    let place = Place(mark)
    guard state.isResumable, state.asked[place, default: 0] < askLimit else { return }
    // Forgetting costs no more than asking once more.
    if state.asked.count > 10_000 { state.asked = [:] }
    state.asked[place, default: 0] += 1
    state.again = mark
    state.counts.askedAgain += 1
    throw StreamingError(.lost, reason)
  }

  /// Counts a tick; false for one that is in the topic.
  ///
  /// - Throws: ``StreamingError`` with code `lost` where those before it have to come again.
  private func take(_ message: TickMessage, _ partition: Int32) throws(StreamingError) -> Bool {
    try state.withLock { state throws(StreamingError) in
      guard let sequence = message.sequence else {
        state.counts.sent += 1
        return true
      }
      let symbol = message.tick.symbol
      if let end = state.ends[partition] {
        // Behind its mark a partition has nothing yet; a later number of the same symbol says so too.
        if symbol == end.symbol, sequence >= end.sequence { state.ends[partition] = nil }
        if symbol != end.symbol || sequence <= end.sequence {
          state.counts.repeated += 1
          state.tracker.set(.init(stream: message.stream, symbol: symbol, sequence: sequence))
          state.last = (message.stream, (symbol, sequence))
          return false
        }
      }
      let verdict = state.tracker.check(message)
      if case .gap(let missing) = verdict {
        let before = sequence - missing - 1
        state.tracker.set(.init(stream: message.stream, symbol: symbol, sequence: before))
        if state.seenSinceDrop?.contains(symbol) ?? true {
          try Self.askAgain(&state, from: (symbol, before), "\(missing) ticks of '\(symbol)' are missing")
        }
        state.tracker.set(.init(stream: message.stream, symbol: symbol, sequence: sequence))
      }
      state.last = (message.stream, (symbol, sequence))
      state.seenSinceDrop?.insert(symbol)
      switch verdict {
      case .repeated:
        state.counts.repeated += 1
        return false
      case .gap(let missing):
        state.counts.gaps += 1
        state.counts.missing = state.counts.missing.addingSaturated(missing)
      case .next, .unnumbered: break
      }
      state.counts.sent += 1
      return true
    }
  }

  private func put(_ reject: TickFrame.Reject) async throws {
    state.withLock { $0.counts.rejected += 1 }
    logger.debug("no tick", metadata: ["error": "\(reject.error)"])
    guard let topic = options.deadLetterTopic else { return }
    var record = KafkaRecord(topic: topic, value: reject.json)
    record.truncateDeadLetter()
    record.headers += [KafkaHeader("error", reject.error.message), KafkaHeader("source", clientOptions.url)]
    try await producer.send(record)
  }

  private func checkDelivery() throws(KafkaError) {
    let failed = producer.failedCount
    guard failed == 0 else {
      throw KafkaError(
        .broker,
        "\(failed) ticks could not be delivered to '\(options.topic)'; start again to go on behind the last one")
    }
  }
}
#endif
