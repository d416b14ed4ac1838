/// Where brokers are and how to talk to them.
///
/// ```swift
/// var configuration = KafkaConfiguration("broker-1:9092,broker-2:9092")
/// configuration.properties["security.protocol"] = "SASL_SSL"
/// ```
public struct KafkaConfiguration: Sendable {
  /// How urgent a line of the client's log is.
  public enum LogLevel: Sendable, Hashable, CaseIterable {
    case error, warning, info, debug
  }

  /// Takes a line of the client's log: lost connections, refused logins, and what the option `debug` asks for.
  public typealias LogHandler = @Sendable (_ level: LogLevel, _ message: String) -> Void

  /// Brokers to begin with, `host:port` with commas between them.
  public var bootstrapServers: String
  /// The client's name in the brokers' logs.
  public var clientID = "tickboost"
  /// Further options by librdkafka's names, such as those of TLS and SASL; they take the place of what the typed ones say.
  public var properties: [String: String] = [:]
  /// Takes the client's log, on threads of the library, and has to return soon; nil for none.
  ///
  /// What ends a call is told by its error in any case.
  public var log: LogHandler?

  /// Names the brokers.
  public init(_ bootstrapServers: String) { self.bootstrapServers = bootstrapServers }

  /// All options for a client, the free ones last.
  func pairs(_ own: [(String, String)] = []) -> [(String, String)] {
    [("bootstrap.servers", bootstrapServers), ("client.id", clientID)] + own
      + properties.sorted { $0.key < $1.key }
  }
}

/// How a producer sends; the defaults lose and repeat nothing while brokers keep what they acknowledge.
public struct KafkaProducerOptions: Sendable, Hashable {
  /// How messages are packed.
  public enum Compression: String, Sendable, Hashable, CaseIterable {
    case none, gzip, snappy, lz4, zstd
  }

  /// Whether each message is written once and in order, however often it had to be sent.
  public var isIdempotent = true
  /// Milliseconds that messages wait for others to go with them, 0...900,000.
  public var lingerMilliseconds = 5
  /// How messages are packed.
  public var compression = Compression.lz4
  /// Most messages that wait to be delivered, 1...10,000,000; one more is refused with `queueFull`.
  public var queueLimit = 100_000
  /// Seconds after which a message that could not be delivered fails; 0 for never, which transactions do not allow.
  public var messageTimeout = 300.0
  /// Whether deliveries are counted by partition, which costs a lock a message.
  package var countsByPartition = false
  /// The name under which transactions are made; nil for none.
  public var transactionalID: String?

  /// Makes the defaults.
  public init() {}

  var pairs: [(String, String)] {
    [
      ("enable.idempotence", isIdempotent ? "true" : "false"), ("acks", "all"),
      ("linger.ms", "\(lingerMilliseconds)"), ("compression.type", compression.rawValue),
      ("queue.buffering.max.messages", "\(queueLimit)"), ("message.timeout.ms", "\(Int(messageTimeout * 1000))"),
    ]
      // A transaction may last as long as its messages may.
      + (transactionalID.map {
        [("transactional.id", $0), ("transaction.timeout.ms", "\(Int(messageTimeout * 1000))")]
      } ?? [])
  }
}

/// How a consumer reads; nothing is committed but by ``KafkaConsumer/commit(_:)``.
public struct KafkaConsumerOptions: Sendable, Hashable {
  /// Where a partition is read from without a committed offset.
  public enum Start: String, Sendable, Hashable, CaseIterable {
    case earliest, latest
  }

  /// The group whose members share the partitions.
  public var groupID: String
  /// Where a partition without a committed offset begins.
  public var start = Start.earliest
  /// Seconds without a sign of life after which the group goes on without this member, above 0.
  public var sessionTimeout = 45.0
  /// Seconds between two polls after which the group does so, at least the session's.
  public var maximumPollInterval = 300.0
  /// A name that stays the same over restarts, by which a member gets its partitions back without a rebalance; nil for none.
  public var instanceID: String?

  /// Seconds that brokers wait for new messages before they answer that there are none, 0...300; those that cannot be woken wait all of it.
  public var fetchWait = 0.1
  /// Most messages that are fetched ahead of being polled, 1...10,000,000; 64 MB hold at most in any case.
  public var fetchAhead = 1_000_000

  /// Names the group.
  public init(groupID: String) { self.groupID = groupID }

  /// Options that some versions of the library do not have: a full queue would otherwise rest for a second.
  static let optionalPairs = [("fetch.queue.backoff.ms", "10")]

  var pairs: [(String, String)] {
    [
      ("group.id", groupID), ("auto.offset.reset", start.rawValue), ("enable.auto.commit", "false"),
      ("enable.auto.offset.store", "false"), ("isolation.level", "read_committed"),
      ("partition.assignment.strategy", "cooperative-sticky"),
      ("session.timeout.ms", "\(Int(sessionTimeout * 1000))"),
      ("max.poll.interval.ms", "\(Int(maximumPollInterval * 1000))"),
      ("fetch.wait.max.ms", "\(Int(fetchWait * 1000))"), ("queued.min.messages", "\(fetchAhead)"),
    ] + (instanceID.map { [("group.instance.id", $0)] } ?? [])
  }
}
