import Foundation

/// When a market trades: time zone, session hours, weekdays and holidays.
///
/// A session is one local calendar day. Daylight saving is that of the IANA zone.
public struct TradingCalendar: Sendable, Hashable, Codable {
  /// The name by which programs and bundles refer to the calendar.
  public let name: String
  /// IANA time zone identifier, such as `Asia/Kolkata`.
  public let timeZone: String
  /// Opening time in minutes after local midnight.
  public let openMinute: Int
  /// Closing time in minutes after local midnight; the market is open at `open <= t < close`.
  public let closeMinute: Int
  /// Days of the week with a session; Monday is 0.
  public let weekdays: Set<Int>
  /// Local dates without a session, as `YYYY-MM-DD`.
  public let holidays: Set<String>

  private let zone: ZoneOffsets
  private let holidayNumbers: Set<Int64>

  /// Makes a calendar.
  ///
  /// - Parameters:
  ///   - name: Not empty.
  ///   - timeZone: An IANA identifier.
  ///   - openMinute: In `0..<1440`.
  ///   - closeMinute: In `1...1440`, after `openMinute`; 1440 is the next midnight.
  ///   - weekdays: Days 0 (Monday) to 6.
  ///   - holidays: Local dates `YYYY-MM-DD`.
  /// - Throws: ``TickDataError`` naming the value that is not allowed.
  public init(
    name: String, timeZone: String, openMinute: Int, closeMinute: Int, weekdays: Set<Int> = [0, 1, 2, 3, 4],
    holidays: Set<String> = []
  ) throws(TickDataError) {
    guard let zone = TimeZone(identifier: timeZone) else {
      throw TickDataError(.unknownName, "'\(timeZone)' is not an IANA time zone such as 'America/New_York'")
    }
    guard 0..<1440 ~= openMinute, 1...1440 ~= closeMinute, openMinute < closeMinute else {
      throw TickDataError(
        .invalidOption,
        "a session from minute \(openMinute) to \(closeMinute) was given; 0 <= open < close <= 1440 is needed")
    }
    guard !weekdays.isEmpty, weekdays.allSatisfy({ 0...6 ~= $0 }) else {
      throw TickDataError(.invalidOption, "weekdays \(weekdays.sorted()) were given; one or more of 0...6 are needed")
    }
    var numbers: Set<Int64> = []
    for holiday in holidays {
      guard let number = CivilDate(holiday)?.dayNumber else {
        throw TickDataError(.invalidOption, "holiday '\(holiday)' is not a date YYYY-MM-DD")
      }
      numbers.insert(number)
    }
    self.name = name
    self.timeZone = timeZone
    self.openMinute = openMinute
    self.closeMinute = closeMinute
    self.weekdays = weekdays
    self.holidays = holidays
    self.zone = ZoneOffsets(zone)
    holidayNumbers = numbers
  }

  /// National Stock Exchange of India: Asia/Kolkata, 09:15 to 15:30, Monday to Friday.
  public static let nse = builtIn("NSE", "Asia/Kolkata", 555, 930, [0, 1, 2, 3, 4])
  /// New York Stock Exchange: America/New_York, 09:30 to 16:00, Monday to Friday.
  public static let nyse = builtIn("NYSE", "America/New_York", 570, 960, [0, 1, 2, 3, 4])
  /// Always open, days by UTC: crypto and foreign exchange.
  public static let always = builtIn("24H", "UTC", 0, 1440, [0, 1, 2, 3, 4, 5, 6])

  /// The built-in calendar of a name (`NSE`, `NYSE`, `24H`; case does not matter).
  ///
  /// - Throws: ``TickDataError`` with code `unknownName`, listing the names.
  public static func named(_ name: String) throws(TickDataError) -> TradingCalendar {
    for calendar in [nse, nyse, always] where calendar.name == name.uppercased() { return calendar }
    throw TickDataError(.unknownName, "calendar '\(name)' is not known; the built-in ones are NSE, NYSE and 24H")
  }

