import Foundation
import TestSupport
import Testing
import TickData
import TickStorage

@Suite("Files of bars") struct BarFileTests {
  private func file(_ text: String) throws -> (ScratchFolder, String) {
    let folder = try ScratchFolder()
    let path = folder("bars.csv")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return (folder, path)
  }

  @Test("columns are found by name, symbols and times are kept, empty fields are missing")
  func reads() throws {
    let (folder, path) = try file(
      "Date,Ticker,Open,HIGH,l,close,Vol\n2024-01-02,A,1,3,0.5,2,100\n2024-01-02,B,5,6,4,,7\n2024-01-03,A,2,2,1,1,\n")
    let bars = try BarFile(path: path)
    #expect(bars.symbols == ["A", "B"])
    #expect(bars.symbolIndices == [0, 1, 0])
    #expect(bars.times[0] == 1_704_153_600_000_000_000)
    #expect(bars.columns[1] == [3, 6, 2])
    #expect(bars.columns[3][1].isNaN && bars.columns[4][2].isNaN)
    #expect(bars.columns[0] == [1, 5, 2] && bars.columns[2] == [0.5, 4, 1])
    _ = folder
  }

  @Test("a file without volume, symbol and time will do")
  func prices() throws {
    let (folder, path) = try file("o,h,l,c\n1,2,0,1\n")
    let bars = try BarFile(path: path)
    #expect(bars.symbols == [""] && bars.times == [Tick.noTime] && bars.columns[4][0].isNaN)
    _ = folder
  }

  @Test(
    "what is missing or no number is named",
    arguments: [
      ("open,high,low\n1,2,0\n", "close"), ("open,high,low,close\n1,2,0,x\n", "x"),
      ("open,high,low,close\n", "no rows"),
    ])
  func refused(_ text: String, _ part: String) throws {
    let (folder, path) = try file(text)
    #expect { try BarFile(path: path) } throws: { "\($0)".contains(part) }
    #expect(throws: StorageError.self) { try BarFile(path: folder("none.csv")) }
  }
}
