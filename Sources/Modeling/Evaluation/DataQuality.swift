import Features
public import TickData

/// The state of the ticks and features that an evaluation rests on.
public struct DataQuality: Sendable, Hashable, Codable {
  /// One symbol's ticks.
  public struct Symbol: Sendable, Hashable, Codable {
    /// The symbol.
    public let symbol: String
    /// Ticks, quotes included.
    public let ticks: Int
    /// Ticks with a price.
    public let trades: Int
    /// Earliest stamp, ns since 1970 UTC; nil without one.
    public let firstTime: Int64?
    /// Latest stamp.
    public let lastTime: Int64?
    /// Longest silence between two ticks of one local day, in seconds.
    public let longestGap: Double
    /// Silences of more than 60 s within a local day.
    public let gaps: Int
    /// Stamps earlier than the one before.
    public let stepsBack: Int
    /// Ticks without a stamp.
    public let withoutTime: Int
  }

  /// The symbols, in the order of the ticks.
  public let symbols: [Symbol]
  /// Share of rows in which each feature has no value, in the order of the columns.
  public let missingShares: [Double]
  /// Names of the features.
  public let features: [String]
  /// What cleaning found; nil where ticks were not cleaned.
  public let cleaning: CleaningReport?

  init(_ ticks: TickTable, _ table: FeatureTable, calendar: TradingCalendar, cleaning: CleaningReport?) {
    symbols = ticks.series.map { Self.symbol($0, calendar) }
    features = table.columns.map(\.name)
    missingShares = table.withColumns { columns in
      columns.map { column in Double(column.count { $0.isNaN }) / Double(max(1, column.count)) }
    }
    self.cleaning = cleaning
  }

  private static func symbol(_ series: TickSeries, _ calendar: TradingCalendar) -> Symbol {
    let times = series.columns.times
    var (before, longest, gaps, back, without) = (Int64?.none, 0.0, 0, 0, 0)
    for time in times {
      guard time != Tick.noTime else {
        without += 1
        continue
      }
      if let before {
        let seconds = Double(time - before) / 1e9
        if seconds < 0 { back += 1 }
        // The night between two sessions is no gap.
        if seconds > 60,
          calendar.moment(at: time).dayNumber == calendar.moment(at: before).dayNumber
        {
          gaps += 1
          longest = max(longest, seconds)
        } else if seconds <= 60 {
          longest = max(longest, seconds)
        }
      }
      before = time
    }
    let known = times.filter { $0 != Tick.noTime }
    return Symbol(
      symbol: series.symbol, ticks: series.count, trades: series.columns.prices.count { !$0.isNaN },
      firstTime: known.min(), lastTime: known.max(), longestGap: longest, gaps: gaps, stepsBack: back,
      withoutTime: without)
  }
}
