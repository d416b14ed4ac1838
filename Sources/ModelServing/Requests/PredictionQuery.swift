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

  private static let fields = "symbol, tick_data, features, models and explain"

  /// Reads a body.
  ///
  /// - Throws: ``RequestProblem`` naming the field, what was given and what is allowed.
  init(_ bytes: UnsafeRawBufferPointer) throws(RequestProblem) {
    var scanner = JSONScanner(bytes)
    do {
      try read(&scanner, bytes)
    } catch let failure as JSONScanner.Failure {
      throw RequestProblem.invalidJSON(failure.reason, at: failure.position)
    } catch let problem as RequestProblem {
      throw problem
    } catch {
      throw RequestProblem(500, "\(error)")
    }
    guard !symbol.isEmpty else {
      throw RequestProblem("missing", ["body", "symbol"], "symbol is missing or empty; the name of a symbol is needed")
    }
  }

  private mutating func read(_ scanner: inout JSONScanner, _ bytes: UnsafeRawBufferPointer) throws {
    guard scanner.nextKind == .object else {
      throw RequestProblem(
        "type_error", ["body"], "the body is \(scanner.nextKind.name); an object with \(Self.fields) is needed")
    }
    var tickData: Int?
    var features: Source?
    var seen: [String] = []
    _ = scanner.take(UInt8(ascii: "{"))
    if !scanner.take(UInt8(ascii: "}")) {
      repeat {
        let name = try scanner.string(try scanner.text())
        try scanner.expect(UInt8(ascii: ":"))
        guard !seen.contains(name) else {
          throw RequestProblem("value_error", ["body", .name(name)], "the field '\(name)' is given twice", input: name)
        }
        seen.append(name)
        switch name {
        case "symbol": symbol = try Self.symbol(&scanner, ["body", "symbol"])
        case "models": models = try Self.names(&scanner, ["body", "models"])
        case "explain": explain = try Self.count(&scanner, ["body", "explain"])
        case "tick_data":
          // Features by name are what comes most; what cannot be them is looked at once the symbol is known.
          if let values = try FeatureValues(named: &scanner, unlessTick: true) {
            tickData = -1
            source = .features(values, field: name)
          } else {
            tickData = try Self.position(&scanner)
          }
        case "features": features = try Self.features(&scanner)
        default:
          throw RequestProblem(
            "unknown", ["body", .name(String(name.prefix(100)))],
            "there is no field '\(name.prefix(100))'; \(Self.fields) are allowed", input: name)
        }
      } while scanner.take(UInt8(ascii: ","))
      try scanner.expect(UInt8(ascii: "}"))
    }
    try scanner.expectEnd()
    if tickData != nil, features != nil {
      throw RequestProblem(
        "value_error", ["body", "features"], "tick_data and features are both given; one of them is allowed")
    }
    if let features { source = features }
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
    guard scanner.nextKind == .string else {
      throw RequestProblem(
        "type_error", place, "\(place.last?.text ?? "") is \(scanner.nextKind.name); a text is needed")
    }
    let symbol = try scanner.string(try scanner.text())
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

  /// A list of names; null for none.
  static func names(_ scanner: inout JSONScanner, _ place: [RequestProblem.Place]) throws -> [String] {
    if scanner.takeNull() { return [] }
    let field = place.last?.text ?? ""
    guard scanner.nextKind == .array else {
      throw RequestProblem(
        "type_error", place, "\(field) is \(scanner.nextKind.name); a list of names is needed, or null")
    }
    var names: [String] = []
    _ = scanner.take(UInt8(ascii: "["))
    if scanner.take(UInt8(ascii: "]")) { return names }
    repeat {
      guard scanner.nextKind == .string else {
        throw RequestProblem(
          "type_error", place + [.index(names.count)],
          "\(field) holds \(scanner.nextKind.name); a name is needed")
      }
      names.append(try scanner.string(try scanner.text()))
      guard names.count <= 10_000 else {
        throw RequestProblem("too_long", place, "\(field) has more than 10000 names")
      }
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
    return names
  }

  private static func count(_ scanner: inout JSONScanner, _ place: [RequestProblem.Place]) throws -> Int {
    if scanner.takeNull() { return 0 }
    guard scanner.nextKind == .number else {
      throw RequestProblem(
        "type_error", place, "explain is \(scanner.nextKind.name); a number of features from 0 to 1000 is needed")
    }
    let value = try scanner.double()
    guard value == value.rounded(), 0...1000 ~= value else {
      throw RequestProblem(
        "value_error", place, "explain is \(value); a number of features from 0 to 1000 is needed", input: "\(value)")
    }
    return Int(value)
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
    _ = scanner.take(UInt8(ascii: "["))
    if !scanner.take(UInt8(ascii: "]")) {
      repeat {
        guard ticks.count < tickLimit else {
          throw RequestProblem("too_long", ["body", "tick_data"], "tick_data has more than \(tickLimit) ticks")
        }
        ticks.append(try tick(&scanner, symbol, ["body", "tick_data", .index(ticks.count)]))
      } while scanner.take(UInt8(ascii: ","))
      try scanner.expect(UInt8(ascii: "]"))
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
    guard scanner.nextKind == .object else {
      throw RequestProblem("type_error", place, "a tick is \(scanner.nextKind.name); an object is needed")
    }
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

extension RequestProblem.Place {
  var text: String {
    switch self {
    case .name(let name): name
    case .index(let index): "\(index)"
    }
  }
}

/// The kinds of JSON values.
enum JSONKind {
  case object, array, string, number, boolean, null, nothing

  /// The kind in words.
  var name: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a text"
    case .number: "a number"
    case .boolean: "a truth value"
    case .null: "null"
    case .nothing: "no JSON"
    }
  }
}

extension JSONScanner {
  /// The kind of the value that comes next, by its first character.
  var nextKind: JSONKind {
    mutating get {
      skipSpace()
      switch next {
      case UInt8(ascii: "{"): return .object
      case UInt8(ascii: "["): return .array
      case UInt8(ascii: "\""): return .string
      case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
      case UInt8(ascii: "n"): return .null
      case let byte? where byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") <= 9: return .number
      default: return .nothing
      }
    }
  }
}
