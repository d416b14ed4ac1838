/// How a server of ticks listens and what it does with subscribers who are too slow.
public struct TickServerOptions: Sendable, Hashable {
  /// What is done with a subscriber who is behind by more than ``TickServerOptions/lagLimit`` ticks; nothing is ever queued for one.
  public enum SlowPolicy: String, Sendable, Hashable, CaseIterable {
    /// It gets everything, as late as it takes it.
    case wait
    /// It goes on with the newest tick and is told how many were left out.
    case drop
    /// It is sent away with code 1013.
    case disconnect
  }

  /// The address to listen at.
  public var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  public var port = 8765
  /// How fast the ticks go.
  public var pace = ReplayPace.speed(1)
  /// What is done with slow subscribers.
  public var slowPolicy = SlowPolicy.wait
  /// Ticks by which a subscriber may be behind what is due before the policy holds, at least 1.
  public var lagLimit = 100_000
  /// Seconds between pings, at least 0.1; one who answers none of two is sent away.
  public var heartbeat = 15.0
  /// Subscribers at one time; one more is sent away with code 1013.
  public var connectionLimit = 1000

  /// Makes the defaults.
  public init() {}

  func validate() throws(StreamingError) {
    guard heartbeat >= 0.1 else {
      throw StreamingError(.invalidOption, "heartbeat is \(heartbeat) s; at least 0.1 are needed")
    }
    for (name, value) in [("lagLimit", lagLimit), ("connectionLimit", connectionLimit)] where value < 1 {
      throw StreamingError(.invalidOption, "\(name) is \(value); at least 1 is needed")
    }
    guard 0...65_535 ~= port else {
      throw StreamingError(.invalidOption, "port is \(port); 0 to 65,535 are allowed")
    }
  }
}

/// What a server has done, in numbers.
public struct TickServerStatistics: Sendable, Hashable, Codable {
  /// Connections that are open.
  public var connections = 0
  /// Connections so far.
  public var accepted = 0
  /// Connections that were refused: too many, no WebSocket, or nothing that makes sense.
  public var refused = 0
  /// Ticks sent, over all subscribers.
  public var sent = 0
  /// Ticks left out for slow subscribers.
  public var dropped = 0
  /// Subscribers sent away for being slow or silent.
  public var disconnected = 0
}
