import TickStreaming

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

extension RequestProblem {
  /// Reads a body; what is wrong with its JSON becomes a problem too.
  static func reading(
    _ bytes: UnsafeRawBufferPointer, _ read: (inout JSONScanner) throws -> Void
  ) throws(RequestProblem) {
    var scanner = JSONScanner(bytes)
    do {
      try read(&scanner)
      try scanner.expectEnd()
    } catch let failure as JSONScanner.Failure {
      throw .invalidJSON(failure.reason, at: failure.position)
    } catch let problem as RequestProblem {
      throw problem
    } catch {
      throw RequestProblem(500, "\(error)")
    }
  }
}

/// What requests are made of, with a problem that says where, what was given and what is allowed.
extension JSONScanner {
  typealias Place = RequestProblem.Place

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

  /// Throws unless the value that comes next is of a kind.
  @inline(__always)
  mutating func need(
    _ kind: JSONKind, _ what: @autoclosure () -> String, at place: @autoclosure () -> [Place],
    _ allowed: @autoclosure () -> String
  ) throws {
    let given = nextKind
    if given != kind {
      throw RequestProblem("type_error", place(), "\(what()) is \(given.name); \(allowed()) is needed")
    }
  }

  /// Reads an object, member after member; each name may be there once.
  ///
  /// - Parameters:
  ///   - fields: The names that are allowed, in words.
  ///   - member: Reads the value of a name; false for a name that is not allowed.
  mutating func members(
    of what: String, at place: [Place], fields: String, _ member: (String, inout JSONScanner) throws -> Bool
  ) throws {
    try need(.object, what, at: place, "an object with \(fields)")
    _ = take(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    var seen: [String] = []
    repeat {
      let name = try string(try text())
      try expect(UInt8(ascii: ":"))
      let short = String(name.prefix(100))
      guard seen.count < 100 else { throw RequestProblem("too_long", place, "\(what) has more than 100 fields") }
      guard !seen.contains(name) else {
        throw RequestProblem("value_error", place + [.name(short)], "the field '\(short)' is given twice", input: name)
      }
      guard try member(name, &self) else {
        throw RequestProblem(
          "unknown", place + [.name(short)], "there is no field '\(short)'; \(fields) are allowed", input: name)
      }
      seen.append(name)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Reads a list, element after element.
  ///
  /// - Parameters:
  ///   - allowed: What is needed, in words.
  ///   - limit: Most elements; `tooMany` is what is said of more.
  mutating func elements(
    of what: String, at place: [Place], _ allowed: String, limit: Int, tooMany: @autoclosure () -> String? = nil,
    _ element: (Int, inout JSONScanner) throws -> Void
  ) throws {
    try need(.array, what, at: place, allowed)
    _ = take(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    var count = 0
    repeat {
      guard count < limit else {
        throw RequestProblem("too_long", place, tooMany() ?? "\(what) has more than \(limit) entries")
      }
      try element(count, &self)
      count += 1
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  /// A text.
  mutating func name(of what: @autoclosure () -> String, at place: @autoclosure () -> [Place]) throws -> String {
    try need(.string, what(), at: place(), "a text")
    return try string(try text())
  }

  /// A list of names; null for none.
  mutating func names(of field: String, at place: [Place]) throws -> [String] {
    if takeNull() { return [] }
    var names: [String] = []
    try elements(of: field, at: place, "a list of names, or null,", limit: 10_000) { index, scanner in
      names.append(try scanner.name(of: "an entry of \(field)", at: place + [.index(index)]))
    }
    return names
  }

  /// A whole number within a range.
  mutating func count(of field: String, at place: [Place], in range: ClosedRange<Int>) throws -> Int {
    let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    try need(.number, field, at: place, allowed)
    let value = try double()
    guard value == value.rounded(), Double(range.lowerBound)...Double(range.upperBound) ~= value else {
      let given = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
      throw RequestProblem("value_error", place, "\(field) is \(given); \(allowed) is needed", input: given)
    }
    return Int(value)
  }
}
