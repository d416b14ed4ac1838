import Features
import Foundation
import Testing
import TickData

/// The statements of `Docs/Guide-Bars-And-Labels.md`, which are lines of this file.
@Suite("Guide to bars and labels") struct GuideTests {
  private func series(days: Int64) -> TickSeries {
    var series = TickSeries(symbol: "A")
    let open: Int64 = 1_623_072_600_000_000_000
    for step in 0..<days * 2000 {
      let time = open + step / 2000 * 86_400_000_000_000 + step % 2000 * 10_000_000_000
      let wave = 5 * sin(Double(step) / 150) + sin(Double(step) / 11)
      series.append(Tick(symbol: "A", time: time, price: 100 + wave, size: Double(1 + step * 7 % 13)))
    }
    return series
  }

  @Test("the guide's statements run")
  func run() throws {
    let ticks = series(days: 4)

    // guide
    var threshold = AdaptiveThreshold()
    threshold.initialTicks = 100
    threshold.minTicks = 20
    threshold.maxTicks = 500
    threshold.minImbalance = 0.1
    threshold.longestBar = 1000
    let bars = try ticks.bars(.imbalance(.dollars, .adaptive(threshold)), calendar: .nyse)

    var builder = try SessionBarBuilder(.runs(.volume, .fixed(500)), calendar: .nyse)
    for row in 0..<ticks.count {
      for bar in builder.update(ticks[row]) { print(bar.closeTime, bar.close, bar.ticks) }
    }

    let prices = try PriceSeries(bars)
    let volatility = try VolatilityTarget(lookback: .ticks(1), span: 50).values(of: prices)
    let events = try CumulativeSumFilter().rows(of: prices, thresholds: volatility)

    var barriers = TripleBarrierLabels()
    barriers.profitTaking = 2
    barriers.stopLoss = 1
    barriers.vertical = .ticks(20)
    let labels = try barriers.labels(of: prices, events: events, targets: volatility)

    let spans = try LabelSpans(starts: labels.map(\.row), ends: labels.map(\.endRow), rowCount: prices.count)
    let uniqueness = spans.averageUniqueness()
    let byReturn = try spans.returnAttribution(of: prices)
    let decay = try spans.timeDecay(oldest: 0.5)
    let sample = try spans.sequentialBootstrap(seed: 7)

    let first = try BookLevels(lobsterLine: "2239500,100,2231800,100")
    var book = try LobsterBook(depth: 1, firstRow: first)
    let uncertain = book.apply(try LobsterMessage(line: "34200.18960767,1,11885113,21,2238100,1"))
    let isEqual = book.confirm(try BookLevels(lobsterLine: "2239500,100,2238100,21"))

    var depth = try DepthBook()
    depth.apply(DepthSnapshot(lastUpdate: 10, levels: first))
    let outcome = depth.apply(DepthUpdate(firstUpdate: 12, lastUpdate: 13, levels: first))
    // end

    #expect(bars.count > 50 && labels.count > 5)
    #expect(uniqueness.count == labels.count && byReturn.count == labels.count && decay.count == labels.count)
    #expect(sample.count == labels.count && uncertain == 0 && isEqual)
    #expect(outcome == .gap(expected: 11, received: 12))
  }

  @Test("the guide's statements are those of this file")
  func same() throws {
    let tests = URL(fileURLWithPath: #filePath)
    let guide = tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Docs/Guide-Bars-And-Labels.md")
    let source = try String(contentsOf: tests, encoding: .utf8)
    let inside = try #require(source.components(separatedBy: "// guide\n").dropFirst().first)
    let lines = try #require(inside.components(separatedBy: "// end\n").first).split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let blocks = try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
    let quoted = blocks.flatMap { ($0.components(separatedBy: "```").first ?? "").split(separator: "\n") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    #expect(quoted == lines)
  }
}