  /// The local clock reading and session position at a time in nanoseconds since 1970 UTC.
  ///
  /// O(log zone changes).
  public func moment(at time: Int64) -> SessionMoment {
    let nanosecondsPerDay: Int64 = 86_400_000_000_000
    // Stamps of garbage are kept within what the arithmetic of days holds (the years 1678 to 2261).
    let time = min(max(time, -9_200_000_000_000_000_000), 9_200_000_000_000_000_000)
    let seconds = floorDivide(time, 1_000_000_000)
    let local = time &+ zone.offset(at: seconds) &* 1_000_000_000
    let day = floorDivide(local, nanosecondsPerDay)
    let nanosecondOfDay = local - day * nanosecondsPerDay
    // 1970-01-01 was a Thursday, day 3 of a week that starts on Monday.
    let weekday = Int(floorModulo(day + 3, 7))
    return SessionMoment(
      dayNumber: day, nanosecondOfDay: nanosecondOfDay, weekday: weekday,
      isSessionDay: weekdays.contains(weekday) && (holidayNumbers.isEmpty || !holidayNumbers.contains(day)),
      openNanosecond: Int64(openMinute) * 60_000_000_000, closeNanosecond: Int64(closeMinute) * 60_000_000_000)
  }

  private static func builtIn(
    _ name: String, _ zone: String, _ open: Int, _ close: Int, _ weekdays: Set<Int>
  ) -> TradingCalendar {
    do {
      return try TradingCalendar(
        name: name, timeZone: zone, openMinute: open, closeMinute: close, weekdays: weekdays)
    } catch {
      preconditionFailure("the built-in calendar \(name) is broken: \(error)")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case timeZone
    case openMinute
    case closeMinute
    case weekdays
    case holidays
  }

  /// Reads a calendar; its zone table is made anew from the identifier.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      name: values.decode(String.self, forKey: .name), timeZone: values.decode(String.self, forKey: .timeZone),
      openMinute: values.decode(Int.self, forKey: .openMinute),
      closeMinute: values.decode(Int.self, forKey: .closeMinute),
      weekdays: values.decode(Set<Int>.self, forKey: .weekdays),
      holidays: values.decode(Set<String>.self, forKey: .holidays))
  }

  /// Writes the calendar's definition, not its zone table.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(timeZone, forKey: .timeZone)
    try values.encode(openMinute, forKey: .openMinute)
    try values.encode(closeMinute, forKey: .closeMinute)
    try values.encode(weekdays.sorted(), forKey: .weekdays)
    try values.encode(holidays.sorted(), forKey: .holidays)
  }
}

/// Where a moment lies in its local day and session.
public struct SessionMoment: Sendable, Hashable {
  /// Local calendar day as days since 1970-01-01: the session's identity.
  public let dayNumber: Int64
  /// Nanoseconds since local midnight.
  public let nanosecondOfDay: Int64
  /// Day of the week, Monday is 0.
  public let weekday: Int
  /// Whether the calendar has a session on this local day.
  public let isSessionDay: Bool
  let openNanosecond: Int64
  let closeNanosecond: Int64

  /// Hour of the local clock, 0 to 23.
  public var hour: Int { Int(nanosecondOfDay / 3_600_000_000_000) }
  /// Minute of the local clock, 0 to 59.
  public var minute: Int { Int(nanosecondOfDay / 60_000_000_000 % 60) }
  /// Whether the session is running.
  public var isOpen: Bool {
    isSessionDay && nanosecondOfDay >= openNanosecond && nanosecondOfDay < closeNanosecond
  }
  /// Minutes since the session opened, with fractions; NaN when closed.
  public var minutesSinceOpen: Double {
    isOpen ? Double(nanosecondOfDay - openNanosecond) / 60e9 : .nan
  }
  /// Minutes until the session closes, with fractions; NaN when closed.
  public var minutesToClose: Double {
    isOpen ? Double(closeNanosecond - nanosecondOfDay) / 60e9 : .nan
  }
}

@inline(__always)
func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}

@inline(__always)
func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 { value - floorDivide(value, divisor) * divisor }
