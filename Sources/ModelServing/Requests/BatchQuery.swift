import Boosting
import Features
import Foundation
import Modeling
import TickStorage
import TickStreaming

/// Rows of features to predict at once: row after row.
struct BatchQuery {
  var models: [String] = []
  /// Names of the columns; nil for the order of each model.
  var columns: [String]?
  var values: [Double] = []
  var rowCount = 0
  private var width = 0

  private static let fields = "models, columns and rows"

  /// Reads a JSON body.
  ///
  /// - Throws: ``RequestProblem`` naming the field, what was given and what is allowed.
  init(_ bytes: UnsafeRawBufferPointer, rowLimit: Int) throws(RequestProblem) {
    var scanner = JSONScanner(bytes)
    do {
      try read(&scanner, rowLimit)
    } catch let failure as JSONScanner.Failure {
      throw RequestProblem.invalidJSON(failure.reason, at: failure.position)
    } catch let problem as RequestProblem {
      throw problem
    } catch {
      throw RequestProblem(500, "\(error)")
    }
  }

  /// Reads a Parquet file's columns of numbers.
  init(parquet path: String, models: [String], rowLimit: Int) throws {
    let file: NumericFile
    do {
      file = try NumericFile(path: path)
    } catch let error as StorageError {
      // The file's name is the service's own and tells a client nothing.
      let reason = error.message.replacingOccurrences(of: path, with: "body")
      throw RequestProblem("value_error", ["body"], "the body is no Parquet file of numbers: \(reason)")
    }
    rowCount = file.columns.first?.count ?? 0
    guard rowCount <= rowLimit else { throw Self.tooMany(rowCount, rowLimit) }
    guard rowCount > 0 else { throw RequestProblem("value_error", ["body"], "the file has no rows") }
    self.models = models
    columns = file.names
    width = file.columns.count
    values = [Double](repeating: .nan, count: rowCount * width)
    for (place, column) in file.columns.enumerated() {
      for (row, value) in column.enumerated() { values[row * width + place] = value }
    }
  }

  private static func tooMany(_ rows: Int, _ limit: Int) -> RequestProblem {
    RequestProblem("too_long", ["body", "rows"], "there are \(rows) rows or more; \(limit) are allowed")
  }

