/// The named rules of ``TickCleaner``: what can be wrong with a row, and what is done about it.
///
/// No rule ever removes a row for having the same values as another: equal prints are real prints.
public enum CleaningRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// The row has no time stamp. Repaired: it takes the symbol's previous stamp; dropped if there is none.
  case missingTime
  /// The stamp lies within a day of 1970-01-01, the sign of a clock that was never set. Dropped.
  case epochTime
  /// The stamp lies on a local day without a session (weekend or holiday), such as a mock session. Dropped.
  case closedDay
  /// The stamp lies on a session day but outside the session's hours. Dropped.
  case outsideSession
  /// The print was cancelled or corrected away by the exchange. Dropped.
  case cancelledPrint
  /// The price is zero, negative or infinite. Dropped.
  case invalidPrice
  /// The size is negative or infinite. Dropped.
  case invalidSize
  /// A trade of size zero. Dropped.
  case zeroSize
  /// The cumulative volume falls. Repaired: the trade's size is 0 and counting goes on from the highest value.
  ///
  /// A size is never negative, so the other modes only leave the row uncounted or unmarked.
  case cumulativeVolumeFall
  /// A bid or ask of zero or less, or not finite: that side is empty. Repaired: that side of the row is taken away,
  /// and the row is dropped if nothing is left.
  case emptyQuoteSide
  /// The bid is above the ask. Repaired: the row's quote is taken away; the row is dropped if it was only a quote.
  case crossedQuote
  /// The bid equals the ask. Repaired as ``crossedQuote``.
  case lockedQuote
  /// The stamp is earlier than one before it. Repaired: the symbol's rows are sorted by time, equal stamps in arrival
  /// order.
  case stampStepsBack
  /// The stamp equals the previous one of the symbol. Only reported: order of arrival holds.
  case equalStamp
  /// Every field equals the previous row of the symbol. Only reported: such rows are real prints.
  case duplicateRow
  /// No row for longer than `CleaningOptions.holeSeconds` within a session. Only reported.
  case hole

  /// Rules that have nothing to change, so that `apply` does what `report` does.
  public var onlyReports: Bool { self == .equalStamp || self == .duplicateRow || self == .hole }
}

/// What a rule does when it finds a row.
public enum RuleMode: String, Sendable, Hashable, Codable {
  /// Nothing; not even counted.
  case off
  /// Count the row and leave it as it is.
  case report
  /// Count the row and drop, repair or reorder it.
  case apply
}

/// What kind of feed the rows come from; sets the default of every rule.
public enum FeedKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Trades and quotes of an exchange, each print its own row.
  case exchange
  /// Snapshots about once a second with the last price, as Indian and many retail feeds send: sizes of zero are normal.
  case snapshot
  /// Dealer quotes without trades or sizes: locked and crossed quotes between dealers are normal.
  case dealer
}

/// Which rules run, and their limits.
public struct CleaningOptions: Sendable, Hashable, Codable {
  /// Mode of each rule; a rule that is not listed is off.
  public var modes: [CleaningRule: RuleMode]
  /// The calendar of ``CleaningRule/closedDay`` and ``CleaningRule/outsideSession``.
  public var calendar: TradingCalendar
  /// Silence that counts as a hole, in seconds; positive.
  public var holeSeconds = 300.0
  /// Whether `size` holds the day's cumulative volume, to be turned into the size of each trade.
  public var sizeIsCumulative = false

  /// Makes the defaults for a kind of feed.
  public init(feed: FeedKind = .exchange, calendar: TradingCalendar = .always) {
    self.calendar = calendar
    modes = [
      .missingTime: .apply, .epochTime: .apply, .closedDay: .apply, .outsideSession: .off, .cancelledPrint: .apply,
      .invalidPrice: .apply, .invalidSize: .apply, .zeroSize: .report, .cumulativeVolumeFall: .apply,
      .emptyQuoteSide: .apply, .crossedQuote: .apply, .lockedQuote: .report, .stampStepsBack: .apply,
      .equalStamp: .report, .duplicateRow: .report, .hole: .report,
    ]
    if feed == .snapshot { modes[.zeroSize] = .off }
    if feed == .dealer { modes[.crossedQuote] = .report }
  }

  /// The mode of a rule.
  public subscript(rule: CleaningRule) -> RuleMode {
    get { modes[rule] ?? .off }
    set { modes[rule] = newValue }
  }
}
