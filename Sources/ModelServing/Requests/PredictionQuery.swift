import TickData
import TickStreaming

/// A request for a prediction as it stands in the body: found, checked, and not yet read where models decide how.
struct PredictionQuery {
  /// What the prediction is made from.
  enum Source {
    /// The newest features of the symbol.
    case live
    /// The next tick of the symbol, after those that came in.
    case tick(Tick)
    /// Ticks that are all that is known of the symbol, in event order.
    case ticks([Tick])
    /// Features by name or in order.
    case features(FeatureValues, field: String)
  }

  /// Most ticks in a request.
  static let tickLimit = 100_000

  var symbol = ""
  var models: [String] = []
  var source = Source.live
  /// How many contributions are asked for.
  var explain = 0

  /// Whether features of so many ticks are to be made that others should not wait for it.
  var hasManyTicks: Bool {
    if case .ticks(let ticks) = source { ticks.count > 64 } else { false }
  }

  private static let fields = "symbol, tick_data, features, models and explain"

  /// Reads a body.
  ///
  /// - Throws: ``RequestProblem`` naming the field, what was given and what is allowed.
  init(_ bytes: UnsafeRawBufferPointer) throws(RequestProblem) {
    try RequestProblem.reading(bytes) { try read(&$0, bytes) }
    guard !symbol.isEmpty else {
      throw RequestProblem("missing", ["body", "symbol"], "symbol is missing or empty; the name of a symbol is needed")
    }
  }

  private mutating func read(_ scanner: inout JSONScanner, _ bytes: UnsafeRawBufferPointer) throws {
    var tickData: Int?
    var features: Source?
    try scanner.members(of: "the body", at: ["body"], fields: Self.fields) { name, scanner in
      switch name {
      case "symbol": symbol = try Self.symbol(&scanner, ["body", "symbol"])
      case "models": models = try scanner.names(of: name, at: ["body", "models"])
      case "explain":
        explain = scanner.takeNull() ? 0 : try scanner.count(of: name, at: ["body", "explain"], in: 0...1000)
      case "tick_data":
        // Features by name are what comes most; what cannot be them is looked at once the symbol is known.
        if let values = try FeatureValues(named: &scanner, unlessTick: true) {
          tickData = -1
          source = .features(values, field: name)
        } else {
          tickData = try Self.position(&scanner)
        }
      case "features": features = try Self.features(&scanner)
      default: return false
      }
      return true
    }
    if tickData != nil, features != nil {
      throw RequestProblem(
        "value_error", ["body", "features"], "tick_data and features are both given; one of them is allowed")
    }
    if let features { source = features }
    // The tick's own symbol stands in for none.
    guard !symbol.isEmpty else { return }
    if let tickData, tickData >= 0 { source = try Self.source(bytes, tickData, symbol) }
  }

  /// Remembers where a value stands and reads over it; nil for null.
  private static func position(_ scanner: inout JSONScanner) throws -> Int? {
    if scanner.takeNull() { return nil }
    scanner.skipSpace()
    let position = scanner.position
    try scanner.skipValue()
    return position
  }

  private static func features(_ scanner: inout JSONScanner) throws -> Source? {
    if scanner.takeNull() { return nil }
    let kind = scanner.nextKind
    guard kind == .object || kind == .array else {
      throw RequestProblem(
        "type_error", ["body", "features"],
        "features is \(kind.name); an object of numbers by name or a list of numbers is needed")
    }
    let values =
      try kind == .array ? FeatureValues(ordered: &scanner) : FeatureValues(named: &scanner, unlessTick: false)
    return values.map { .features($0, field: "features") }
  }

  // MARK: - Fields

  /// Reads a symbol's name.
  static func symbol(_ scanner: inout JSONScanner, _ place: [RequestProblem.Place]) throws -> String {
    let symbol = try scanner.name(of: "the symbol", at: place)
    if let problem = symbolProblem(symbol) { throw RequestProblem("value_error", place, problem, input: symbol) }
    return symbol
  }

  /// What is wrong with a symbol's name; nil for nothing.
  static func symbolProblem(_ symbol: String) -> String? {
    guard !symbol.isEmpty else { return "the symbol is empty; 1 to 128 bytes are allowed" }
    guard symbol.utf8.count <= 128 else { return "the symbol has \(symbol.utf8.count) bytes; 1 to 128 are allowed" }
    if symbol.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "the symbol holds a control character" }
    return nil
  }

  // MARK: - Ticks

  /// A list is ticks; an object with a price, bid or ask is a tick; any other object is features by name.
  private static func source(
    _ bytes: UnsafeRawBufferPointer, _ position: Int, _ symbol: String
  ) throws -> Source {
    var scanner = JSONScanner(bytes, at: position)
    switch scanner.nextKind {
    case .array: return .ticks(try ticks(&scanner, symbol))
    case .object:
      return .tick(try tick(&scanner, symbol, ["body", "tick_data"]))
    default:
      throw RequestProblem(
        "type_error", ["body", "tick_data"],
        "tick_data is \(scanner.nextKind.name); a tick, a list of ticks, or an object of features by name is needed")
    }
  }

  private static func ticks(_ scanner: inout JSONScanner, _ symbol: String) throws -> [Tick] {
    var ticks: [Tick] = []
    try scanner.elements(of: "tick_data", at: ["body", "tick_data"], "a list of ticks", limit: tickLimit) {
      ticks.append(try tick(&$1, symbol, ["body", "tick_data", .index($0)]))
    }
    guard !ticks.isEmpty else {
      throw RequestProblem(
        "value_error", ["body", "tick_data"], "tick_data is an empty list; at least one tick is needed")
    }
    return ticks
  }

  private static func tick(
    _ scanner: inout JSONScanner, _ symbol: String, _ place: [RequestProblem.Place]
  ) throws -> Tick {
    try scanner.need(.object, "a tick", at: place, "an object")
    let message: TickMessage
    do {
      message = try TickMessage(from: &scanner, symbol: symbol)
    } catch {
      throw RequestProblem("value_error", place, "a tick cannot be read: \(error.reason), at byte \(error.position)")
    }
    guard symbol.isEmpty || message.tick.symbol == symbol else {
      throw RequestProblem(
        "value_error", place + ["symbol"], "the tick is of '\(message.tick.symbol)', the request of '\(symbol)'",
        input: message.tick.symbol)
    }
    return message.tick
  }
}
