import Foundation
import TestSupport
import Testing
import TickData
import TickStorage

private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("Stores of streams", .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
struct StreamStoreTests {
  private let folder = NSTemporaryDirectory() + "stream-store-\(UUID().uuidString)"

  private func batch(_ count: Int, from first: Int = 0) -> TickBatch {
    var batch = TickBatch()
    for row in first..<first + count {
      batch.append(
        Tick(symbol: row % 2 == 0 ? "A" : "B's", time: Int64(row) * 3_600_000_000_000, price: Double(row + 1)))
    }
    return batch
  }

  @Test("rows and progress hold together, over reopening")
  func progress() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/a.duckdb"
    do {
      let store = try TickStore(path: path)
      try store.prepareForStream()
      #expect(try store.streamPositions().isEmpty && store.streamSequences().isEmpty)
      for next in [10, 20] {
        try store.append(
          [batch(10)],
          positions: [.init(topic: "t'x", partition: 3, next: Int64(next))],
          sequences: [
            .init(stream: "s", symbol: "B's", sequence: Int64(next)), .init(stream: "s", symbol: "A", sequence: 1),
          ])
      }
    }
    let store = try TickStore(path: path)
    try store.prepareForStream()
    #expect(try store.streamPositions() == [.init(topic: "t'x", partition: 3, next: 20)])
    #expect(
      try Set(store.streamSequences()) == [
        .init(stream: "s", symbol: "B's", sequence: 20), .init(stream: "s", symbol: "A", sequence: 1),
      ])
    #expect(try store.table().rowCount == 20)
  }

  @Test("exports write each row once, also after one that was broken off, and old rows go only once exported")
  func exports() throws {
    let store = try TickStore(path: nil)
    try store.prepareForStream()
    let target = folder + "/export"
    try store.append(batch(48))
    #expect(try store.exportNewRows(to: target) == 48)
    #expect(try store.exportNewRows(to: target) == 0)
    try store.append(batch(10, from: 48))
    #expect(try store.rowsToExport() == 10)
    // What an export that was killed leaves behind.
    try FileManager.default.createDirectory(atPath: target + "/.unfinished/symbol=A", withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: target + "/.unfinished/symbol=A/part-1-0.parquet"))
    #expect(try store.exportNewRows(to: target) == 10)
    #expect(try store.removeRows(before: 50 * 3_600_000_000_000, afterExport: true) == 50)
    #expect(try store.rowsToExport() == 0 && store.table().rowCount == 8)
    try store.append(batch(4, from: 58))
    #expect(try store.exportNewRows(to: target) == 4)
    let files = try FileManager.default.subpathsOfDirectory(atPath: target).filter { $0.hasSuffix(".parquet") }
    var times: [Int64] = []
    for file in files { times += try TickFile(target + "/" + file).table().series.flatMap(\.columns.times) }
    #expect(times.sorted() == (0..<62).map { Int64($0) * 3_600_000_000_000 })
    #expect(!FileManager.default.fileExists(atPath: target + "/.unfinished"))
    // Rows that go without an export, of exported ones and of others, leave the rest to be exported once.
    try store.append(batch(6, from: 62))
    #expect(try store.removeRows(before: 64 * 3_600_000_000_000, afterExport: false) == 14)
    #expect(try store.rowsToExport() == 4)
    #expect(try store.exportNewRows(to: target) == 4)
    #expect(try store.rowsToExport() == 0)
  }
}
