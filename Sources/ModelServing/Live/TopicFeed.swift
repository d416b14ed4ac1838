#if Streaming
import Features
import Foundation
import Logging
import ServiceLifecycle
import TickStreaming

/// Feeds a table from all partitions of a topic, beside the streams that predict it: nothing is written, and no group is joined.
///
/// States that a stream saved are taken up; without them features begin with the ticks that the topic still has, at most ``depth`` a partition.
struct TopicFeed: Service {
  let feed: TickFeed
  let kafka: KafkaConfiguration
  let topic: String
  let stateTopic: String
  let logger: Logger
  /// Messages of a partition that are read again where there is no saved state.
  static let depth: Int64 = 50_000

  func run() async throws {
    let (feed, kafka, topic, stateTopic, logger) = (feed, kafka.logging(to: logger), topic, stateTopic, logger)
    try await SessionLoop(logger, interval: 1).run(
      { _ in try Session(feed, kafka, topic, StateTopic(kafka: kafka, topic: stateTopic), logger) }, onRestart: {})
  }

  /// One life between two errors; one thread uses it.
  private final class Session: LiveSession {
    private let feed: TickFeed
    private let topic: String
    private let consumer: KafkaConsumer
    private var next: [Int32: Int64] = [:]

    init(
      _ feed: TickFeed, _ kafka: KafkaConfiguration, _ topic: String, _ states: StateTopic, _ logger: Logger
    ) throws {
      self.feed = feed
      self.topic = topic
      var options = KafkaConsumerOptions(groupID: "serve-models-\(UUID().uuidString)")
      options.fetchWait = 0.01
      consumer = try KafkaConsumer(kafka, options)
      let topics = try consumer.topics()
      guard let partitions = topics[topic] else {
        throw StreamingError(.lost, "there is no topic '\(topic)' yet")
      }
      for partition in 0..<Int32(partitions) {
        let ends = try consumer.watermarks(topic: topic, partition: partition)
        var start = max(ends.lowerBound, ends.upperBound - TopicFeed.depth)
        if topics[states.topic] != nil, let saved = Self.saved(states, partition, feed, logger),
          saved <= ends.upperBound
        {
          start = max(ends.lowerBound, saved)
        }
        next[partition] = start
      }
      try consumer.assign(next.map { KafkaPosition(topic: topic, partition: $0.key, offset: $0.value) })
      logger.info("following a topic", metadata: ["topic": "\(topic)", "partitions": "\(partitions)"])
    }

    /// Takes up the states of a partition; where they end, or nil where there are none that can be used.
    private static func saved(
      _ states: StateTopic, _ partition: Int32, _ feed: TickFeed, _ logger: Logger
    ) -> Int64? {
      do {
        let found = try states.read(partition)
        guard let next = found.next else { return nil }
        let lanes = feed.host.models.lanes
        for entry in found.symbols.values { feed.insert(try LiveSymbol(saved: entry.entry.state ?? Data(), lanes)) }
        return next
      } catch {
        logger.warning(
          "saved states cannot be used; features begin with the ticks that the topic has",
          metadata: ["partition": "\(partition)", "error": "\(error)"])
        return nil
      }
    }

    func step() throws {
      let messages = try consumer.poll(limit: 1000, timeout: 0.05)
      for message in messages where message.offset >= next[message.partition] ?? 0 {
        next[message.partition] = message.offset + 1
        guard let value = message.value, let tick = try? TickMessage(decoding: Data(value)) else {  // Counted.
          feed.reject()
          continue
        }
        feed.take(CollectionOfOne(tick), offset: message.offset)
      }
    }

    func look(after seconds: Double) throws {
      let lag = next.reduce(0) { sum, entry in
        sum + Int(max(0, (consumer.knownEnd(topic: topic, partition: entry.key) ?? 0) - entry.value))
      }
      feed.set(partitions: next.count, lag: lag)
    }

    func finish() throws { try consumer.close() }
    func abandon() { try? consumer.close() }  // The error that led here is told.
  }
}
#endif
