import Foundation
import TickData

/// A QuantConnect Lean zip of ticks: each member is one day of one instrument as CSV without a header.
///
/// Times are milliseconds since midnight of the exchange's zone. The layout follows from the member's name: trades of
/// equities and futures (price, size, exchange, condition, suspicious), quotes of equities (both sides with sizes) and
/// of pairs (bid, ask). Equity prices are in ten-thousandths of a dollar.
struct LeanArchive {
  private(set) var queries: [String] = []

  init(path: String, scratch: String) throws {
    let archive = try ZipArchive(path: path)
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    for (index, member) in archive.members.enumerated() where member.name.hasSuffix(".csv") {
      let file = "\(scratch)/\(index).csv" + (member.isDeflated ? ".gz" : "")
      try archive.write(member, to: file)
      queries.append(try Self.query(member: member.name, file: file, archive: path))
    }
    guard !queries.isEmpty else {
      throw StorageError(.badFile, "'\(path)' holds no .csv file, so it is no Lean tick archive")
    }
  }

  private static func query(member: String, file: String, archive: String) throws(StorageError) -> String {
    let parts = TickFileQuery.stem(member).split(separator: "_").map { String($0).lowercased() }
    guard parts.count >= 3, parts[0].count == 8, let number = Int(parts[0]), parts[0].allSatisfy(\.isNumber),
      let date = CivilDate(
        "\(parts[0].prefix(4))-\(parts[0].dropFirst(4).prefix(2))-\(parts[0].dropFirst(6))"), number > 0
    else {
      throw StorageError(.badFile, "the member '\(member)' is not named YYYYMMDD_SYMBOL_... as Lean does")
    }
    let isTrade = parts.contains("trade")
    let isFuture = parts.count == 5 && parts[2] == "tick" && parts[3] == "trade" && Int(parts[4]) != nil
    let isPair = parts.count == 4 && parts[2] == "tick" && parts[3] == "quote"
    let isEquity = parts.count == 4 && parts[3] == "tick" && ["trade", "quote"].contains(parts[2])
    guard isFuture || isPair || isEquity else {
      throw StorageError(
        .badFile, "the member '\(member)' is no tick file of an equity, a future's trades, or a pair's quotes")
    }
    let market = TickFileQuery.stem(archive).lowercased()
    // FXCM's files count from midnight at UTC-5, Oanda's and the futures' from midnight UTC, equities' from New York's.
    let zone = isFuture ? "UTC" : isPair ? (market.contains("fxcm") ? "Etc/GMT+5" : "UTC") : "America/New_York"
    let symbol = isFuture ? parts[1].uppercased() + (parts.last ?? "") : parts[1].uppercased()
    let scale = isFuture ? "1.0" : "1e4"
    let midnight = "epoch_ns(timezone('\(zone)', '\(date)'::TIMESTAMP))"
    let time = "(\(midnight) + ms::DECIMAL(30, 6) * 1000000)::BIGINT AS ts_ns"
    let head = "SELECT \(sqlLiteral(symbol)) AS symbol, \(time)"
    let noQuote = "NULL::DOUBLE AS bid, NULL::DOUBLE AS ask, NULL::DOUBLE AS bid_size, NULL::DOUBLE AS ask_size"
    func source(_ columns: String) -> String {
      "read_csv(\(sqlLiteral(file)), header = false, columns = {'ms': 'DECIMAL(18, 6)', \(columns)})"
    }
    if isPair {
      return """
        \(head), NULL::DOUBLE AS price, NULL::DOUBLE AS size, bid, ask, NULL::DOUBLE AS bid_size,
          NULL::DOUBLE AS ask_size, 0::TINYINT AS side, 0::TINYINT AS cancelled
        FROM \(source("'bid': 'DOUBLE', 'ask': 'DOUBLE'"))
        """
    }
    if isTrade {
      return """
        \(head), p / \(scale) AS price, v AS size, \(noQuote), 0::TINYINT AS side,
          (coalesce(try_cast(susp AS INTEGER), 0) <> 0)::TINYINT AS cancelled
        FROM \(source("'p': 'DOUBLE', 'v': 'DOUBLE', 'exch': 'VARCHAR', 'cond': 'VARCHAR', 'susp': 'VARCHAR'"))
        """
    }
    let sides = "'b': 'DOUBLE', 'bs': 'DOUBLE', 'a': 'DOUBLE', 'az': 'DOUBLE', 'exch': 'VARCHAR', 'cond': 'VARCHAR', "
    return """
      \(head), NULL::DOUBLE AS price, NULL::DOUBLE AS size,
        CASE WHEN b > 0 THEN b / \(scale) END AS bid, CASE WHEN a > 0 THEN a / \(scale) END AS ask,
        CASE WHEN b > 0 THEN bs END AS bid_size, CASE WHEN a > 0 THEN az END AS ask_size, 0::TINYINT AS side,
        (coalesce(try_cast(susp AS INTEGER), 0) <> 0)::TINYINT AS cancelled
      FROM \(source(sides + "'susp': 'VARCHAR'"))
      """
  }
}
