import Boosting
import Modeling
import TickStreaming

/// Features as they stand in a body, read once and not yet put in the order of a model.
struct FeatureValues {
  /// Names in the body; nil for values in order.
  private var names: [JSONScanner.Text]?
  private var values: [Double] = []

  /// Reads an object of numbers.
  ///
  /// - Parameter unlessTick: Whether an object with a price, bid or ask is a tick instead, and anything but an object something else.
  /// - Returns: Nil for those, with the scanner where it was.
  /// - Throws: ``RequestProblem`` for a value that is neither a number nor null.
  init?(named scanner: inout JSONScanner, unlessTick: Bool) throws {
    let start = scanner
    guard scanner.take(UInt8(ascii: "{")) else { return nil }
    var names: [JSONScanner.Text] = []
    names.reserveCapacity(128)
    values.reserveCapacity(128)
    if !scanner.take(UInt8(ascii: "}")) {
      repeat {
        let text = try scanner.text()
        if unlessTick, text.range.count <= 5,
          scanner.equals(text, "price") || scanner.equals(text, "bid") || scanner.equals(text, "ask")
        {
          scanner = start
          return nil
        }
        names.append(text)
        guard names.count <= Self.limit else { throw Self.tooMany(unlessTick ? "tick_data" : "features") }
        try scanner.expect(UInt8(ascii: ":"))
        if let value = try scanner.numberOrNull() {
          values.append(value)
          continue
        }
        let name = try scanner.string(text)
        if unlessTick, Self.tickFields.contains(name) {
          scanner = start
          return nil
        }
        throw RequestProblem(
          "type_error", ["body", unlessTick ? "tick_data" : "features", .name(String(name.prefix(100)))],
          "a feature is \(scanner.nextKind.name); a finite number or null is needed")
      } while scanner.take(UInt8(ascii: ","))
      try scanner.expect(UInt8(ascii: "}"))
    }
    self.names = names
  }

  /// Reads a list of numbers.
  init(ordered scanner: inout JSONScanner) throws {
    _ = scanner.take(UInt8(ascii: "["))
    guard !scanner.take(UInt8(ascii: "]")) else { return }
    repeat {
      let place = values.count
      values.append(try Self.value(&scanner, ["body", "features", .index(place)]))
      guard values.count <= Self.limit else { throw Self.tooMany("features") }
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
  }

  /// Most features of a request: far more than any model has.
  private static let limit = 100_000

  private static func tooMany(_ field: String) -> RequestProblem {
    RequestProblem("too_long", ["body", .name(field)], "\(field) has more than \(limit) values")
  }

  /// Fields of ticks that need be no numbers.
  private static let tickFields: Set<String> = ["symbol", "timestamp", "stream", "cancelled"]

  /// A number, or NaN for null.
  static func value(
    _ scanner: inout JSONScanner, _ place: @autoclosure () -> [RequestProblem.Place]
  ) throws -> Double {
    if let value = try scanner.numberOrNull() { return value }
    throw RequestProblem(
      "type_error", place(), "a feature is \(scanner.nextKind.name); a finite number or null is needed")
  }

  // MARK: - In a model's order

  /// The features in the order of each of the models that will predict.
  ///
  /// Every feature of a model is needed; null is a value that is missing, which trees have learnt to handle.
  /// - Parameters:
  ///   - bytes: The body that they were read from.
  ///   - models: A name must be a feature of one of them.
  /// - Throws: ``RequestProblem`` naming features that are missing, unknown or given twice, or another number of them.
  func rows(_ bytes: UnsafeRawBufferPointer, field: String, _ models: [ServedModel]) throws -> [[Double]] {
    var found: [(lane: LiveModels.Lane, row: [Double])] = []
    return try models.map { model in
      if let known = found.first(where: { $0.lane.id == model.lane.id }) { return known.row }
      let place: [RequestProblem.Place] = ["body", .name(field)]
      let row = try names.map { try ordered($0, bytes, model, models, place) } ?? ordered(model, place)
      found.append((model.lane, row))
      return row
    }
  }

  private func ordered(_ model: ServedModel, _ place: [RequestProblem.Place]) throws -> [Double] {
    guard values.count == model.featureNames.count else {
      throw RequestProblem(
        "value_error", place,
        "a row has \(values.count) numbers; '\(model.name)' needs its \(model.featureNames.count) features in their order"
      )
    }
    return values
  }

  /// Names in the model's own order are told by comparing bytes.
  private func ordered(
    _ texts: [JSONScanner.Text], _ bytes: UnsafeRawBufferPointer, _ model: ServedModel, _ models: [ServedModel],
    _ place: [RequestProblem.Place]
  ) throws -> [Double] {
    let names = model.featureNames
    let scanner = JSONScanner(bytes)
    if names.are(texts, scanner) { return values }
    var row = [Double](repeating: .nan, count: names.count)
    var isSeen = [Bool](repeating: false, count: names.count)
    for (text, value) in zip(texts, values) {
      let name = try scanner.string(text)
      guard let index = model.featurePlaces[name] else {
        if models.contains(where: { $0.featurePlaces[name] != nil }) { continue }
        throw RequestProblem(
          "unknown", place + [.name(String(name.prefix(100)))],
          "'\(name.prefix(100))' is no feature of \(models.map(\.name).joined(separator: ", ")); /models has their features",
          input: name)
      }
      guard !isSeen[index] else {
        throw RequestProblem("value_error", place + [.name(name)], "the feature '\(name)' is given twice", input: name)
      }
      isSeen[index] = true
      row[index] = value
    }
    guard let first = isSeen.firstIndex(of: false) else { return row }
    let missing = isSeen.indices.filter { !isSeen[$0] }.map { model.bundle.model.featureNames[$0] }
    let shown = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
    throw RequestProblem(
      "missing", place + [.name(model.bundle.model.featureNames[first])],
      "'\(model.name)' needs the features \(shown); null says that a value is missing")
  }
}

/// Names of features as bytes in a row: an array of each would cost a count of references a name and request.
struct FeatureNames: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  init(_ names: [String]) {
    for name in names {
      bytes += Array(name.utf8)
      ends.append(bytes.count)
    }
  }

  var count: Int { ends.count }

  /// Whether texts are these names in their order, as they stand.
  func are(_ texts: [JSONScanner.Text], _ scanner: JSONScanner) -> Bool {
    guard texts.count == ends.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      var start = 0
      for (text, end) in zip(texts, ends) {
        guard scanner.equals(text, UnsafeRawBufferPointer(rebasing: bytes[start..<end])) else { return false }
        start = end
      }
      return true
    }
  }
}
