public import Foundation
public import TickData

/// A tick as it goes over sockets and topics: a JSON object with the reference system's names.
///
/// ```json
/// {"symbol":"SYM001","timestamp":1620627300000000000,"price":101.25,"volume":10,"bid":101.24,"ask":101.26}
/// ```
/// Fields that a tick does not carry are left out, or null; names that are not known are read over. `timestamp` is in nanoseconds since 1970
/// UTC; an ISO 8601 text is read too. `stream` and `sequence` number the ticks of a symbol, by which gaps and repetitions are found.
public struct TickMessage: Sendable, Hashable {
  /// The tick.
  public var tick: Tick
  /// The name of what the sequence counts, such as one replay of one file; empty for none.
  public var stream = ""
  /// The number of the tick among its symbol's in the stream, from 0 on; nil where ticks are not numbered.
  public var sequence: Int64?

  /// Wraps a tick.
  public init(_ tick: Tick, stream: String = "", sequence: Int64? = nil) {
    self.tick = tick
    self.stream = stream
    self.sequence = sequence
  }

  // MARK: - Writing

  /// The message as JSON; one line, UTF-8.
  ///
  /// - Throws: `TickDataError` with code `invalidRow` for what could not be read back: an infinite number, a symbol or stream that
  ///   is too long or holds control characters, a negative sequence.
  public func encoded() throws(TickDataError) -> Data {
    for (name, value) in [("symbol", tick.symbol), ("stream", stream)] {
      guard value.utf8.count <= Self.nameLimit, !Self.hasControl(value) else {
        throw TickDataError(
          .invalidRow,
          "\(name) '\(value.prefix(40))' is too long or holds control characters; \(Self.nameLimit) bytes are allowed")
      }
    }
    guard sequence ?? 0 >= 0 else {
      throw TickDataError(.invalidRow, "sequence of '\(tick.symbol)' is \(sequence ?? 0); 0 and above are allowed")
    }
    for (name, value) in numbers where value.isInfinite {
      throw TickDataError(.invalidRow, "\(name) of '\(tick.symbol)' is \(value); JSON has no such number")
    }
    var writer = JSONWriter()
    write(to: &writer)
    return Data(writer.bytes)
  }

  private var numbers: [(String, Double)] {
    [
      ("price", tick.price), ("volume", tick.size), ("bid", tick.bid), ("ask", tick.ask), ("bid_size", tick.bidSize),
      ("ask_size", tick.askSize),
    ]
  }

  func write(to writer: inout JSONWriter) {
    func number(_ name: StaticString, _ value: Double) {
      guard value.isFinite else { return }
      writer.key(name)
      writer.double(value)
    }
    writer.open("{")
    writer.key("symbol")
    writer.string(tick.symbol)
    if tick.time != Tick.noTime {
      writer.key("timestamp")
      writer.integer(tick.time)
    }
    number("price", tick.price)
    number("volume", tick.size)
    number("bid", tick.bid)
    number("ask", tick.ask)
    number("bid_size", tick.bidSize)
    number("ask_size", tick.askSize)
    if tick.side != .unknown {
      writer.key("side")
      writer.integer(Int64(tick.side.rawValue))
    }
    if tick.isCancelled {
      writer.key("cancelled")
      writer.boolean(true)
    }
    if let sequence {
      if !stream.isEmpty {
        writer.key("stream")
        writer.string(stream)
      }
      writer.key("sequence")
      writer.integer(sequence)
    }
    writer.close("}")
  }

  // MARK: - Reading

  /// Reads a message.
  ///
  /// - Throws: `TickDataError` with code `invalidRow` saying what is wrong and where: not JSON, no symbol, a field of the wrong
  ///   type, a symbol or stream of more than 128 bytes or with control characters, a negative sequence, a side other than -1, 0 and 1, neither
  ///   price nor quote, or more than 65,536 bytes.
  /// - Complexity: O(bytes); allocates only for symbols of more than 15 bytes.
  public init(decoding data: Data) throws(TickDataError) {
    let result = data.withUnsafeBytes { bytes in Result { () throws(TickDataError) in try TickMessage(bytes) } }
    self = try result.get()
  }

  /// Reads a message from bytes that another owns, such as a frame or a message of a topic.
  public init(_ bytes: UnsafeRawBufferPointer) throws(TickDataError) {
    do {
      var scanner = JSONScanner(bytes)
      self = try TickMessage(from: &scanner)
      try scanner.expectEnd()
    } catch {
      throw Self.error(error)
    }
  }

  static func error(_ failure: JSONScanner.Failure) -> TickDataError {
    TickDataError(.invalidRow, "a tick message cannot be read: \(failure.reason), at byte \(failure.position)")
  }

