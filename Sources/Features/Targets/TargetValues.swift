import Compute
public import TickData

/// The four bounds of return classes as fractions, ascending; kept in the bundle.
public struct BucketBounds: Sendable, Hashable, Codable {
  /// The bounds; a return equal to a bound belongs to the class above it.
  public let values: [Double]

  /// Makes bounds.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` unless four finite ascending (or equal) numbers are given.
  public init(_ values: [Double]) throws(FeatureError) {
    guard values.count == 4, values.allSatisfy(\.isFinite), zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw FeatureError(.invalidOption, "bounds \(values) were given; four finite ascending ones are needed") }
    self.values = values
  }

  private enum CodingKeys: String, CodingKey { case values }

  /// Reads bounds and checks them as ``init(_:)`` does.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.container(keyedBy: CodingKeys.self).decode([Double].self, forKey: .values))
  }

  /// The class of a return: 0 strong down, 1 weak down, 2 stable, 3 weak up, 4 strong up.
  public func bucket(of value: Double) -> Int { values.count { value >= $0 } }
}

extension TargetConfiguration {
  /// The raw target of every row: the future return, or for directions the sign of the move.
  ///
  /// - Parameter table: Feature rows; rows of one symbol are in event order.
  /// - Returns: One value a row, NaN where there is none: the last `horizon` rows of a symbol (and of a session, with
  ///   `withinSession`), and dropped ties. Directions are classes; return buckets are still returns here, see
  ///   ``classes(of:bounds:)``.
  /// - Complexity: O(rows).
  public func values(of table: FeatureTable, calendar: TradingCalendar = .always) -> [Double] {
    var result = [Double](repeating: .nan, count: table.rowCount)
    var rowsOfSymbol = [[Int]](repeating: [], count: table.symbols.count)
    for (row, symbol) in table.symbolIndices.enumerated() { rowsOfSymbol[Int(symbol)].append(row) }
    for rows in rowsOfSymbol where rows.count > horizon {
      for position in 0..<rows.count - horizon {
        let row = rows[position]
        let later = rows[position + horizon]
        if withinSession,
          calendar.moment(at: table.times[row]).dayNumber != calendar.moment(at: table.times[later]).dayNumber
        {
          continue
        }
        result[row] = value(from: table.prices[row], to: table.prices[later])
      }
    }
    return result
  }

  /// The number of the symbol's row, counted in rows of the table, at which each row's target is known; −1 for none.
  ///
  /// A split purges by it: a training row whose target ends at or behind the first test row is left out.
  public func endRows(of table: FeatureTable) -> [Int] {
    var result = [Int](repeating: -1, count: table.rowCount)
    var rowsOfSymbol = [[Int]](repeating: [], count: table.symbols.count)
    for (row, symbol) in table.symbolIndices.enumerated() { rowsOfSymbol[Int(symbol)].append(row) }
    for rows in rowsOfSymbol where rows.count > horizon {
      for position in 0..<rows.count - horizon { result[rows[position]] = rows[position + horizon] }
    }
    return result
  }

  /// Fits or takes the bounds of return classes; nil for other kinds.
  ///
  /// - Parameter trainingReturns: Future returns of training rows alone; NaN is passed over.
  /// - Throws: ``FeatureError`` with code `invalidOption` if there is no return to fit on.
  public func fittedBounds(_ trainingReturns: [Double]) throws(FeatureError) -> BucketBounds? {
    guard kind == .returnBucket else { return nil }
    switch bounds {
    case .basisPoints(let points): return try BucketBounds(points.map { $0 / 1e4 })
    case .quantiles(let probabilities):
      let sorted = trainingReturns.filter { !$0.isNaN }.sorted()
      guard !sorted.isEmpty else {
        throw FeatureError(.invalidOption, "no training row has a target, so the class bounds cannot be fitted")
      }
      return try BucketBounds(probabilities.map { quantile(sorted: sorted, $0) })
    }
  }

  /// Turns raw targets into labels: classes of returns for buckets, the values themselves otherwise.
  ///
  /// NaN stays NaN.
  public func classes(of values: [Double], bounds: BucketBounds?) -> [Double] {
    guard let bounds else { return values }
    return values.map { $0.isNaN ? .nan : Double(bounds.bucket(of: $0)) }
  }

  /// The label of a row whose price, and the price ``horizon`` trades later, are known; NaN where there is none.
  ///
  /// What ``values(of:calendar:)`` and ``classes(of:bounds:)`` say of a table, for one row.
  package func label(
    from price: Double, at time: Int64, to later: Double, at laterTime: Int64, bounds: BucketBounds?,
    calendar: TradingCalendar
  ) -> Double {
    if withinSession, calendar.moment(at: time).dayNumber != calendar.moment(at: laterTime).dayNumber { return .nan }
    let raw = value(from: price, to: later)
    guard let bounds, !raw.isNaN else { return raw }
    return Double(bounds.bucket(of: raw))
  }

  private func value(from price: Double, to later: Double) -> Double {
    switch kind {
    case .futureReturn, .returnBucket: return later / price - 1
    case .direction:
      switch ties {
      case .down: return later > price ? 1 : 0
      case .drop: return later == price ? .nan : later > price ? 1 : 0
      case .thirdClass: return later > price ? 2 : later == price ? 1 : 0
      }
    }
  }
}
