/// Where a client of ticks connects and how it keeps at it.
public struct TickClientOptions: Sendable, Hashable {
  /// `ws://HOST:PORT/`.
  public var url: String
  /// The symbols; nil for all.
  public var symbols: [String]?
  /// Whether to begin with the stream's first tick instead of the next one.
  public var fromStart = true
  /// Most ticks of a frame, 1...10,000.
  public var batch = 512
  /// Largest frame that is accepted, in bytes.
  public var frameLimit = 16 << 20
  /// Seconds to wait before the second try; they double up to ``TickClientOptions/longestWait``.
  public var firstWait = 0.1
  /// Most seconds between two tries.
  public var longestWait = 10.0
  /// Seconds without a sign of life after which a connection counts as lost.
  public var silenceLimit = 45.0

  /// Names the server.
  public init(url: String) { self.url = url }
}

/// What a client of ticks tells besides ticks.
public enum TickClientEvent: Sendable, Hashable {
  /// A connection stands, and the server serves this stream of these symbols.
  case subscribed(stream: String, symbols: [String])
  /// The server left so many ticks out.
  case dropped(Int)
  /// A connection was lost or refused; the next try is after so many seconds.
  case retrying(String, seconds: Double)
  /// The stream has ended.
  case end
}
