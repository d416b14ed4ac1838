/// What a relay has done, in numbers.
public struct TickRelayStatistics: Sendable, Hashable, Codable {
  /// Ticks that came from the socket.
  public var received = 0
  /// Ticks put in the producer's queue.
  public var sent = 0
  /// Ticks that brokers acknowledged.
  public var delivered = 0
  /// Ticks in the queue.
  public var waiting = 0
  /// Messages that are no ticks.
  public var rejected = 0
  /// Ticks that were there before, so left out.
  public var repeated = 0
  /// Gaps in the numbers of ticks.
  public var gaps = 0
  /// Ticks missing in gaps.
  public var missing: Int64 = 0
  /// Times that ticks were asked for again, for they were missing or could not be read.
  public var askedAgain = 0
  /// Ticks that the server says it left out.
  public var dropped = 0
  /// Connections that were lost.
  public var reconnects = 0
}

/// Where a relay sends ticks.
public struct TickRelayOptions: Sendable, Hashable {
  /// The topic of the ticks.
  public var topic = "tick-data"
  /// The topic of what is no tick, with the reason as header `error`; nil to count them only.
  public var deadLetterTopic: String? = "tick-data-rejected"
  /// Partitions of topics that are not there yet.
  public var partitions = 4
  /// Seconds between two lines of statistics in the log; 0 for none.
  public var reportInterval = 10.0

  /// Makes the defaults.
  public init() {}
}
