import Compute
import Foundation
import TestSupport
import Testing
import TickData
import TickStorage

@Suite("A writer that is killed") struct CrashTests {
  @Test("SIGKILL at twenty moments loses no acknowledged batch and leaves no partial one")
  func kills() throws {
    var random = RandomStream(seed: UInt64(ProcessInfo.processInfo.processIdentifier))
    let batch = 10_000
    var cutShort = 0
    for _ in 0..<20 {
      let scratch = try ScratchFolder()
      let writer = Process()
      writer.executableURL = ProgramRun.url("generate-ticks")
      writer.arguments = [
        "--count", "300000", "--symbols", "3", "--batch", "\(batch)", "--json", "--output", scratch("ticks.duckdb"),
      ]
      let pipe = Pipe()
      writer.standardOutput = pipe
      try writer.run()
      // Wait for some acknowledgements, then a random part of a batch's time, and kill without warning.
      var text = ""
      let wanted = 1 + random.index(below: 20)
      while text.count(where: { $0 == "\n" }) < wanted {
        let data = pipe.fileHandleForReading.availableData
        if data.isEmpty { break }
        text += String(decoding: data, as: UTF8.self)
      }
      usleep(UInt32(random.index(below: 30_000)))
      kill(writer.processIdentifier, SIGKILL)
      text += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      writer.waitUntilExit()
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("{\"acknowledged\":") }
      let acknowledged = lines.compactMap { Int($0.filter(\.isNumber)) }.max() ?? 0
      let rows = try TickStore(path: scratch("ticks.duckdb")).table().rowCount
      #expect(rows >= acknowledged, "an acknowledged batch is lost")
      #expect(rows % batch == 0, "a partial batch is there")
      #expect(rows <= acknowledged + batch, "at most the batch under way was finished without a word")
      if acknowledged < 300_000 { cutShort += 1 }
    }
    #expect(cutShort >= 15, "the writer was too fast to be killed in the middle")
  }
}
