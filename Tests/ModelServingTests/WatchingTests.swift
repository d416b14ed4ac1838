#if Serving
import Boosting
import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData
import TickStorage
import TickStreaming

private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("Watching models that answer", .serialized, .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
struct WatchingTests {
  /// Asks until a body's text holds something; the last text otherwise.
  private func wait(for text: String, _ client: Client, _ path: String, seconds: Double = 60) async throws -> String {
    var found = ""
    for _ in 0..<Int(seconds * 20) {
      found = try await client.get(path).text
      if found.contains(text) { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    return found
  }

  private func ticksFile(_ ticks: TickTable, _ path: String) throws {
    let store = try TickStore(path: nil)
    try store.append(ticks)
    try store.exportFile(path)
  }

  /// Ticks of a market in which flow tells returns, after those of the models.
  private func laterTicks(after ticks: TickTable, signal: Double) throws -> TickTable {
    var market = MarketOptions()
    market.ticks = 12_000
    market.symbols = 2
    market.seed = 5
    market.signalStrength = signal
    market.firstDay += 30
    var all = ticks
    for series in try SyntheticMarket(market).ticks().series {
      for row in 0..<series.count { all.append(series[row]) }
    }
    return all
  }

  @Test("a model trained anew by the clock takes over where it beats the champion on newer rows, and is told")
  func retraining() async throws {
    // The champion knows a market without a signal.
    var market = MarketOptions()
    market.ticks = 4000
    market.symbols = 2
    let before = try SyntheticMarket(market).ticks()
    let folder = NSTemporaryDirectory() + "retraining-\(UUID().uuidString)"
    let champion = try ServedModels.train(["direction_5"], before, rounds: 10)[0]
    try champion.write(to: folder)
    try ticksFile(laterTicks(after: before, signal: 0.5), folder + "-ticks.parquet")
    var extras = PredictionService.Extras()
    var retraining = RetrainingOptions(ticksPath: folder + "-ticks.parquet")
    retraining.interval = 0.5
    extras.retraining = retraining
    try await withService(folder, extras) { client in
      let text = try await wait(for: "is the champion", client, "/console/snapshot", seconds: 120)
      #expect(text.contains("is the champion (loss "), "\(text.suffix(500))")
      let models = try await client.get("/models").object["models"] as? [[String: Any]]
      #expect(models?[0]["version"] as? String != champion.modelVersion)
      #expect((models?[0]["versions"] as? [Any])?.count ?? 0 >= 2)
    }
    #expect(try ModelRegistry(path: folder).versions(of: champion.name).contains(champion.modelVersion))
  }

  @Test("a training is given up when it is told so")
  func cancelled() throws {
    let models = try ServedModels(["direction_5"])
    let later = try laterTicks(after: models.ticks, signal: 0.1)
    var asked = 0
    #expect(throws: CancellationError.self) {
      _ = try ModelRenewal(of: models.bundles[0], ticks: later) {
        asked += 1
        return asked > 2
      }
    }
    #expect(asked == 4)
  }

  @Test("a source that never brings a tick is a problem of health and an alarm; without a source there is none")
  func neverTicks() async throws {
    let models = try ServedModels(["direction_5"])
    var watch = WatchOptions()
    watch.silence = 0.2
    let source = ServiceSource.socket(TickClientOptions(url: "ws://127.0.0.1:1/"))
    try await withService(models.folder, source: source, watch: watch) { client in
      let health = try await wait(for: "no tick has come", client, "/health", seconds: 20)
      #expect(health.contains("degraded") && health.contains("no tick has come"), "\(health)")
      let snapshot = try await wait(for: "silence", client, "/console/snapshot", seconds: 20)
      #expect(snapshot.contains("no tick has come"))
    }
    try await withService(models.folder, watch: watch) { client in
      try await Task.sleep(for: .seconds(2.5))
      #expect(try await client.get("/health").object["status"] as? String == "ok")
    }
  }

  @Test("without ticks to train on that is an alarm, and the champion goes on")
  func nothingToTrainOn() async throws {
    let models = try ServedModels(["direction_5"])
    var extras = PredictionService.Extras()
    var retraining = RetrainingOptions(ticksPath: models.folder + "/nothing.parquet")
    retraining.interval = 0.5
    extras.retraining = retraining
    let row = try models.rows(1)[0]
    try await withService(models.folder, extras) { [models] client in
      let text = try await wait(for: "there are no ticks to train on", client, "/console/snapshot")
      #expect(text.contains("there are no ticks to train on"))
      #expect(try await client.post("/predict", ["symbol": "X", "features": models.named(row)]).status == 200)
    }
    // One bundle has no versions to choose from.
    #expect(throws: (any Error).self) {
      try PredictionService(models: "\(models.folder)/\(models.bundles[0].name)", .init(), extras)
    }
  }

  @Test("features that moved are an alarm with their names, those of training are none", arguments: [false, true])
  func drift(hasMoved: Bool) async throws {
    let models = try ServedModels(["direction_5"])
    var watch = WatchOptions()
    watch.driftInterval = 0.2
    // Prices of another size, in a market that moves ten times as much.
    var market = MarketOptions()
    market.ticks = 4000
    market.symbols = 2
    market.signalStrength = 0.2
    if hasMoved {
      market.tickVolatility *= 10
      market.relativeSpread *= 10
    }
    let source = try await TickSource(SyntheticMarket(market).ticks())
    defer { source.stop() }
    try await withService(models.folder, source: .socket(source.client), watch: watch) { client in
      _ = try await wait(for: #""checked_at""#, client, "/console/snapshot")
      let text = try await wait(
        for: "have moved from training", client, "/console/snapshot", seconds: hasMoved ? 30 : 2)
      #expect(text.contains("have moved from training") == hasMoved, "\(text.suffix(2000))")
      let metrics = try await client.get("/metrics").text
      #expect(metrics.contains(#"tickboost_alarms_total{kind="drift"} 1"#) == hasMoved)
    }
  }

  @Test("a version with other features is scored in the shadow from its own, and what could not be logged is kept")
  func shadows() async throws {
    let models = try ServedModels(["direction_5"])
    // The same target from other features.
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [10], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm]?.numIterations = 5
    let other = try ModelTrainer(configuration).train(models.ticks)[0]
    try ModelRegistry(path: models.folder).register(other, alias: ModelRegistry.challenger)
    let log = models.folder + "-log"
    var extras = PredictionService.Extras()
    extras.logFolder = log
    var watch = WatchOptions()
    watch.logInterval = 0.1
    let table = models.ticks
    let symbol = table.symbols[0]
    try await withService(models.folder, extras, watch: watch) { client in
      let series = table.series[0]
      let ticks = (0..<300).map { row -> [String: Any] in
        ["timestamp": series[row].time, "price": series[row].price, "volume": series[row].size]
      }
      func ask() async throws {
        #expect(try await client.post("/predict", ["symbol": symbol, "tick_data": ticks]).status == 200)
      }
      try await ask()
      let written = #"tickboost_prediction_log_rows_total{state="written"} "#
      #expect(try await wait(for: written + "2\n", client, "/metrics").contains(written + "2\n"))
      // The folder goes: rows wait, and health says why.
      try FileManager.default.removeItem(atPath: log)
      try Data().write(to: URL(fileURLWithPath: log))
      try await ask()
      let health = try await wait(for: "cannot be logged", client, "/health")
      #expect(health.contains("degraded") && health.contains("cannot be logged"))
      try FileManager.default.removeItem(atPath: log)
      try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: true)
      #expect(try await wait(for: written + "4\n", client, "/metrics").contains(written + "4\n"))
      #expect(try await wait(for: #""status":"ok""#, client, "/health").contains(#""status":"ok""#))
    }
    // What was written: the answer and its shadow, each with its version's own features.
    let files = try FileManager.default.contentsOfDirectory(atPath: log)
    let file = try #require(files.first)
    let rows = try RecordFileReader(path: "\(log)/\(file)")
    func texts(_ name: String) -> [String] {
      let place = rows.columns.firstIndex(of: .text(name)) ?? 0
      return rows.rows.compactMap { if case .text(let text) = $0[place] { text } else { nil } }
    }
    #expect(texts("role") == ["answer", "shadow"])
    #expect(texts("version") == [models.bundles[0].modelVersion, other.modelVersion])
    #expect(Set(texts("features_hash")).count == 2)
    #expect(texts("symbol") == [symbol, symbol])
  }
}
#endif
