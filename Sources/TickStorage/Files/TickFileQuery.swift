import Foundation
import TickData

/// The SQL that reads a tick file of any layout as the ten tick columns, without NULLs.
struct TickFileQuery {
  let queries: [String]

  init(file: TickFile, connection: DuckDBConnection, scratch: String) throws {
    let inner: [String]
    switch file.format {
    case .standard: inner = [try Self.standard(file, connection)]
    case .nse: inner = [Self.nse(file.path)]
    case .lean: inner = try LeanArchive(path: file.path, scratch: scratch).queries
    case .lobster: inner = [try Self.lobster(file.path)]
    case .binance: inner = [Self.binance(file.path)]
    }
    queries = inner.map { "SELECT \(tickSelectList) FROM (\($0))" }
  }

  // MARK: - Tables with named columns

  private static func standard(_ file: TickFile, _ connection: DuckDBConnection) throws -> String {
    let textColumn = file.mapping.timeUnit == .timestamp ? file.mapping.time : nil
    var source = tableFunction(file.path, textColumn: textColumn)
    var (names, types) = try describe(source, file.path, connection)
    // One bad line makes DuckDB take a whole CSV for one column; told how it is cut, it names the line.
    if names.count == 1, let delimiter = [",", ";", "\t", "|"].first(where: { names[0].contains($0) }) {
      let columns = names[0].split(separator: Character(delimiter)).map { "\(sqlLiteral(String($0))): 'VARCHAR'" }
      source = """
        read_csv(\(sqlLiteral(file.path)), auto_detect = false, header = true, delim = \(sqlLiteral(delimiter)),
          quote = '"', escape = '"', columns = {\(columns.joined(separator: ", "))})
        """
      (names, types) = try describe(source, file.path, connection)
    }
    let map = file.mapping
    let present = Set(names.map { $0.lowercased() })
    func has(_ name: String) -> Bool { present.contains(name.lowercased()) }
    func number(_ name: String, as output: String) -> String {
      has(name) ? "\(sqlIdentifier(name))::DOUBLE AS \(output)" : "NULL::DOUBLE AS \(output)"
    }
    let standard = ColumnMapping()
    let mapped = [
      (map.price, standard.price), (map.size, standard.size), (map.bid, standard.bid), (map.ask, standard.ask),
      (map.bidSize, standard.bidSize), (map.askSize, standard.askSize), (map.side, standard.side),
    ]
    // A standard column may be missing; one that was named must be there.
    if let wrong = mapped.first(where: { $0.0 != $0.1 && !has($0.0) }) {
      throw StorageError(
        .badFile, "'\(file.path)' has no column '\(wrong.0)'; it has \(names.joined(separator: ", "))")
    }
    guard has(map.time) else {
      throw StorageError(
        .badFile, "'\(file.path)' has no time column '\(map.time)'; it has \(names.joined(separator: ", "))")
    }
    guard has(map.price) || has(map.bid) || has(map.ask) else {
      throw StorageError(
        .badFile,
        "'\(file.path)' has none of the columns '\(map.price)', '\(map.bid)' and '\(map.ask)'; it has "
          + names.joined(separator: ", "))
    }
    var symbol = sqlLiteral(map.constantSymbol ?? stem(file.path)) + " AS symbol"
    if let name = map.symbol {
      guard has(name) else {
        throw StorageError(
          .badFile, "'\(file.path)' has no symbol column '\(name)'; map one, or give constant_symbol=NAME")
      }
      symbol = "\(sqlIdentifier(name))::VARCHAR AS symbol"
    }
    let columns = [
      symbol, "\(time(map, type: types[map.time.lowercased()] ?? "")) AS ts_ns", number(map.price, as: "price"),
      number(map.size, as: "size"),
      number(map.bid, as: "bid"), number(map.ask, as: "ask"), number(map.bidSize, as: "bid_size"),
      number(map.askSize, as: "ask_size"), has(map.side) ? side(map.side) : "0::TINYINT AS side", cancelled(present),
    ]
    return "SELECT \(columns.joined(separator: ", ")) FROM \(source)"
  }

  private static func describe(
    _ source: String, _ path: String, _ connection: DuckDBConnection
  ) throws -> (names: [String], types: [String: String]) {
    var names: [String] = []
    var types: [String: String] = [:]
    do {
      try connection.stream("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(source))") { chunk in
        for row in 0..<chunk.count {
          names.append(chunk.text(0, row))
          types[chunk.text(0, row).lowercased()] = chunk.text(1, row)
        }
      }
    } catch let error as StorageError {
      throw StorageError(.badFile, "'\(path)' cannot be read: \(error.message)")
    }
    return (names, types)
  }