  private mutating func read(_ scanner: inout JSONScanner, _ rowLimit: Int) throws {
    guard scanner.nextKind == .object else {
      throw RequestProblem(
        "type_error", ["body"], "the body is \(scanner.nextKind.name); an object with \(Self.fields) is needed")
    }
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
        case "models": models = try PredictionQuery.names(&scanner, ["body", "models"])
        case "columns":
          let names = try PredictionQuery.names(&scanner, ["body", "columns"])
          columns = names.isEmpty ? nil : names
        case "rows": try readRows(&scanner, rowLimit)
        default:
          throw RequestProblem(
            "unknown", ["body", .name(String(name.prefix(100)))],
            "there is no field '\(name.prefix(100))'; \(Self.fields) are allowed", input: name)
        }
      } while scanner.take(UInt8(ascii: ","))
      try scanner.expect(UInt8(ascii: "}"))
    }
    try scanner.expectEnd()
    guard rowCount > 0 else {
      throw RequestProblem("missing", ["body", "rows"], "rows is missing or empty; at least one row is needed")
    }
  }

  private mutating func readRows(_ scanner: inout JSONScanner, _ rowLimit: Int) throws {
    guard scanner.nextKind == .array else {
      throw RequestProblem(
        "type_error", ["body", "rows"], "rows is \(scanner.nextKind.name); a list of lists of numbers is needed")
    }
    _ = scanner.take(UInt8(ascii: "["))
    guard !scanner.take(UInt8(ascii: "]")) else { return }
    repeat {
      guard rowCount < rowLimit else { throw Self.tooMany(rowCount + 1, rowLimit) }
      let start = values.count
      guard scanner.nextKind == .array else {
        throw RequestProblem(
          "type_error", ["body", "rows", .index(rowCount)],
          "a row is \(scanner.nextKind.name); a list of numbers is needed")
      }
      _ = scanner.take(UInt8(ascii: "["))
      if !scanner.take(UInt8(ascii: "]")) {
        repeat {
          guard let value = try scanner.numberOrNull() else {
            throw RequestProblem(
              "type_error", ["body", "rows", .index(rowCount), .index(values.count - start)],
              "a feature is \(scanner.nextKind.name); a finite number or null is needed")
          }
          values.append(value)
        } while scanner.take(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "]"))
      }
      if rowCount == 0 {
        width = values.count - start
        // Rows are about as long as the first: room for all of them at once.
        let rows = scanner.bytes.count / max(1, scanner.position) + 1
        values.reserveCapacity(min(rows, rowLimit) * width)
      }
      guard values.count - start == width else {
        throw RequestProblem(
          "value_error", ["body", "rows", .index(rowCount)],
          "row \(rowCount) has \(values.count - start) numbers, the first has \(width)")
      }
      rowCount += 1
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
  }

  /// Makes a query of rows that are there.
  init(models: [String], columns: [String]?, values: [Double], rowCount: Int, width: Int) {
    self.models = models
    self.columns = columns
    self.values = values
    self.rowCount = rowCount
    self.width = width
  }

  // MARK: - In a model's order

  /// The rows with the columns of a model.
  ///
  /// - Throws: ``RequestProblem`` naming columns that are missing or given twice, or another number of them.
  func table(_ model: ServedModel) throws -> NumericTable {
    let wanted = model.bundle.model.featureNames
    guard let columns else {
      guard width == wanted.count else {
        throw RequestProblem(
          "value_error", ["body", "rows"],
          "rows have \(width) numbers; '\(model.name)' needs its \(wanted.count) features in their order, or columns with names"
        )
      }
      return try NumericTable(rows: values, columnCount: width)
    }
    guard columns.count == width else {
      throw RequestProblem(
        "value_error", ["body", "columns"], "columns has \(columns.count) names, rows have \(width) numbers")
    }
    if columns == wanted { return try NumericTable(rows: values, columnCount: width) }
    var places: [String: Int] = [:]
    for (place, name) in columns.enumerated() {
      guard places.updateValue(place, forKey: name) == nil else {
        throw RequestProblem(
          "value_error", ["body", "columns", .index(place)], "the column '\(name)' is given twice", input: name)
      }
    }
    let missing = wanted.filter { places[$0] == nil }
    guard missing.isEmpty else {
      let shown =
        missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
      throw RequestProblem("missing", ["body", "columns"], "'\(model.name)' needs the columns \(shown)")
    }
    let order = wanted.map { places[$0] ?? 0 }
    var rows: [Double] = []
    rows.reserveCapacity(rowCount * wanted.count)
    for row in 0..<rowCount { for place in order { rows.append(values[row * width + place]) } }
    return try NumericTable(rows: rows, columnCount: wanted.count)
  }
}

/// Predictions of rows, by model.
struct BatchAnswer {
  let rowCount: Int
  let results: [(model: ServedModel, predictions: [BundlePrediction])]

  /// - Parameter threads: Threads of a batch.
  init(_ query: BatchQuery, _ selection: ModelSelection, threads: Int) throws {
    rowCount = query.rowCount
    results = try selection.models.map { model, _ in
      let begin = ContinuousClock.now
      let found = try model.bundle.predictions(query.table(model), threads: threads)
      model.statistics.add(batch: found.count, (ContinuousClock.now - begin).nanoseconds)
      return (model, found)
    }
  }

  /// Writes ``BatchResponse``.
  func json() -> [UInt8] {
    var writer = JSONWriter(capacity: rowCount * results.count * 64 + 256)
    writer.open("{")
    writer.key("rows")
    writer.integer(Int64(rowCount))
    writer.key("predictions")
    writer.open("{")
    for (model, predictions) in results {
      writer.key(model.name)
      writer.open("{")
      writer.key("version")
      writer.string(model.version)
      writer.key("prediction")
      writer.open("[")
      for prediction in predictions { writer.double(prediction.prediction) }
      writer.close("]")
      writer.key("probabilities")
      writer.open("[")
      for prediction in predictions where !prediction.probabilities.isEmpty {
        writer.open("[")
        for value in prediction.probabilities { writer.double(value) }
        writer.close("]")
      }
      writer.close("]")
      writer.close("}")
    }
    writer.close("}")
    writer.close("}")
    return writer.bytes
  }

  /// Writes a Parquet file: a column for each model's prediction, and one for each probability.
  func write(parquet path: String) throws {
    var columns: [(name: String, value: (Int) -> Double)] = []
    for (model, predictions) in results {
      columns.append((model.name, { predictions[$0].prediction }))
      for label in 0..<(model.bundle.target.classCount ?? 0) {
        columns.append(("\(model.name)_p\(label)", { predictions[$0].probabilities[label] }))
      }
    }
    let writer = try RecordFileWriter(columns: columns.map { .double($0.name) })
    try writer.append((0..<rowCount).map { row in columns.map { .double($0.value(row)) } })
    try writer.write(to: path)
  }
}