  /// Reads an object where the scanner stands.
  ///
  /// - Parameter symbol: The symbol of a tick that names none.
  package init(from scanner: inout JSONScanner, symbol: String = "") throws(JSONScanner.Failure) {
    var tick = Tick(symbol: symbol, time: Tick.noTime)
    var stream = ""
    var sequence: Int64?
    let start = scanner.position
    try scanner.expect(UInt8(ascii: "{"))
    if !scanner.take(UInt8(ascii: "}")) {
      repeat {
        let name = try scanner.text()
        try scanner.expect(UInt8(ascii: ":"))
        // The first byte and the length tell most names apart; a null is a field left out.
        switch (name.range.count, scanner.bytes[name.range.lowerBound]) {
        case (6, UInt8(ascii: "s")) where scanner.equals(name, "symbol"):
          tick.symbol = try Self.name("symbol", &scanner)
        case (9, UInt8(ascii: "t")) where scanner.equals(name, "timestamp"):
          if !scanner.takeNull() { tick.time = try Self.time(&scanner) }
        case (5, UInt8(ascii: "p")) where scanner.equals(name, "price"): try Self.read(&tick.price, &scanner)
        case (6, UInt8(ascii: "v")) where scanner.equals(name, "volume"): try Self.read(&tick.size, &scanner)
        case (3, UInt8(ascii: "b")) where scanner.equals(name, "bid"): try Self.read(&tick.bid, &scanner)
        case (3, UInt8(ascii: "a")) where scanner.equals(name, "ask"): try Self.read(&tick.ask, &scanner)
        case (8, UInt8(ascii: "b")) where scanner.equals(name, "bid_size"): try Self.read(&tick.bidSize, &scanner)
        case (8, UInt8(ascii: "a")) where scanner.equals(name, "ask_size"): try Self.read(&tick.askSize, &scanner)
        case (4, UInt8(ascii: "s")) where scanner.equals(name, "side"):
          if !scanner.takeNull() {
            let value = try scanner.integer()
            guard let side = AggressorSide(rawValue: Int8(clamping: value)) else {
              throw scanner.failure("side is \(value); -1, 0 and 1 are allowed")
            }
            tick.side = side
          }
        case (9, UInt8(ascii: "c")) where scanner.equals(name, "cancelled"):
          if !scanner.takeNull() { tick.isCancelled = try scanner.boolean() }
        case (6, UInt8(ascii: "s")) where scanner.equals(name, "stream"):
          if !scanner.takeNull() { stream = try Self.name("stream", &scanner) }
        case (8, UInt8(ascii: "s")) where scanner.equals(name, "sequence"):
          if !scanner.takeNull() {
            let number = try scanner.integer()
            guard number >= 0 else { throw scanner.failure("sequence is \(number); 0 and above are allowed") }
            sequence = number
          }
        default:
          if !name.isPlain { _ = try scanner.string(name) }
          try scanner.skipValue()
        }
      } while scanner.take(UInt8(ascii: ","))
      try scanner.expect(UInt8(ascii: "}"))
    }
    guard scanner.position - start <= Self.byteLimit else {
      throw scanner.failure(
        "the message has \(scanner.position - start) bytes; at most \(Self.byteLimit) are allowed")
    }
    guard !tick.symbol.isEmpty else { throw scanner.failure("there is no symbol, or an empty one") }
    guard !tick.price.isNaN || !tick.bid.isNaN || !tick.ask.isNaN else {
      throw scanner.failure("'\(tick.symbol)' has neither price, bid nor ask")
    }
    self.init(tick, stream: stream, sequence: sequence)
  }

  /// Most bytes of a message.
  private static let byteLimit = 65_536
  /// Most bytes of a symbol or a stream: names of folders and keys come of them.
  private static let nameLimit = 128

  private static func hasControl(_ name: String) -> Bool { name.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

  @inline(__always)
  private static func name(_ field: StaticString, _ scanner: inout JSONScanner) throws(JSONScanner.Failure) -> String {
    let text = try scanner.text()
    let name = try scanner.string(text)
    guard name.utf8.count <= nameLimit else {
      throw scanner.failure("\(field) has \(name.utf8.count) bytes; at most \(nameLimit) are allowed")
    }
    guard !hasControl(name) else {
      throw scanner.failure("\(field) holds a control character")
    }
    return name
  }

  @inline(__always)
  private static func read(_ value: inout Double, _ scanner: inout JSONScanner) throws(JSONScanner.Failure) {
    if !scanner.takeNull() { value = try scanner.double() }
  }

  private static func time(_ scanner: inout JSONScanner) throws(JSONScanner.Failure) -> Int64 {
    scanner.skipSpace()
    guard scanner.position < scanner.bytes.count, scanner.bytes[scanner.position] == UInt8(ascii: "\"") else {
      return try scanner.integer()
    }
    let text = try scanner.string(try scanner.text())
    guard let time = TimeText.nanoseconds(text) else {
      throw scanner.failure("timestamp is '\(text)'; nanoseconds since 1970 or an ISO 8601 time are allowed")
    }
    return time
  }
}
