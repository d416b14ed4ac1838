/// Ticks of many symbols in arrival order, as a file, a socket or a topic delivers them.
public struct TickBatch: Sendable, Hashable {
  /// The symbols that ``symbolIndices`` refers to.
  public private(set) var symbols: [String] = []
  /// For each row the position of its symbol in ``symbols``.
  public private(set) var symbolIndices: [Int32] = []
  /// The rows.
  public private(set) var columns = TickColumns()
  private var positions: [String: Int32] = [:]

  /// Makes an empty batch.
  public init() {}

  /// Makes a batch of given columns.
  ///
  /// - Throws: ``TickDataError`` with code `shapeMismatch` if lengths differ or an index is outside `symbols`.
  public init(symbols: [String], symbolIndices: [Int32], columns: TickColumns) throws(TickDataError) {
    try columns.validate()
    guard symbolIndices.count == columns.count else {
      throw TickDataError(
        .shapeMismatch,
        "\(symbolIndices.count) symbol indices were given for \(columns.count) rows; one a row is needed")
    }
    if let bad = symbolIndices.first(where: { $0 < 0 || Int($0) >= symbols.count }) {
      throw TickDataError(.shapeMismatch, "symbol index \(bad) is outside the \(symbols.count) symbols given")
    }
    self.symbols = symbols
    self.symbolIndices = symbolIndices
    self.columns = columns
    for (index, symbol) in symbols.enumerated() { positions[symbol] = Int32(index) }
  }

  /// Makes a batch of a table's rows merged by time; rows without a time keep their place behind their predecessor.
  public init(merging table: TickTable) {
    var order: [(time: Int64, symbol: Int32, row: Int32)] = []
    order.reserveCapacity(table.rowCount)
    for (symbol, series) in table.series.enumerated() {
      var last = Int64.min
      for row in 0..<series.count {
        last = max(last, series.columns.times[row])
        order.append((last, Int32(symbol), Int32(row)))
      }
    }
    order.sort { ($0.time, $0.symbol, $0.row) < ($1.time, $1.symbol, $1.row) }
    symbols = table.symbols
    symbolIndices = order.map(\.symbol)
    columns.reserveCapacity(order.count)
    for item in order { columns.append(row: Int(item.row), of: table.series[Int(item.symbol)].columns) }
    for (index, symbol) in symbols.enumerated() { positions[symbol] = Int32(index) }
  }

  /// Number of rows.
  public var count: Int { columns.count }

  /// Row `row` as a tick.
  public subscript(row: Int) -> Tick { columns.tick(row, symbol: symbols[Int(symbolIndices[row])]) }

  /// Adds a tick as the last row.
  public mutating func append(_ tick: Tick) {
    if let known = positions[tick.symbol] {
      symbolIndices.append(known)
    } else {
      positions[tick.symbol] = Int32(symbols.count)
      symbolIndices.append(Int32(symbols.count))
      symbols.append(tick.symbol)
    }
    columns.append(tick)
  }
}