  private static func time(_ map: ColumnMapping, type: String) -> String {
    let column = sqlIdentifier(map.time)
    switch map.timeUnit {
    case .nanoseconds: return "\(column)::BIGINT"
    case .microseconds: return "(\(column)::DECIMAL(20, 3) * 1000)::BIGINT"
    case .milliseconds: return "(\(column)::DECIMAL(20, 6) * 1000000)::BIGINT"
    case .seconds: return "(\(column)::DECIMAL(20, 9) * 1000000000)::BIGINT"
    case .timestamp: return stamp(column, type: type, zone: map.timeZone)
    }
  }

  /// Nanoseconds of a stamp: those with a zone of their own keep it, others are in `zone`; nanoseconds are kept.
  static func stamp(_ column: String, type: String, zone: String) -> String {
    if type.contains("WITH TIME ZONE") { return "(epoch_us(\(column)) * 1000)::BIGINT" }
    // The zone's offset is taken in microseconds and applied to the nanoseconds.
    let local = "\(column)::TIMESTAMP"
    let naive = """
      (epoch_ns(\(column)::TIMESTAMP_NS) - (epoch_us(\(local)) - epoch_us(timezone(\(sqlLiteral(zone)), \(local)))) * 1000)
      """
    guard type == "VARCHAR" else { return "\(naive)::BIGINT" }
    return """
      (CASE WHEN regexp_matches(\(column), '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') AND \(column) LIKE '%:%'
       THEN epoch_us(\(column)::TIMESTAMPTZ) * 1000 ELSE \(naive) END)::BIGINT
      """
  }

  private static func side(_ name: String) -> String {
    let text = "lower(\(sqlIdentifier(name))::VARCHAR)"
    let number = "try_cast(\(text) AS DOUBLE)"
    return """
      (CASE WHEN \(number) > 0 OR starts_with(\(text), 'b') THEN 1
       WHEN \(number) < 0 OR starts_with(\(text), 's') THEN -1 ELSE 0 END)::TINYINT AS side
      """
  }

  /// The flags of the common schema's files: `cancelled`, TAQ's correction code and Lean's suspicious mark.
  private static func cancelled(_ present: Set<String>) -> String {
    var conditions: [String] = []
    if present.contains("cancelled") { conditions.append("coalesce(cancelled::INTEGER, 0) <> 0") }
    if present.contains("corr") { conditions.append("coalesce(try_cast(corr AS INTEGER), 0) >= 7") }
    if present.contains("susp") { conditions.append("coalesce(try_cast(susp AS INTEGER), 0) <> 0") }
    return conditions.isEmpty
      ? "0::TINYINT AS cancelled" : "(\(conditions.joined(separator: " OR ")))::TINYINT AS cancelled"
  }

