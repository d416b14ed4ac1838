import Foundation
import TickData

/// The SQL that reads a file of bars as symbol, time, open, high, low, close and volume, without NULLs; what is no number or no
/// time is an error of the query that names the row.
struct BarFileQuery {
  let sql: String
  let hasVolume: Bool

  /// A column of the file: how it is called, how the query calls it, and its type.
  struct Column {
    let name: String
    let expression: String
    let type: String

    var isNumber: Bool {
      ["DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER"]
        .contains { type.hasPrefix($0) }
    }
    var isStamp: Bool { type.hasPrefix("TIMESTAMP") || type == "DATE" }
    var text: String { "trim(\(expression)::VARCHAR)" }
    /// The text with dates as ISO 8601 writes them: MetaTrader has dots.
    var dateText: String {
      "regexp_replace(\(text), '^([0-9]{4})[.]([0-9]{1,2})[.]([0-9]{1,2})', '\\1-\\2-\\3')"
    }
    /// Whether a field is missing.
    var isMissing: String {
      "(\(expression) IS NULL OR lower(\(text)) IN ('', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '-'))"
    }
    /// The error for a row, as an expression of any type.
    func refusal(_ wanted: String) -> String {
      "error('row ' || __bar_row__ || ': ' || \(sqlLiteral("'\(name)'")) || ' is ''' || coalesce(\(text), '') || '''; \(wanted)')"
    }
  }

  private static let aliases: [(field: String, names: [String])] = [
    ("open", ["open", "o"]), ("high", ["high", "h"]), ("low", ["low", "l"]),
    ("close", ["close", "c", "adj close", "adj_close"]), ("volume", ["volume", "v", "vol"]),
  ]

  init(path: String, mapping: BarMapping, order: BarFile.Order, connection: DuckDBConnection) throws {
    let (source, columns) = try Self.source(path, connection)
    let finder = Finder(path: path, mapping: mapping, columns: columns)
    let fields = try Self.aliases.map { try finder.column($0.field, $0.names, isNeeded: $0.field != "volume") }
    hasVolume = fields[4] != nil
    var symbol = sqlLiteral(mapping.constantSymbol ?? "")
    if mapping.constantSymbol == nil, let column = try finder.column("symbol", ["symbol", "ticker"]) {
      symbol = "coalesce(\(column.expression)::VARCHAR, '')"
    }
    let rows = "(SELECT *, row_number() OVER () AS __bar_row__ FROM \(source))"
    let time = try BarTimes(finder: finder, rows: rows, connection: connection).expression
    let numbers = fields.map { $0.map(Self.number) ?? "'nan'::DOUBLE" }.joined(separator: ", ")
    let selected = "SELECT \(symbol) AS bar_symbol, \(time) AS bar_time, \(numbers) FROM \(rows)"
    sql = order == .file ? selected + " ORDER BY __bar_row__" : selected + " ORDER BY bar_time, __bar_row__"
  }

  private static func number(_ column: Column) -> String {
    let value = column.isNumber ? "\(column.expression)::DOUBLE" : "try_cast(\(column.text) AS DOUBLE)"
    return """
      CASE WHEN \(column.isMissing) THEN 'nan'::DOUBLE WHEN isfinite(\(value)) THEN \(value)
        ELSE \(column.refusal("a finite number is needed"))::DOUBLE END
      """
  }

  /// The table function of a file and its columns.
  ///
  /// A CSV is told how it is cut and read as text, so that nothing is guessed and a bad line is named.
  private static func source(_ path: String, _ connection: DuckDBConnection) throws -> (String, [Column]) {
    guard !path.hasSuffix(".parquet") else {
      let source = "read_parquet(\(sqlLiteral(path)))"
      var found: [Column] = []
      try connection.stream("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(source))") { chunk in
        for row in 0..<chunk.count {
          let name = chunk.text(0, row)
          found.append(Column(name: name, expression: sqlIdentifier(name), type: chunk.text(1, row)))
        }
      }
      return (source, found)
    }
    var header: String?
    let whole =
      "auto_detect = false, header = false, delim = '\u{1}', quote = '', escape = '', columns = {'line': 'VARCHAR'}"
    try connection.stream("SELECT coalesce(line, '') FROM read_csv(\(sqlLiteral(path)), \(whole)) LIMIT 1") { chunk in
      header = header ?? chunk.text(0, 0)
    }
    guard let header else { throw StorageError(.badFile, "'\(path)' is empty") }
    let delimiter = [",", ";", "\t", "|"].max { count(of: $0, in: header) < count(of: $1, in: header) } ?? ","
    let names = cut(header, at: Character(delimiter))
    let types = names.indices.map { "'c\($0)': 'VARCHAR'" }.joined(separator: ", ")
    let source = """
      read_csv(\(sqlLiteral(path)), auto_detect = false, header = true, delim = \(sqlLiteral(delimiter)), quote = '"',
        escape = '"', columns = {\(types)})
      """
    return (source, names.enumerated().map { Column(name: $1, expression: "c\($0)", type: "VARCHAR") })
  }

  private static func count(of delimiter: String, in header: String) -> Int {
    cut(header, at: Character(delimiter)).count
  }

  /// The names of a header's columns; a delimiter inside quotes belongs to a name.
  private static func cut(_ header: String, at delimiter: Character) -> [String] {
    var names = [""]
    var isQuoted = false
    for character in header {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == delimiter, !isQuoted {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    // MetaTrader and Stooq write <DATE>, <OPEN>.
    let marks = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "<>"))
    return names.map { $0.trimmingCharacters(in: marks) }
  }

  /// Finds columns by the mapping or by name.
  struct Finder {
    let path: String
    let mapping: BarMapping
    let columns: [Column]

    func column(_ field: String, _ aliases: [String], isNeeded: Bool = false) throws(StorageError) -> Column? {
      let listed = columns.map { $0.name.isEmpty ? "(without a name)" : $0.name }.joined(separator: ", ")
      if let name = mapping.names[field] {
        if let exact = columns.first(where: { $0.name == name }) { return exact }
        guard let found = try only(field, name) else {
          throw StorageError(.badFile, "'\(path)' has no column '\(name)'; its columns are \(listed)")
        }
        return found
      }
      for alias in aliases {
        if let found = try only(field, alias) { return found }
      }
      guard !isNeeded else {
        throw StorageError(.badFile, "'\(path)' has no column '\(field)'; its columns are \(listed)")
      }
      return nil
    }

    private func only(_ field: String, _ name: String) throws(StorageError) -> Column? {
      let found = columns.filter { $0.name.lowercased() == name.lowercased() }
      guard found.count <= 1 else {
        throw StorageError(
          .badFile,
          "'\(path)' has \(found.count) columns for '\(field)' (\(found.map(\.name).joined(separator: ", "))); map one, such as "
            + "\(field)=\(found[0].name), if their names differ")
      }
      return found.first
    }
  }
}
