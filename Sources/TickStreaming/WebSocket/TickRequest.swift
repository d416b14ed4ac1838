/// What a subscriber asks for, as JSON: `{"type":"subscribe","symbols":["SYM001"],"from":"start","batch":512}`.
struct TickRequest: Sendable, Codable, Hashable {
  /// A tick that the subscriber has.
  struct Mark: Sendable, Codable, Hashable {
    var symbol: String
    var sequence: Int64
  }

  /// `subscribe` or `unsubscribe`.
  var type: String
  /// The symbols; nil for all.
  var symbols: [String]?
  /// `start` of the stream, or `now`; nil for now.
  var from: String?
  /// The stream that `resume` belongs to.
  var stream: String?
  /// Goes on with the earliest of these ticks, itself included, if they are of this stream, instead of at `from`.
  var resume: [Mark]?
  /// Most ticks of a frame, 1 without it: more than one make a JSON array.
  var batch: Int?

  static let batchLimit = 10_000

  /// What is wrong; nil if nothing is.
  func problem(symbols known: [String]) -> String? {
    if type != "subscribe", type != "unsubscribe" { return "type is '\(type)'; subscribe and unsubscribe are allowed" }
    if let batch, !(1...Self.batchLimit ~= batch) { return "batch is \(batch); 1 to \(Self.batchLimit) are allowed" }
    if let from, from != "start", from != "now" { return "from is '\(from)'; start and now are allowed" }
    if let unknown = symbols?.first(where: { !known.contains($0) }) {
      return "there is no symbol '\(unknown)'; those of the stream are \(known.prefix(20).joined(separator: ", "))"
        + (known.count > 20 ? " and \(known.count - 20) more" : "")
    }
    return nil
  }
}

/// What a server says besides ticks.
struct TickNotice: Sendable, Codable, Hashable {
  /// `hello`, `subscribed`, `dropped`, `end` or `error`.
  var type: String
  var stream: String?
  var symbols: [String]?
  /// Ticks that were left out since the subscriber was too slow.
  var count: Int?
  var message: String?
}
