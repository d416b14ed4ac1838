/// Builds bars that never span two sessions of a calendar, from the trades of one symbol as they come.
///
/// The session's end closes the forming bar: its `closeTime` is then that end. Trades of the same local day at or after the
/// close, or before the opening, are not left out: a day is cut at its close and at local midnight, nowhere else. A cut bar
/// does not change the expectations of an ``AdaptiveThreshold``; the tick rule goes on over the cut.
/// A trade from before the last cut is always dropped and counted.
public struct SessionBarBuilder: Sendable, Codable {
  /// The calendar whose sessions cut the bars.
  public let calendar: TradingCalendar
  /// The bars without the cuts.
  public private(set) var builder: BarBuilder
  /// Trades dropped because they belong to an earlier session.
  public private(set) var droppedTradeCount = 0
  /// Times from which on, and up to which, trades belong to the running session.
  private var session: Range<Int64>?

  /// Makes a builder.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` if a number of the rule is outside its range.
  public init(
    _ rule: BarRule, calendar: TradingCalendar, signs: TradeSigns = .tickRule,
    lateTrades: LateTrades = .countIntoForming
  ) throws(TickDataError) {
    builder = try BarBuilder(rule, signs: signs, lateTrades: lateTrades)
    self.calendar = calendar
  }

  /// The bar that is not complete yet, or nil.
  public var forming: Bar? { builder.forming }

  /// Takes the next trade (others are ignored) and returns the bars that are now complete, oldest first.
  ///
  /// - Returns: None, one, or two: the bar of the session that has ended, and one that the trade completes alone.
  /// - Complexity: O(1), and O(log zone changes) at the first trade of a session.
  public mutating func update(_ tick: Tick) -> [Bar] {
    guard tick.isTrade else { return [] }
    if let session, tick.time != Tick.noTime, tick.time < session.lowerBound {
      droppedTradeCount += 1
      return []
    }
    var bars: [Bar] = []
    if let bar = advance(to: tick.time) { bars.append(bar) }
    if session == nil, tick.time != Tick.noTime { session = calendar.sessionBounds(at: tick.time) }
    if let bar = builder.update(tick) { bars.append(bar) }
    return bars
  }

  /// Tells the builder that it is `time` now; returns the forming bar if its session has ended, and closes it.
  ///
  /// Calling it is optional: the first trade of the next session does the same, later.
  public mutating func advance(to time: Int64) -> Bar? {
    guard let ended = session, time >= ended.upperBound else { return nil }
    session = calendar.sessionBounds(at: time)
    return builder.close(at: ended.upperBound)
  }
}

extension TradingCalendar {
  /// The part of the local day that holds `time`: from midnight to the close, or from the close to midnight.
  func sessionBounds(at time: Int64) -> Range<Int64> {
    let day: Int64 = 86_400_000_000_000
    // Stamps of garbage are kept within what the arithmetic of days holds, as `moment(at:)` does.
    let time = min(max(time, -9_200_000_000_000_000_000), 9_200_000_000_000_000_000)
    let moment = moment(at: time)
    let isBeforeClose = moment.nanosecondOfDay < moment.closeNanosecond
    let start = isBeforeClose ? 0 : moment.closeNanosecond
    let end = isBeforeClose ? moment.closeNanosecond : day
    return instant(near: time, local: moment, at: start)..<instant(near: time, local: moment, at: end)
  }

  /// The instant of a reading of the local clock on the day of `time`.
  private func instant(near time: Int64, local: SessionMoment, at nanosecondOfDay: Int64) -> Int64 {
    let day: Int64 = 86_400_000_000_000
    let guess = time + (nanosecondOfDay - local.nanosecondOfDay)
    // The clock may be set between the two: read it there and mend the difference.
    let there = moment(at: guess)
    return guess + (local.dayNumber - there.dayNumber) * day + (nanosecondOfDay - there.nanosecondOfDay)
  }
}

extension TickSeries {
  /// The bars of the series' trades cut at the ends of a calendar's sessions, oldest first; the one still forming is left out.
  public func bars(
    _ rule: BarRule, calendar: TradingCalendar, signs: TradeSigns = .tickRule
  ) throws(TickDataError) -> [Bar] {
    var builder = try SessionBarBuilder(rule, calendar: calendar, signs: signs)
    var bars: [Bar] = []
    for row in 0..<count { bars += builder.update(self[row]) }
    return bars
  }
}
