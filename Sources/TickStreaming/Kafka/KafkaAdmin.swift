internal import CKafka
import Foundation

/// Makes topics and looks at them.
public final class KafkaAdmin: Sendable {
  private let handle: KafkaHandle

  /// Makes a client; it connects by itself.
  ///
  /// - Throws: ``KafkaError``: `invalidOption` naming the option, or `unavailable`.
  public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    handle = try KafkaHandle(isProducer: true, pairs: configuration.pairs(), events: KafkaEvents(configuration.log))
  }

  /// Topics and their numbers of partitions.
  public func topics(timeout: Double = 10) throws(KafkaError) -> [String: Int] { try handle.topics(timeout: timeout) }

  /// Makes a topic.
  ///
  /// - Parameters:
  ///   - replication: How many brokers keep it; -1 for the brokers' own default.
  ///   - settings: The topic's, by Kafka's names: `["cleanup.policy": "compact"]`.
  /// - Throws: ``KafkaError``: `broker` if there is such a topic or the broker refuses, `timedOut` from brokers that cannot make topics.
  public func createTopic(
    _ name: String, partitions: Int, replication: Int = -1, settings: [String: String] = [:], timeout: Double = 10
  ) throws(KafkaError) {
    let number = try create(name, partitions, replication, settings, timeout)
    try handle.library.check(number, "making the topic '\(name)'")
  }

  /// Makes sure that there is a topic; one that is there stays as it is.
  ///
  /// Brokers that make no topics when told, but at their first use, do so with their own number of partitions.
  /// - Returns: The number of partitions.
  /// - Throws: ``KafkaError`` if there is no such topic in the end.
  @discardableResult
  public func ensureTopic(
    _ name: String, partitions: Int, settings: [String: String] = [:], timeout: Double = 10
  ) throws(KafkaError) -> Int {
    if let known = try topics(timeout: timeout)[name], known > 0 { return known }
    var failure: KafkaError?
    do {
      let number = try create(name, partitions, -1, settings, min(5, timeout))
      if Int(number) != KAFKA_ERR_TOPIC_EXISTS {
        try handle.library.check(number, "making the topic '\(name)'")
      }
    } catch {
      failure = error
      try touch(name, timeout)
    }
    // A new topic takes a moment until every broker tells of it.
    let deadline = ContinuousClock.now + .seconds(timeout)
    while ContinuousClock.now < deadline {
      if let known = try topics(timeout: timeout)[name], known > 0 { return known }
      Thread.sleep(forTimeInterval: 0.1)
    }
    throw failure ?? KafkaError(.timedOut, "the topic '\(name)' was made, but does not appear")
  }

  private func create(
    _ name: String, _ partitions: Int, _ replication: Int, _ settings: [String: String], _ timeout: Double
  ) throws(KafkaError) -> Int32 {
    guard 1...100_000 ~= partitions else {
      throw KafkaError(.invalidOption, "partitions is \(partitions); 1 to 100,000 are allowed")
    }
    let call = handle.library.call
    var text = [CChar](repeating: 0, count: 512)
    guard var topic = call.NewTopic_new(name, Int32(partitions), Int32(replication), &text, text.count) else {
      throw KafkaError(.invalidOption, "topic '\(name)': \(KafkaHandle.string(text))")
    }
    defer { call.NewTopic_destroy(topic) }
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
      try handle.library.check(call.NewTopic_set_config(topic, key, value), "setting \(key) of '\(name)'")
    }
    let options = call.AdminOptions_new(handle.pointer, Int32(KAFKA_ADMIN_CREATE_TOPICS))
    defer { call.AdminOptions_destroy(options) }
    _ = call.AdminOptions_set_request_timeout(options, milliseconds(timeout), &text, text.count)
    guard let queue = call.queue_new(handle.pointer) else { throw KafkaError(.fatal, "no memory for a queue") }
    defer { call.queue_destroy(queue) }
    var topics: OpaquePointer? = topic
    call.CreateTopics(handle.pointer, &topics, 1, options, queue)
    topic = topics ?? topic
    guard let event = call.queue_poll(queue, milliseconds(timeout + 1)) else {
      throw KafkaError(.timedOut, "making the topic '\(name)': no answer in \(timeout) s", isRetriable: true)
    }
    defer { call.event_destroy(event) }
    try handle.library.check(call.event_error(event), "making the topic '\(name)'")
    var count = 0
    guard let result = call.event_CreateTopics_result(event),
      let results = call.CreateTopics_result_topics(result, &count),
      count == 1
    else { throw KafkaError(.broker, "making the topic '\(name)': an answer without a result") }
    return call.topic_result_error(results[0])
  }

  /// Asks for the topic by name, upon which some brokers make it.
  private func touch(_ name: String, _ timeout: Double) throws(KafkaError) {
    let call = handle.library.call
    guard let topic = call.topic_new(handle.pointer, name, nil) else {
      throw KafkaError(.invalidOption, "'\(name)' is no name of a topic")
    }
    defer { call.topic_destroy(topic) }
    var found: UnsafePointer<rd_kafka_metadata_t>?
    try handle.library.check(
      call.metadata(handle.pointer, 0, topic, &found, milliseconds(timeout)), "asking for the topic '\(name)'")
    call.metadata_destroy(found)
  }
}
