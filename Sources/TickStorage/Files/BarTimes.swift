import Foundation
import TickData

/// The expression of a bar's time in nanoseconds.
struct BarTimes {
  let expression: String

  init(finder: BarFileQuery.Finder, rows: String, connection: DuckDBConnection) throws {
    let zone = finder.mapping.timeZone
    if finder.mapping.names["time"] == nil, let date = try finder.column("date", ["date"]),
      let clock = try finder.column("clock", ["time"]), try finder.column("time", Self.single) == nil,
      try Self.matches(clock, Self.clockPattern, rows, connection)
    {
      expression = try Self.joined(date, clock, zone, rows, connection)
      return
    }
    let unnamed = finder.columns.first.flatMap { ["", "__index_level_0__"].contains($0.name) ? $0 : nil }
    guard
      let column = try finder.column("time", Self.single + ["open_time", "time", "date"])
        ?? unnamed.flatMap({ column in
          try column.isStamp || Self.matches(column, "[0-9]{4}[-/.][0-9]{2}.*|[0-9]{8}", rows, connection)
            ? column : nil
        })
    else {
      // As text, for the number without its sign would not fit.
      expression = "'\(Tick.noTime)'::BIGINT"
      return
    }
    if column.isStamp {
      expression = """
        CASE WHEN \(column.expression) IS NULL THEN \(column.refusal("a time is needed"))::BIGINT
          ELSE \(TickFileQuery.stamp(column.expression, type: column.type, zone: zone)) END
        """
    } else {
      expression = try Self.text(column, finder, rows, connection)
    }
  }

  private static let single = ["ts_ns", "timestamp", "datetime"]
  private static let clockPattern = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?|[0-9]{1,6}"

  /// Numbers by their unit, dates and times by themselves.
  private static func text(
    _ column: BarFileQuery.Column, _ finder: BarFileQuery.Finder, _ rows: String, _ connection: DuckDBConnection
  ) throws -> String {
    let number = "try_cast(\(column.text) AS DECIMAL(38, 9))"
    var largest = -1.0
    try connection.stream("SELECT coalesce(max(abs(\(number)))::DOUBLE, -1) FROM \(rows)") {
      largest = $0.doubles(0)[0]
    }
    let unit = finder.mapping.timeUnit
    guard largest >= 0, unit != .timestamp else {
      return """
        CASE WHEN try_cast(\(column.dateText) AS TIMESTAMP) IS NULL
          THEN \(column.refusal("a date or time such as 2024-01-02 09:30:00 is needed"))::BIGINT
          ELSE \(TickFileQuery.stamp(column.dateText, type: "VARCHAR", zone: finder.mapping.timeZone)) END
        """
    }
    // Digits that read as a day, a minute or a second of the calendar are one, and not a count since 1970.
    let (day, clock) = ("(19|20|21)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]", "([01][0-9]|2[0-3])[0-5][0-9]")
    let forms = [
      ("%Y%m%d", day, "20240102"), ("%Y%m%d%H%M", day + clock, "202401020930"),
      ("%Y%m%d%H%M%S", day + clock + "[0-5][0-9]", "20240102093000"),
    ]
    for (form, pattern, sample) in forms where unit == nil {
      guard try matches(column, pattern, rows, connection) else { continue }
      let stamp = "try_strptime(\(column.text), '\(form)')"
      return """
        CASE WHEN \(stamp) IS NULL THEN \(column.refusal("a time such as \(sample) is needed"))::BIGINT
          ELSE \(TickFileQuery.stamp(stamp, type: "TIMESTAMP", zone: finder.mapping.timeZone)) END
        """
    }
    let scale: String
    switch unit {
    case .seconds: scale = "1000000000"
    case .milliseconds: scale = "1000000"
    case .microseconds: scale = "1000"
    case .nanoseconds: scale = "1"
    default:
      guard largest >= 1e8 || column.name.lowercased() == "ts_ns" else {
        throw StorageError(
          .badFile,
          "the times in column '\(column.name)' of '\(finder.path)' are numbers up to \(Int(largest)): say their unit, such as time_unit=s"
        )
      }
      scale =
        column.name.lowercased() == "ts_ns" || largest >= 1e17
        ? "1" : largest >= 1e14 ? "1000" : largest >= 1e11 ? "1000000" : "1000000000"
    }
    let scaled = "try_cast(round(\(number) * \(scale)) AS BIGINT)"
    return "coalesce(\(scaled), \(column.refusal("a number since 1970 is needed"))::BIGINT)"
  }

  private static func joined(
    _ date: BarFileQuery.Column, _ clock: BarFileQuery.Column, _ zone: String, _ rows: String,
    _ connection: DuckDBConnection
  ) throws -> String {
    let day = """
      CASE WHEN regexp_full_match(\(date.text), '[0-9]{8}') THEN try_strptime(\(date.text), '%Y%m%d')::DATE
        ELSE try_cast(\(date.dateText) AS DATE) END
      """
    // Numbers have lost their zeros in front: whether 930 is half past nine is told by the longest.
    var longest: Int64 = 0
    let query = "SELECT coalesce(max(length(\(clock.text))), 0)::BIGINT FROM \(rows)"
    try connection.stream(query) { longest = $0.integers(0)[0] }
    let digits = longest > 4 ? "lpad(\(clock.text), 6, '0')" : "lpad(\(clock.text), 4, '0') || '00'"
    let time = """
      CASE WHEN contains(\(clock.text), ':') THEN try_cast(\(clock.text) AS TIME)
        WHEN regexp_full_match(\(clock.text), '[0-9]{1,6}') THEN try_strptime(\(digits), '%H%M%S')::TIME END
      """
    let both = "((\(day)) + (\(time)))"
    return """
      CASE WHEN (\(day)) IS NULL THEN \(date.refusal("a date such as 2024-01-02 is needed"))::BIGINT
        WHEN (\(time)) IS NULL THEN \(clock.refusal("a time such as 09:30:00 is needed"))::BIGINT
        ELSE \(TickFileQuery.stamp(both, type: "TIMESTAMP", zone: zone)) END
      """
  }

  /// Whether the first field that is not missing has a form.
  private static func matches(
    _ column: BarFileQuery.Column, _ pattern: String, _ rows: String, _ connection: DuckDBConnection
  ) throws -> Bool {
    var found = false
    let query = """
      SELECT regexp_full_match(\(column.text), \(sqlLiteral(pattern)))::BIGINT FROM \(rows)
        WHERE NOT \(column.isMissing) ORDER BY __bar_row__ LIMIT 1
      """
    try connection.stream(query) { found = $0.integers(0)[0] == 1 }
    return found
  }
}
