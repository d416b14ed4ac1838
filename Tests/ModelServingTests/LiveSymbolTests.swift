#if Streaming
import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData

@Suite("Live symbols")
struct LiveSymbolTests {
  @Test("a saved symbol goes on with the same bits, cleaned or not", arguments: [false, true])
  func restored(isCleaned: Bool) throws {
    var market = MarketOptions()
    market.ticks = 1500
    market.symbols = 1
    let series = try SyntheticMarket(market).ticks().series[0]
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    configuration.cleaning = isCleaned ? CleaningOptions() : nil
    let folder = NSTemporaryDirectory() + "live-symbol-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }  // It is in the system's temporary folder.
    for bundle in try ModelTrainer(configuration).train(TickTable([series])) { try bundle.write(to: folder) }
    let lanes = try LiveModels(ModelBundle.all(in: folder)).lanes
    var symbol = LiveSymbol(series.symbol, lanes)
    for row in 0..<series.count {
      if row % 97 == 50 {
        // As after another start: the bundles were read again.
        let again = try LiveModels(ModelBundle.all(in: folder)).lanes
        var restored = try LiveSymbol(saved: symbol.saved(), again)
        var original = symbol
        for next in row..<min(row + 30, series.count) {
          _ = original.take(series[next])
          _ = restored.take(series[next])
          #expect(original.row(0)?.map(\.bitPattern) == restored.row(0)?.map(\.bitPattern))
        }
      }
      _ = symbol.take(series[row])
    }
  }

  @Test("a copy that another thread saves does not see the ticks that come meanwhile")
  func copies() async throws {
    var market = MarketOptions()
    market.ticks = 20_000
    market.symbols = 1
    let series = try SyntheticMarket(market).ticks().series[0]
    let lane = LiveModels.Lane(recipe: try FeatureRecipe(calendar: .nse), cleaning: nil)
    var symbol = LiveSymbol(series.symbol, [lane])
    var row = 0
    while row < series.count {
      let copy = symbol
      let expected = try symbol.saved()
      async let saved = Task.detached { try copy.saved() }.value
      for next in row..<min(row + 500, series.count) { _ = symbol.take(series[next]) }
      row += 500
      #expect(try await saved == expected)
    }
  }
}
#endif
