import Foundation
import Testing
import TickStorage

private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("Files of records", .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
struct RecordFileTests {
  private let folder = NSTemporaryDirectory() + "records-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  private static let columns: [RecordFileWriter.Column] = [.text("na'me"), .integer("count"), .double("value")]

  private static func rows(_ range: Range<Int>) -> [[RecordFileWriter.Value]] {
    range.map { row in
      [
        .text(row % 3 == 0 ? "" : "sym'bol \"\(row)\" é,\n"), .integer(row % 5 == 0 ? nil : Int64(row) &- .max / 2),
        .double(Double(row) / 7),
      ]
    }
  }

  @Test(
    "what is written is read: texts of any kind, NULLs, whole numbers and numbers to the bit; a file is its own rows")
  func roundTrip() throws {
    let writer = try RecordFileWriter(columns: Self.columns)
    // More rows than DuckDB takes at once, in two parts.
    try writer.append(Self.rows(0..<5000))
    try writer.append(Self.rows(5000..<5001))
    try writer.append([])
    #expect(writer.rowCount == 5001)
    try writer.write(to: folder + "/a'b.parquet")
    try writer.append(Self.rows(7..<9) + [[.text("x"), .integer(.max), .double(.nan)]])
    try writer.write(to: folder + "/c.parquet")
    let first = try RecordFileReader(path: folder + "/a'b.parquet")
    #expect(first.columns == Self.columns)
    #expect(first.rows == Self.rows(0..<5001))
    let second = try RecordFileReader(path: folder + "/c.parquet")
    #expect(Array(second.rows.dropLast()) == Self.rows(7..<9))
    guard case .double(let value) = second.rows[2][2] else { return #expect(Bool(false), "\(second.rows[2])") }
    #expect(value.isNaN && second.rows[2][1] == .integer(.max))
  }

  @Test("a file that cannot be written leaves the rows where they are")
  func failure() throws {
    let writer = try RecordFileWriter(columns: Self.columns)
    try writer.append(Self.rows(0..<10))
    #expect(throws: StorageError.self) { try writer.write(to: folder + "/nowhere/a.parquet") }
    #expect(writer.rowCount == 10)
    try writer.write(to: folder + "/a.parquet")
    #expect(writer.rowCount == 0)
    #expect(try RecordFileReader(path: folder + "/a.parquet").rows.count == 10)
  }

  @Test("columns that cannot be, and files that are none, are refused by name")
  func refused() throws {
    for columns in [[], [RecordFileWriter.Column.text("a"), .double("A")]] {
      #expect(throws: StorageError.self) { try RecordFileWriter(columns: columns) }
    }
    try Data("no parquet".utf8).write(to: URL(fileURLWithPath: folder + "/bad.parquet"))
    for name in ["bad.parquet", "nothing.parquet"] {
      let error = #expect(throws: StorageError.self) { try RecordFileReader(path: "\(folder)/\(name)") }
      #expect(error?.code == .badFile && error?.message.contains(name) == true)
    }
  }
}
