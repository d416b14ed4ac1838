#if Programs && Streaming
import ArgumentParser
import Foundation
import ProgramSupport
import TickData
import TickStreaming

/// How fast ticks are read from JSON and written to it, on one core.
struct MessageBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages", abstract: "Ticks read from JSON and written to it, a second on one core.")

  @Option(help: "Ticks.") var count = 500_000
  @Option(help: "Turns.") var runs = 5

  struct Report: Encodable {
    var ticks = 0
    var bytes = 0
    var decoded_per_second: [Double] = []
    var frames_decoded_per_second: [Double] = []
    var encoded_per_second: [Double] = []
  }

  func run() throws {
    var options = MarketOptions()
    options.ticks = count
    let replay = try TickReplay(TickBatch(merging: try SyntheticMarket(options).ticks()), stream: "market-1")
    let messages = (0..<count).map { replay[$0] }
    let texts = try messages.map { try $0.encoded() }
    let frames = stride(from: 0, to: count, by: 512).map { start in
      Array("[".utf8) + texts[start..<min(start + 512, count)].joined(separator: Data(",".utf8)) + Array("]".utf8)
    }
    var report = Report(ticks: count, bytes: texts.reduce(0) { $0 + $1.count })
    for _ in 0..<runs {
      var sum = 0.0
      report.decoded_per_second.append(
        try rate { for text in texts { sum += try TickMessage(decoding: text).tick.price } })
      report.frames_decoded_per_second.append(
        rate { for frame in frames { sum += TickFrame(frame).ticks.reduce(0) { $0 + $1.tick.price } } })
      var bytes = 0
      report.encoded_per_second.append(try rate { for message in messages { bytes += try message.encoded().count } })
      guard bytes == report.bytes, sum.isFinite else { throw ValidationError("the messages do not read back") }
    }
    try Console.printJSON(report)
  }

  private func rate(_ body: () throws -> Void) rethrows -> Double { Double(count) / (try timed(body)).1 }
}
#endif