  /// The table function of a file; a CSV column that is to be read as text keeps digits that a guessed type would drop.
  static func tableFunction(_ path: String, textColumn: String? = nil) -> String {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return "read_parquet(\(sqlLiteral(path + "/**/*.parquet")), hive_partitioning = true)"
    }
    if path.hasSuffix(".parquet") { return "read_parquet(\(sqlLiteral(path)))" }
    if path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson") || path.hasSuffix(".json") {
      return "read_json(\(sqlLiteral(path)))"
    }
    let types = textColumn.map { ", types = {\(sqlLiteral($0)): 'VARCHAR'}" } ?? ""
    return "read_csv(\(sqlLiteral(path))\(types))"
  }

  /// A file's name without folder and endings.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  // MARK: - Vendor layouts

  private static func nse(_ path: String) -> String {
    let symbol = stem(path).split(separator: "_").first.map(String.init) ?? stem(path)
    return """
      SELECT \(sqlLiteral(symbol)) AS symbol,
        epoch_ns(timezone('Asia/Kolkata', timestamp))::BIGINT AS ts_ns, ltp AS price, volume AS size,
        NULL::DOUBLE AS bid, NULL::DOUBLE AS ask, NULL::DOUBLE AS bid_size, NULL::DOUBLE AS ask_size,
        0::TINYINT AS side, 0::TINYINT AS cancelled
      FROM read_csv(\(sqlLiteral(path)), header = true,
        columns = {'timestamp': 'TIMESTAMP', 'ltp': 'DOUBLE', 'volume': 'DOUBLE'})
      """
  }

  /// Messages and the book after each stand in two files of equal length, joined by line.
  private static func lobster(_ path: String) throws -> String {
    let book = path.replacingOccurrences(of: "_message_", with: "_orderbook_")
    guard FileManager.default.fileExists(atPath: book) else {
      throw StorageError(.cannotOpen, "LOBSTER's order book '\(book)' is not beside its message file")
    }
    let parts = stem(path).split(separator: "_").map(String.init)
    guard parts.count >= 2, CivilDate(parts[1]) != nil else {
      throw StorageError(.badFile, "'\(path)' is not named SYMBOL_YYYY-MM-DD_..._message_LEVELS as LOBSTER does")
    }
    let midnight = "epoch_ns(timezone('America/New_York', \(sqlLiteral(parts[1]))::TIMESTAMP))"
    return """
      SELECT CASE WHEN m.column0 IS NULL OR b.bid IS NULL
          THEN error('the message file and the order book have different numbers of lines')::VARCHAR
          ELSE \(sqlLiteral(parts[0])) END AS symbol, (\(midnight) + m.column0::DECIMAL(30, 9) * 1000000000)::BIGINT AS ts_ns,
        CASE WHEN m.column1 IN (4, 5) THEN m.column4 / 1e4 END AS price,
        CASE WHEN m.column1 IN (4, 5) THEN m.column3::DOUBLE END AS size,
        CASE WHEN b.bid > 0 THEN b.bid / 1e4 END AS bid, CASE WHEN b.ask < 9999999999 THEN b.ask / 1e4 END AS ask,
        CASE WHEN b.bid > 0 THEN b.bid_size::DOUBLE END AS bid_size,
        CASE WHEN b.ask < 9999999999 THEN b.ask_size::DOUBLE END AS ask_size,
        (CASE WHEN m.column1 = 4 THEN -m.column5 ELSE 0 END)::TINYINT AS side, 0::TINYINT AS cancelled
      FROM (SELECT *, row_number() OVER () AS line FROM read_csv(\(sqlLiteral(path)), header = false,
          columns = {'column0': 'DECIMAL(18, 9)', 'column1': 'INTEGER', 'column2': 'BIGINT', 'column3': 'BIGINT',
            'column4': 'BIGINT', 'column5': 'INTEGER'}, parallel = false)) m
      FULL JOIN (SELECT #1 AS ask, #2 AS ask_size, #3 AS bid, #4 AS bid_size, row_number() OVER () AS line
        FROM read_csv(\(sqlLiteral(book)), header = false, parallel = false)) b USING (line)
      ORDER BY line
      """
  }

  /// All rows are stamped by the clock that received them: quotes have no other, and with two clocks a trade could be
  /// sorted behind a quote that came after it.
  private static func binance(_ path: String) -> String {
    """
    SELECT symbol, receive AS ts_ns, p AS price, q AS size,
      b AS bid, a AS ask, bs AS bid_size, az AS ask_size,
      (CASE WHEN m = 'true' THEN -1 WHEN m = 'false' THEN 1 ELSE 0 END)::TINYINT AS side, 0::TINYINT AS cancelled
    FROM (
      SELECT split_part(line, ' ', 1)::BIGINT AS receive, j->>'$.data.s' AS symbol,
        (j->>'$.data.p')::DOUBLE AS p, (j->>'$.data.q')::DOUBLE AS q, j->>'$.data.m' AS m,
        CASE WHEN ticker THEN (j->>'$.data.b')::DOUBLE END AS b, CASE WHEN ticker THEN (j->>'$.data.a')::DOUBLE END AS a,
        CASE WHEN ticker THEN (j->>'$.data.B')::DOUBLE END AS bs,
        CASE WHEN ticker THEN (j->>'$.data.A')::DOUBLE END AS az
      FROM (SELECT line, substr(line, position(' ' IN line) + 1)::JSON AS j, contains(line, '@bookTicker') AS ticker
        FROM read_csv(\(sqlLiteral(path)), header = false, delim = '\u{1}', quote = '', escape = '',
          columns = {'line': 'VARCHAR'})
        WHERE contains(line, '@bookTicker') OR contains(line, '@trade')))
    """
  }
}
