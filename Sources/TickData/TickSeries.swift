/// The ticks of one symbol as columns, in event order.
public struct TickSeries: Sendable, Hashable {
  /// The instrument's name.
  public var symbol: String
  /// The rows, oldest first.
  public var columns: TickColumns

  /// Makes a series of given columns.
  ///
  /// - Throws: ``TickDataError`` with code `shapeMismatch` if the columns differ in length.
  public init(symbol: String, columns: TickColumns) throws(TickDataError) {
    try columns.validate()
    self.symbol = symbol
    self.columns = columns
  }

  /// Makes an empty series.
  public init(symbol: String) {
    self.symbol = symbol
    columns = TickColumns()
  }

  /// Number of rows, quotes included.
  public var count: Int { columns.count }

  /// Row `row` as a tick.
  public subscript(row: Int) -> Tick { columns.tick(row, symbol: symbol) }

  /// Adds a tick behind the last one; its symbol is not looked at.
  public mutating func append(_ tick: Tick) { columns.append(tick) }
}
