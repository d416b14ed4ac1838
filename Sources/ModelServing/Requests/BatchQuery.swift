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
  /// Most values of a Parquet file: 256 MiB of them.
  private static let valueLimit = 32 * 1024 * 1024

  /// Reads a JSON body.
  ///
  /// - Throws: ``RequestProblem`` naming the field, what was given and what is allowed.
  init(_ bytes: UnsafeRawBufferPointer, rowLimit: Int) throws(RequestProblem) {
    try RequestProblem.reading(bytes) { scanner in
      try scanner.members(of: "the body", at: ["body"], fields: Self.fields) { name, scanner in
        switch name {
        case "models": models = try scanner.names(of: name, at: ["body", "models"])
        case "columns":
          let names = try scanner.names(of: name, at: ["body", "columns"])
          columns = names.isEmpty ? nil : names
        case "rows": try readRows(&scanner, rowLimit)
        default: return false
        }
        return true
      }
    }
    guard rowCount > 0 else {
      throw RequestProblem("missing", ["body", "rows"], "rows is missing or empty; at least one row is needed")
    }
  }

  /// Reads a Parquet file's columns of numbers.
  init(parquet path: String, models: [String], rowLimit: Int) throws {
    let file: NumericFile
    do {
      // A small file may hold very many equal values.
      let shape = try NumericFile.shape(ofParquet: path)
      guard shape.rows <= rowLimit else {
        throw RequestProblem("too_long", ["body", "rows"], Self.tooMany(shape.rows, rowLimit))
      }
      guard shape.rows * shape.columns <= Self.valueLimit else {
        throw RequestProblem(
          "too_long", ["body"],
          "the file has \(shape.rows) rows of \(shape.columns) columns; \(Self.valueLimit) values are allowed")
      }
      file = try NumericFile(path: path)
    } catch let error as StorageError {
      // The file's name is the service's own and tells a client nothing.
      let reason = error.message.replacingOccurrences(of: path, with: "body")
      throw RequestProblem("value_error", ["body"], "the body is no Parquet file of numbers: \(reason)")
    }
    rowCount = file.columns.first?.count ?? 0
    guard rowCount > 0 else { throw RequestProblem("value_error", ["body"], "the file has no rows") }
    // What the file says of itself need not be true.
    guard rowCount <= rowLimit else {
      throw RequestProblem("too_long", ["body", "rows"], Self.tooMany(rowCount, rowLimit))
    }
    self.models = models
    columns = file.names
    width = file.columns.count
    values = [Double](repeating: .nan, count: rowCount * width)
    for (place, column) in file.columns.enumerated() {
      for (row, value) in column.enumerated() { values[row * width + place] = value }
    }
  }

  private static func tooMany(_ rows: Int, _ limit: Int) -> String {
    "there are \(rows) rows or more; \(limit) are allowed"
  }

  private mutating func readRows(_ scanner: inout JSONScanner, _ rowLimit: Int) throws {
    try scanner.elements(
      of: "rows", at: ["body", "rows"], "a list of lists of numbers", limit: rowLimit,
      tooMany: Self.tooMany(rowLimit + 1, rowLimit)
    ) { row, scanner in
      let start = values.count
      try scanner.need(.array, "a row", at: ["body", "rows", .index(row)], "a list of numbers")
      guard try scanner.numbers(into: &values) else {
        let place = values.count - start
        try scanner.need(
          .number, "a feature", at: ["body", "rows", .index(row), .index(place)], "a finite number or null")
        return
      }
      if row == 0 {
        width = values.count
        // Rows are about as long as the first: room for all of them at once.
        let rows = scanner.bytes.count / max(1, scanner.position) + 1
        values.reserveCapacity(min(rows, rowLimit) * width)
      }
      guard values.count - start == width else {
        throw RequestProblem(
          "value_error", ["body", "rows", .index(row)],
          "row \(row) has \(values.count - start) numbers, the first has \(width)")
      }
      rowCount = row + 1
    }
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
