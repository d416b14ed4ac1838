import Foundation
import TestSupport
import Testing
import TickData
import TickStorage

@Suite("Files of bars") struct BarFileTests {
  /// Nanoseconds of 2024-01-02 00:00 UTC.
  static let day: Int64 = 1_704_153_600_000_000_000
  static let minute: Int64 = 60_000_000_000

  private func read(
    _ text: String, map: [String] = [], order: BarFile.Order = .file
  ) throws -> BarFile {
    let folder = try ScratchFolder()
    let path = folder("bars.csv")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var mapping = BarMapping()
    try mapping.apply(map)
    return try BarFile(path: path, mapping: mapping, order: order)
  }

  @Test("columns are found by name, symbols and times are kept, empty fields are missing")
  func reads() throws {
    let bars = try read(
      "Date,Ticker,Open,HIGH,l,close,Vol\n2024-01-02,A,1,3,0.5,2,100\n2024-01-02,B,5,6,4,,7\n2024-01-03,A,2,2,1,1,NA\n")
    #expect(bars.symbols == ["A", "B"])
    #expect(bars.symbolIndices == [0, 1, 0])
    #expect(bars.times == [Self.day, Self.day, Self.day + 1440 * Self.minute])
    #expect(bars.columns[1] == [3, 6, 2])
    #expect(bars.columns[3][1].isNaN && bars.columns[4][2].isNaN)
    #expect(bars.columns[0] == [1, 5, 2] && bars.columns[2] == [0.5, 4, 1])
    #expect(bars.hasVolume)
  }

  @Test("a file without volume, symbol and time will do")
  func prices() throws {
    let bars = try read("\u{FEFF}o;h;l;c\r\n1;2;0;1\r\n")
    #expect(bars.symbols == [""] && bars.times == [Tick.noTime] && bars.columns[4][0].isNaN && !bars.hasVolume)
  }

  @Test(
    "times in every form that files have",
    arguments: [
      ("date", "2024-01-02", day), ("Date", "2024/01/02", day), ("date", "20240102", day),
      ("timestamp", "2024-01-02 00:01:00.000000007", day + minute + 7), ("time", "1704153660", day + minute),
      ("datetime", "2024-01-02T05:31:00+05:30", day + minute), ("timestamp", "1704153660000", day + minute),
      ("open_time", "1704153660000000", day + minute), ("time", "1704153660.5", day + minute + 500_000_000),
      ("timestamp", "1704153660000000001", day + minute + 1), ("ts_ns", "1704153660000000001", day + minute + 1),
      ("", "2024-01-02", day), ("", "7", Tick.noTime), ("Date,Time", "2024-01-02,00:01", day + minute),
      ("<DATE>,<TIME>", "20240102,000100", day + minute), ("DATE,TIME", "20240102,000100", day + minute),
      ("date,time", "20240102,0001", day + minute), ("date,time", "2024.01.02,00:01", day + minute),
      ("date,time", "2024-1-2,1", day + minute),
      ("timestamp", "202401020001", day + minute), ("timestamp", "20240102000100", day + minute),
      ("time", "2024.01.02 00:01", day + minute), ("date,time", "2024-01-02,00100", day + minute),
    ])
  func times(_ name: String, _ field: String, _ expected: Int64) throws {
    let bars = try read("\(name),open,high,low,close\n\(field),1,2,0,1\n")
    #expect(bars.times == [expected])
  }

  @Test("a mapping names columns, the unit and the zone of times, and the symbol")
  func mapped() throws {
    let text = "when,first,high,low,Close,close,what\n60,1,2,0,1,9,X\n"
    let map = ["time=when", "time_unit=s", "open=first", "close=Close", "symbol=what"]
    let bars = try read(text, map: map)
    #expect(bars.times == [Self.minute] && bars.columns[0] == [1] && bars.columns[3] == [1] && bars.symbols == ["X"])
    let local = try read(
      "date,o,h,l,c\n2024-01-02 05:30,1,2,0,1\n", map: ["time_zone=Asia/Kolkata", "constant_symbol=Y"])
    #expect(local.times == [Self.day] && local.symbols == ["Y"])
    for (pairs, part) in [
      (["bid=b"], "volume"), (["open"], "field=column"), (["time_unit=h"], "timestamp"), (["open=none"], "when"),
    ] {
      #expect { try read(text, map: pairs) } throws: { "\($0)".contains(part) }
    }
  }

  @Test("rows of one symbol stand oldest first, or are sorted by time")
  func order() throws {
    let text = "date,symbol,o,h,l,c\n2024-01-03,A,1,1,1,1\n2024-01-02,B,2,2,2,2\n2024-01-02,A,3,3,3,3\n"
    #expect { try read(text) } throws: { "\($0)".contains("row 3") && "\($0)".contains("'A'") }
    let sorted = try read(text, order: .time)
    #expect(sorted.columns[0] == [2, 3, 1] && sorted.symbols == ["B", "A"])
  }

  @Test(
    "what is missing, given twice, no number or no time is named",
    arguments: [
      ("open,high,low\n1,2,0\n", ["no column 'close'", "open, high, low"]),
      ("open,high,low,close\n1,2,0,1\n1,2,0,x\n", ["row 2", "'close' is 'x'", "a finite number"]),
      ("open,high,low,close\n1,2,0,inf\n", ["row 1", "'close' is 'inf'"]),
      ("open,high,low,close\n", ["no rows"]), ("", ["is empty"]),
      ("open,high,low,close\n1,2,0,1\n1,2,0\n", ["Line: 3", "Columns: 4 Found: 3"]),
      ("open,high,low,close,Close\n1,2,0,1,1\n", ["2 columns for 'close'", "close, Close"]),
      ("date,open,high,low,close\n02.01.2024,1,2,0,1\n", ["row 1", "'date' is '02.01.2024'"]),
      ("date,open,high,low,close\n2024-01-02,1,2,0,1\n,1,2,0,1\n", ["row 2", "'date' is ''"]),
      ("time,open,high,low,close\n1704153660,1,2,0,1\nx,1,2,0,1\n", ["row 2", "'time' is 'x'"]),
      ("time,open,high,low,close\n12,1,2,0,1\n", ["time_unit"]),
      ("date,time,open,high,low,close\n2024-01-02,09:30,1,2,0,1\n2024-01-02,25:00,1,2,0,1\n", ["row 2", "25:00"]),
    ])
  func refused(_ text: String, _ parts: [String]) throws {
    #expect { try read(text) } throws: { error in parts.allSatisfy { "\(error)".contains($0) } }
  }

  @Test("a file that is not there, a folder and what is no Parquet are refused")
  func unreadable() throws {
    let folder = try ScratchFolder()
    #expect { try BarFile(path: folder("none.csv")) } throws: { "\($0)".contains("there is no file") }
    let inner = folder("in")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    #expect { try BarFile(path: inner) } throws: { "\($0)".contains("is a folder") }
    try "no".write(toFile: folder("x.parquet"), atomically: true, encoding: .utf8)
    #expect { try BarFile(path: folder("x.parquet")) } throws: { "\($0)".contains("cannot be read") }
  }
}
