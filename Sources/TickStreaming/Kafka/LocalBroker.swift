internal import CKafka
import Synchronization

/// Brokers inside of this process, which other processes may connect to: librdkafka's own stand-in, for development and tests.
///
/// Not a store: each partition keeps some 5 MB and silently drops what is older, topics have four partitions unless they were made here, and
/// all is gone with the process. Topics cannot be made over the network, transactions are not isolated, and a member that goes without a word is let
/// go only when its session has ended. A new group waits three seconds for further members unless ``setGroupDelay(milliseconds:)`` says otherwise.
/// Numbers of idempotent producers are not checked: where requests fail, `max.in.flight.requests.per.connection=1` keeps their order.
public final class LocalBroker: Sendable {
  private let handle: KafkaHandle
  private let cluster: KafkaPart

  /// Starts brokers on free ports of the loopback.
  ///
  /// - Throws: ``KafkaError``.
  public init(brokers: Int = 1) throws(KafkaError) {
    guard 1...100 ~= brokers else { throw KafkaError(.invalidOption, "\(brokers) brokers; 1 to 100 are allowed") }
    handle = try KafkaHandle(isProducer: true, pairs: [("client.id", "local-broker")], events: KafkaEvents(nil))
    guard let pointer = handle.library.call.mock_cluster_new(handle.pointer, Int32(brokers)) else {
      throw KafkaError(.fatal, "the brokers could not be started")
    }
    cluster = KafkaPart(pointer, of: handle) { $0.call.mock_cluster_destroy($1) }
  }

  /// Where clients connect.
  public var bootstrapServers: String { cString(handle.library.call.mock_cluster_bootstraps(cluster.pointer)) }

  /// The version of the library that plays the brokers.
  public var version: String { handle.library.version }

  /// Makes a topic.
  public func createTopic(_ name: String, partitions: Int = 4) throws(KafkaError) {
    try handle.library.check(
      handle.library.call.mock_topic_create(cluster.pointer, name, Int32(partitions), 1), "making the topic '\(name)'")
  }

  /// The next requests of a kind are answered with errors, one each: faults for tests.
  ///
  /// - Parameters:
  ///   - request: The protocol's number of the request: 0 to produce, 1 to fetch, 8 to commit offsets.
  ///   - errors: The protocol's numbers of errors, such as 6 (not the leader) or 7 (timed out).
  public func fail(request: Int16, errors: [Int32]) {
    handle.library.call.mock_push_request_errors_array(cluster.pointer, request, errors.count, errors)
  }

  /// Takes a broker off the network, or back.
  public func setDown(_ isDown: Bool, broker: Int32 = 1) throws(KafkaError) {
    let call = isDown ? handle.library.call.mock_broker_set_down : handle.library.call.mock_broker_set_up
    try handle.library.check(call!(cluster.pointer, broker), "taking broker \(broker) \(isDown ? "down" : "up")")
  }

  /// How long a new group waits for further members before its first messages come, 3 s at first; libraries before 2.4 keep that.
  public func setGroupDelay(milliseconds: Int32) {
    handle.library.call.mock_group_initial_rebalance_delay_ms?(cluster.pointer, milliseconds)
  }

  /// Makes a broker's answers wait.
  public func setDelay(milliseconds: Int32, broker: Int32 = 1) throws(KafkaError) {
    try handle.library.check(
      handle.library.call.mock_broker_set_rtt(cluster.pointer, broker, milliseconds), "delaying broker \(broker)")
  }
}
