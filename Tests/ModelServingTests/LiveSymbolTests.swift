#if Streaming
import Boosting
import Features
import Foundation
import Logging
import ModelServing
import Modeling
import Testing
import TickData
import TickStreaming

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

  @Test("a request with other models, between two ticks of one frame, leaves the features of those that predict alone")
  func asked() throws {
    let models = try ServedModels(["direction_5"])
    let champion = models.bundles[0]
    // Its features are more, and come first.
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [3, 10], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_1")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm]?.numIterations = 5
    let other = try ModelTrainer(configuration).train(models.ticks)[0]
    let series = models.ticks.series[0]
    let table = try champion.recipe.features(of: TickTable([series]))
    let expected = try champion.predictions(table)
    let host = try ModelHost(path: models.folder)
    let live = LiveTable()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let feed = TickFeed(host: host, table: live, symbolLimit: 10, logger: logger)
    let predictor = RequestPredictor(host: host, table: live)
    var seen = 0
    func look() throws {
      let results = try #require(live.place(series.symbol)).withLock { $0.results }
      let own = try #require(results.first { $0.model.name == champion.name }?.prediction)
      #expect(own.prediction == expected[seen - 1].prediction && own.probabilities == expected[seen - 1].probabilities)
      let asked = try predictor.immediate(series.symbol, models: [])
      let answer = try JSONDecoder().decode(PredictionResponse.self, from: Data(try #require(asked).json()))
      #expect(answer.predictions[champion.name]?.probabilities == own.probabilities)
    }
    // The models change while the ticks of a frame are taken, and before each tick somebody asks.
    for frame in 0..<20 {
      let rows = frame * 20..<frame * 20 + 20
      feed.take(
        rows.lazy.map { row in
          do {
            if row % 20 == 10 {
              if frame % 2 == 0 {
                try other.write(to: models.folder)
              } else {
                try FileManager.default.removeItem(atPath: "\(models.folder)/\(other.name)")
              }
              #expect(host.refresh())
            }
            if row > 0 { try look() }
          } catch {
            Issue.record(error)
          }
          seen += 1
          return TickMessage(series[row])
        })
    }
    #expect(seen == 400 && feed.statistics.predicted == 400)
  }
}
#endif
