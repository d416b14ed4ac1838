public import TickData

/// Feature rows of many symbols, stored by column; one row a trade, in the order of the trades.
public struct FeatureTable: Sendable {
  /// The feature columns.
  public let columns: [FeatureColumn]
  /// The symbols that ``symbolIndices`` refers to.
  public internal(set) var symbols: [String] = []
  /// For each row the position of its symbol in ``symbols``.
  public internal(set) var symbolIndices: [Int32] = []
  /// Event times in nanoseconds since 1970 UTC.
  public internal(set) var times: [Int64] = []
  /// Trade prices, from which targets are made.
  public internal(set) var prices: [Double] = []
  /// Column-major values with one scratch column at the end.
  var values: [Double] = []
  private(set) var capacity = 0

  /// Makes an empty table.
  public init(columns: [FeatureColumn]) { self.columns = columns }

  /// Number of rows.
  public var rowCount: Int { times.count }

  /// The value of a row in a column; NaN where not defined.
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < columns.count, "no such cell")
    return values[column * capacity + row]
  }

  /// A copy of a column, one value a row.
  public func column(_ index: Int) -> [Double] {
    precondition(index >= 0 && index < columns.count, "no such column")
    return Array(values[index * capacity..<index * capacity + rowCount])
  }

  /// A copy of the column of a name, or nil.
  public func column(named name: String) -> [Double]? {
    columns.firstIndex { $0.name == name }.map { column($0) }
  }

  /// Lends the columns in place, one buffer a column; they are valid only inside `body`.
  public func withColumns<Result>(_ body: ([UnsafeBufferPointer<Double>]) throws -> Result) rethrows -> Result {
    try values.withUnsafeBufferPointer { all in
      try body(
        (0..<columns.count).map { UnsafeBufferPointer(rebasing: all[$0 * capacity..<$0 * capacity + rowCount]) })
    }
  }

  /// Adds the features that an engine gave for a trade as the last row; for a table that is filled tick by tick.
  public mutating func append(_ tick: Tick, _ features: ArraySlice<Double>) {
    precondition(features.count == columns.count, "one value a column")
    if rowCount == capacity { reserveCapacity(max(1024, capacity * 2)) }
    if let symbol = symbols.lastIndex(of: tick.symbol) {
      symbolIndices.append(Int32(symbol))
    } else {
      symbolIndices.append(Int32(symbols.count))
      symbols.append(tick.symbol)
    }
    let row = rowCount
    times.append(tick.time)
    prices.append(tick.price)
    for (column, value) in zip(0..<columns.count, features) { values[column * capacity + row] = value }
  }

  /// Removes all rows and keeps the memory, so that a table can serve one chunk after another.
  public mutating func removeAllRows() {
    symbolIndices.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    prices.removeAll(keepingCapacity: true)
  }

  /// Makes room for `rows` rows in all.
  public mutating func reserveCapacity(_ rows: Int) {
    guard rows > capacity else { return }
    // An odd number of cache lines: with a power of two all columns of a row would fall into one cache set.
    let wider = ((max(rows, 1) + 7) / 8 | 1) * 8
    let filled = rowCount
    var moved = [Double](repeating: .nan, count: (columns.count + 1) * wider)
    for column in 0..<columns.count where filled > 0 {
      moved.replaceSubrange(
        column * wider..<column * wider + filled, with: values[column * capacity..<column * capacity + filled])
    }
    values = moved
    capacity = wider
    symbolIndices.reserveCapacity(rows)
    times.reserveCapacity(rows)
    prices.reserveCapacity(rows)
  }
}
