import TestSupport
import Testing
import TickData

@Suite("Calendars") struct CalendarTests {
  private struct Zones: Decodable {
    let rows: [[Field]]
    enum Field: Decodable {
      case text(String)
      case number(Int)
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {  // A field is either a number or a text.
          self = .number(number)
        } else {
          self = .text(try value.decode(String.self))
        }
      }
      var number: Int { if case .number(let n) = self { n } else { -1 } }
      var text: String { if case .text(let t) = self { t } else { "" } }
    }
  }

  @Test("clock readings equal Python's zoneinfo in four zones over forty years")
  func zones() throws {
    let golden = try Golden.read("zones.json", as: Zones.self)
    var calendars: [String: TradingCalendar] = [:]
    for row in golden.rows {
      let zone = row[0].text
      if calendars[zone] == nil {
        calendars[zone] = try TradingCalendar(name: zone, timeZone: zone, openMinute: 0, closeMinute: 1440)
      }
      let moment = try #require(calendars[zone]).moment(at: Int64(row[1].number) * 1_000_000_000)
      #expect([moment.hour, moment.minute, moment.weekday] == row[2...4].map(\.number), "\(zone) \(row[1].number)")
    }
    #expect(golden.rows.count > 1000)
  }

  @Test("NSE opens at 09:15 and is closed from 15:30 on")
  func sessionEdges() throws {
    // 2021-05-11 09:15:00 in Kolkata is 03:45 UTC.
    let open: Int64 = 1_620_704_700_000_000_000
    #expect(TradingCalendar.nse.moment(at: open).isOpen)
    #expect(TradingCalendar.nse.moment(at: open).minutesSinceOpen == 0)
    #expect(TradingCalendar.nse.moment(at: open).minutesToClose == 375)
    #expect(!TradingCalendar.nse.moment(at: open - 1).isOpen)
    #expect(TradingCalendar.nse.moment(at: open - 1).minutesSinceOpen.isNaN)
    let close = open + 375 * 60_000_000_000
    #expect(TradingCalendar.nse.moment(at: close - 1).isOpen)
    #expect(!TradingCalendar.nse.moment(at: close).isOpen)
  }

  @Test("holidays and weekends have no session")
  func holidays() throws {
    let calendar = try TradingCalendar(
      name: "X", timeZone: "UTC", openMinute: 0, closeMinute: 1440, holidays: ["2021-05-13"])
    func isOpen(_ day: String) throws -> Bool {
      calendar.moment(at: try #require(CivilDate(day)).dayNumber * 86_400_000_000_000 + 1).isOpen
    }
    #expect(try isOpen("2021-05-12"))
    #expect(try !isOpen("2021-05-13"))
    #expect(try !isOpen("2021-05-15"))
  }

  @Test("dates turn into day numbers and back")
  func dates() throws {
    for number: Int64 in [-719_162, -1, 0, 59, 18_757, 47_541] {
      let date = CivilDate(dayNumber: number)
      #expect(date.dayNumber == number)
      #expect(CivilDate(date.description) == date)
    }
    #expect(CivilDate("2021-02-29") == nil)
    #expect(CivilDate("2020-02-29")?.dayNumber == 18_321)
    #expect(CivilDate("20-2-9") == nil)
  }

  @Test(
    "bad calendars are refused",
    arguments: [("Mars/Base", 0, 10), ("UTC", 600, 600), ("UTC", -1, 10), ("UTC", 0, 1441)])
  func refused(zone: String, open: Int, close: Int) {
    #expect(throws: TickDataError.self) {
      try TradingCalendar(name: "x", timeZone: zone, openMinute: open, closeMinute: close)
    }
  }

  @Test("an unknown name lists the known ones")
  func names() throws {
    #expect(try TradingCalendar.named("nyse") == .nyse)
    #expect { try TradingCalendar.named("LSE") } throws: { "\($0)".contains("NSE, NYSE and 24H") }
  }
}
