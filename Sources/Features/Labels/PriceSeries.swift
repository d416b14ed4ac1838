import Compute
public import TickData

/// The times and prices that labels are made of, one symbol, checked once.
///
/// A row without a price (NaN), such as a quote, is passed over: it starts and ends no label and counts as no tick.
public struct PriceSeries: Sendable, Hashable {
  /// Times in ns since 1970 UTC, one a row, oldest first; equal times are allowed.
  public let times: [Int64]
  /// Prices, one a row; NaN where there is none.
  public let prices: [Double]
  /// The rows with a price, ascending.
  let rows: [Int]

  /// Checks and takes the columns.
  ///
  /// O(rows).
  ///
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if the lengths differ, `unsortedTimes` if a time is before the
  ///   one above it, `invalidTick` if a price is neither NaN nor positive and finite.
  public init(times: [Int64], prices: [Double]) throws(FeatureError) {
    guard times.count == prices.count else {
      throw FeatureError(
        .shapeMismatch,
        "\(counted(times.count, "time")) and \(counted(prices.count, "price")) were given; one of each a row is needed")
    }
    var rows: [Int] = []
    rows.reserveCapacity(prices.count)
    for row in prices.indices {
      if row > 0, times[row] < times[row - 1] {
        throw FeatureError(
          .unsortedTimes, "the time of row \(row), \(times[row]), is before \(times[row - 1]) of the row above it")
      }
      if prices[row].isNaN { continue }
      guard prices[row] > 0, prices[row].isFinite else {
        throw FeatureError(
          .invalidTick, "the price of row \(row) is \(prices[row]); a positive finite one, or NaN, is needed")
      }
      rows.append(row)
    }
    self.times = times
    self.prices = prices
    self.rows = rows
  }

  /// Takes the times and prices of a series of ticks.
  ///
  /// - Throws: As ``init(times:prices:)``.
  public init(_ series: TickSeries) throws(FeatureError) {
    try self.init(times: series.columns.times, prices: series.columns.prices)
  }

  /// Takes the close times and closes of bars.
  ///
  /// - Throws: As ``init(times:prices:)``.
  public init(_ bars: [Bar]) throws(FeatureError) {
    try self.init(times: bars.map(\.closeTime), prices: bars.map(\.close))
  }

  /// Number of rows, those without a price included.
  public var count: Int { times.count }

  /// The place in `rows` of a row with a price; nil for others and outside.
  func place(of row: Int) -> Int? {
    guard times.indices.contains(row), !prices[row].isNaN else { return nil }
    return rows.count == times.count ? row : rows.firstPlace { $0 >= row }
  }

  /// The price at a place of `rows`.
  func price(_ place: Int) -> Double { prices[rows[place]] }

  /// The place that lies a horizon behind another; nil beyond the last row.
  func place(_ horizon: LabelHorizon, after place: Int) -> Int? {
    switch horizon {
    case .ticks(let count):
      return place < rows.count - count ? place + count : nil
    case .nanoseconds(let length):
      let (due, isTooLarge) = times[rows[place]].addingReportingOverflow(length)
      let later = isTooLarge ? rows.count : rows.firstPlace { times[$0] >= due }
      return later < rows.count ? later : nil
    }
  }

  /// Throws unless the rows are ascending (equal ones allowed) and inside the series.
  func checkEvents(_ events: [Int]) throws(FeatureError) {
    for (position, row) in events.enumerated() {
      guard times.indices.contains(row), position == 0 || events[position - 1] <= row else {
        throw FeatureError(
          .shapeMismatch, "event \(position) is row \(row); ascending rows of the \(times.count) given are needed")
      }
    }
  }

  /// Throws unless a column has one value a row.
  func checkLength(_ values: [Double], _ name: String) throws(FeatureError) {
    guard values.count == count else {
      throw FeatureError(
        .shapeMismatch, "\(values.count) \(name) were given for \(counted(count, "row")); one a row is needed")
    }
  }
}
