public import Compute

/// A fault of real feeds that can be put into clean ticks on purpose.
public enum MarketFault: String, Sendable, Hashable, Codable, CaseIterable {
  /// A row takes the stamp of the one before it.
  case equalStamps
  /// A row is sent twice.
  case duplicateRows
  /// A stamp is a second earlier than the one before it.
  case stampStepsBack
  /// A stamp is 1970-01-01.
  case epochStamps
  /// Rows of a mock session on the next day without a session, at the end of the series.
  case mockSession
  /// The bid is above the ask.
  case crossedQuotes
  /// The bid equals the ask.
  case lockedQuotes
  /// A trade of size 0.
  case zeroSizes
  /// A bid of 0.
  case zeroBids
  /// A print that is marked as cancelled.
  case cancelledPrints
  /// Rows of ten minutes are missing.
  case holes
  /// A trade without its quote.
  case tradesWithoutQuotes
  /// A quote without its trade.
  case quotesWithoutTrades
  /// All sizes are the day's cumulative volume, which sometimes falls.
  case cumulativeVolume
  /// A row without a stamp.
  case missingStamps

  /// The rule of ``TickCleaner`` that finds the fault; nil where the fault is a normal form of a feed.
  public var rule: CleaningRule? {
    switch self {
    case .equalStamps: .equalStamp
    case .duplicateRows: .duplicateRow
    case .stampStepsBack: .stampStepsBack
    case .epochStamps: .epochTime
    case .mockSession: .closedDay
    case .crossedQuotes: .crossedQuote
    case .lockedQuotes: .lockedQuote
    case .zeroSizes: .zeroSize
    case .zeroBids: .emptyQuoteSide
    case .cancelledPrints: .cancelledPrint
    case .holes: .hole
    case .tradesWithoutQuotes, .quotesWithoutTrades: nil
    case .cumulativeVolume: .cumulativeVolumeFall
    case .missingStamps: .missingTime
    }
  }

  /// Puts the fault into about `share` of the rows of a series.
  ///
  /// - Parameters:
  ///   - series: Clean ticks, oldest first; changed in place.
  ///   - share: Share of rows in `0...0.5`; for ``holes``, ``mockSession`` and ``cumulativeVolume`` see their cases.
  ///   - calendar: The calendar of the ticks.
  ///   - random: Source of the rows that are chosen.
  /// - Returns: How many rows now have the fault; for ``holes`` the number of holes.
  public func inject(
    into series: inout TickSeries, share: Double, calendar: TradingCalendar, random: inout RandomStream
  ) -> Int {
    precondition(share >= 0 && share <= 0.5, "a share of faulty rows is in 0...0.5")
    let count = series.count
    guard count > 10 else { return 0 }
    switch self {
    case .holes: return cutHoles(&series, calendar)
    case .mockSession: return addMockSession(&series, rows: max(1, Int(share * Double(count))), calendar)
    case .cumulativeVolume: return accumulate(&series, share, calendar, &random)
    case .duplicateRows:
      let rows = Set(random.sample(Int(share * Double(count)), of: count))
      var doubled = TickColumns()
      for row in 0..<count {
        doubled.append(row: row, of: series.columns)
        if rows.contains(row) { doubled.append(row: row, of: series.columns) }
      }
      series.columns = doubled
      return rows.count
    default:
      // Every second row at most, so that neighbours stay sound and the count is exact.
      let rows = random.sample(Int(share * Double(count)), of: (count - 2) / 2).map { 2 * $0 + 1 }
      for row in rows { spoil(&series.columns, row) }
      return rows.count
    }
  }

  private func spoil(_ columns: inout TickColumns, _ row: Int) {
    switch self {
    case .equalStamps: columns.times[row] = columns.times[row - 1]
    case .stampStepsBack: columns.times[row] = columns.times[row - 1] - 1_000_000_000
    case .epochStamps: columns.times[row] = 0
    case .missingStamps: columns.times[row] = Tick.noTime
    case .crossedQuotes: (columns.bids[row], columns.asks[row]) = (columns.asks[row], columns.bids[row])
    case .lockedQuotes: columns.asks[row] = columns.bids[row]
    case .zeroSizes: columns.sizes[row] = 0
    case .zeroBids: columns.bids[row] = 0
    case .cancelledPrints: columns.cancelled[row] = 1
    case .tradesWithoutQuotes:
      (columns.bids[row], columns.asks[row]) = (.nan, .nan)
      (columns.bidSizes[row], columns.askSizes[row]) = (.nan, .nan)
    case .quotesWithoutTrades: (columns.prices[row], columns.sizes[row], columns.sides[row]) = (.nan, .nan, 0)
    case .duplicateRows, .mockSession, .holes, .cumulativeVolume: break
    }
  }

  /// Takes ten minutes out of the middle of every session that trades on both sides of them.
  private func cutHoles(_ series: inout TickSeries, _ calendar: TradingCalendar) -> Int {
    var holes: Set<Int64> = []
    var kept: [Int] = []
    var before: Set<Int64> = []
    for row in 0..<series.count {
      let moment = calendar.moment(at: series.columns.times[row])
      let start = (moment.openNanosecond + moment.closeNanosecond) / 2
      if moment.nanosecondOfDay < start { before.insert(moment.dayNumber) }
      if moment.nanosecondOfDay >= start, moment.nanosecondOfDay < start + 600_000_000_000 { continue }
      if moment.nanosecondOfDay >= start, before.contains(moment.dayNumber) { holes.insert(moment.dayNumber) }
      kept.append(row)
    }
    series.columns = series.columns.selecting(kept)
    return holes.count
  }

  private func addMockSession(_ series: inout TickSeries, rows: Int, _ calendar: TradingCalendar) -> Int {
    guard let last = series.columns.times.max() else { return 0 }
    var time = last
    repeat {
      time += 86_400_000_000_000
    } while calendar.moment(at: time).isSessionDay
      && time - last < 30 * 86_400_000_000_000
    guard !calendar.moment(at: time).isSessionDay else { return 0 }
    for row in 0..<rows {
      var tick = series[row % series.count]
      tick.time = time + Int64(row) * 1_000_000
      tick.price *= 0.9
      series.append(tick)
    }
    return rows
  }

  private func accumulate(
    _ series: inout TickSeries, _ share: Double, _ calendar: TradingCalendar, _ random: inout RandomStream
  ) -> Int {
    var total = 0.0
    var day = Int64.min
    var sinceFall = 0
    var falls = 0
    for row in 0..<series.count {
      let today = calendar.moment(at: series.columns.times[row]).dayNumber
      if today != day { (day, total, sinceFall) = (today, 0, 0) }
      let size = series.columns.sizes[row]
      total += size.isNaN ? 0 : size
      series.columns.sizes[row] = total
      sinceFall += 1
      // A fall shows an older total, as when two deliveries cross.
      if sinceFall > 2, random.uniform() < share, series.columns.sizes[row - 2] < series.columns.sizes[row - 1] {
        series.columns.sizes[row] = series.columns.sizes[row - 2]
        sinceFall = 0
        falls += 1
      }
    }
    return falls
  }
}
