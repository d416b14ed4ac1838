/// The ticks of many symbols, one ``TickSeries`` each, in the order in which the symbols first appeared.
public struct TickTable: Sendable, Hashable {
  /// The series, one a symbol.
  public private(set) var series: [TickSeries] = []
  private var positions: [String: Int] = [:]

  /// Makes an empty table.
  public init() {}

  /// Makes a table of series; series of one symbol are joined in the order given.
  public init(_ series: [TickSeries]) {
    for item in series { append(item) }
  }

  /// The symbols in order of first appearance.
  public var symbols: [String] { series.map(\.symbol) }

  /// Rows of all symbols together.
  public var rowCount: Int { series.reduce(0) { $0 + $1.count } }

  /// The series of a symbol, or nil.
  public subscript(symbol: String) -> TickSeries? { positions[symbol].map { series[$0] } }

  /// Adds a series behind what the table has of its symbol.
  public mutating func append(_ item: TickSeries) {
    series[position(of: item.symbol)].columns.append(contentsOf: item.columns)
  }

  /// Adds a tick behind the last one of its symbol.
  public mutating func append(_ tick: Tick) {
    series[position(of: tick.symbol)].append(tick)
  }

  /// Adds the rows of a batch, keeping their order within each symbol.
  public mutating func append(_ batch: TickBatch) {
    let places = batch.symbols.map { position(of: $0) }
    var rowsOfSymbol = [[Int]](repeating: [], count: batch.symbols.count)
    for (row, symbol) in batch.symbolIndices.enumerated() { rowsOfSymbol[Int(symbol)].append(row) }
    for (index, rows) in rowsOfSymbol.enumerated() where !rows.isEmpty {
      series[places[index]].columns.append(contentsOf: batch.columns.selecting(rows))
    }
  }

  private mutating func position(of symbol: String) -> Int {
    if let place = positions[symbol] { return place }
    positions[symbol] = series.count
    series.append(TickSeries(symbol: symbol))
    return series.count - 1
  }
}
