#if Serving
import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData
import TickStorage
import TickStreaming

private let isKafkaHere = (try? LocalBroker()) != nil  // Its error is the reason to skip.
private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("Where a prediction service's ticks come from", .serialized) struct ServiceSourceTests {
  private let models: ServedModels

  init() throws { models = try ServedModels(ticks: 3000) }

  /// Of each symbol the newest row of features, its time, and what models say of it.
  private func expected(_ bundles: [ModelBundle]) throws -> [String: (
    time: Int64, [String: PredictionResponse.Prediction]
  )] {
    let table = try bundles[0].recipe.features(of: models.ticks)
    var found: [String: (time: Int64, [String: PredictionResponse.Prediction])] = [:]
    for (index, symbol) in table.symbols.enumerated() {
      let last = try #require(table.symbolIndices.lastIndex(of: Int32(index)))
      let row = table.columns.indices.map { table[last, $0] }
      found[symbol] = (
        table.times[last],
        try PredictionResponse(symbol: symbol, timestamp: 0, row: row, bundles: bundles).predictions
      )
    }
    return found
  }

  /// Asks until a symbol's features are those of a time.
  private func answer(_ client: Client, _ symbol: String, _ time: Int64) async throws -> PredictionResponse? {
    for _ in 0..<1200 {
      let answer = try await client.get("/predict/\(symbol)")
      if answer.status == 200 {
        let response = try answer.decoded(PredictionResponse.self)
        if response.featureTime == time { return response }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  @Test(
    "a topic's ticks are predicted to a topic and answered from, by the service that predicts and by one beside it",
    .enabled(if: isKafkaHere, "librdkafka is not on this machine"))
  func topics() async throws {
    let broker = try LocalBroker()
    for topic in ["tick-data", "predictions", "predict-stream-state"] { try broker.createTopic(topic, partitions: 2) }
    let kafka = KafkaConfiguration(broker.bootstrapServers)
    let replay = try TickReplay(TickBatch(merging: models.ticks), stream: "s")
    let producer = try KafkaProducer(kafka)
    for row in 0..<models.ticks.rowCount {
      let message = replay[row]
      try producer.enqueue(KafkaRecord(topic: "tick-data", key: message.tick.symbol, value: try message.encoded()))
    }
    try producer.close()
    // The challenger has one of the two symbols.
    let name = models.bundles[0].name
    let newer = try ServedModels.train(["direction_5"], models.ticks, rounds: 20)[0]
    try ModelRegistry(path: models.folder).register(newer, alias: ModelRegistry.challenger)
    let shares = models.ticks.symbols.map { stableShare($0, salt: name) }
    var extras = PredictionService.Extras()
    extras.challengerShare = shares.reduce(0, +) / Double(shares.count)
    let share = extras.challengerShare ?? 0
    var options = PredictionStreamOptions()
    options.checkpointInterval = 0.2
    let source = ServiceSource.stream(kafka, options) { consumer, _ in
      consumer.sessionTimeout = 6
      consumer.fetchWait = 0.01
    }
    let wanted = try expected(models.bundles)
    let challenged = try expected([newer])
    try await withService(models.folder, source: source, extras) { [models, options, extras] client in
      for _ in 0..<2 {
        for (symbol, (time, predictions)) in wanted {
          let response = try #require(try await answer(client, symbol, time))
          var predictions = predictions
          if stableShare(symbol, salt: name) < share { predictions[name] = challenged[symbol]?.1[name] }
          #expect(response.predictions == predictions)
        }
      }
      // The states that the stream has saved, and the ticks behind them, give the same beside it.
      try await withService(models.folder, source: .topic(kafka, options), extras) { beside in
        for (symbol, (time, _)) in wanted {
          let response = try #require(try await answer(beside, symbol, time))
          #expect(response.predictions == (try await answer(client, symbol, time))?.predictions)
        }
        #expect(try await beside.get("/symbols").object["symbols"] as? [String] == models.ticks.symbols.sorted())
      }
    }
    // In the topic each symbol's predictions are of the version that answers for it.
    struct Line: Decodable {
      struct Value: Decodable { let version: String }
      let symbol: String
      let predictions: [String: Value]
    }
    var counts: [String: Int] = [:]
    for partition in Int32(0)..<2 {
      for message in try KafkaTail(kafka).messages(topic: "predictions", partition: partition, from: 0) {
        let line = try JSONDecoder().decode(Line.self, from: Data(message.value ?? []))
        let isChallenged = stableShare(line.symbol, salt: name) < share
        #expect(
          line.predictions[name]?.version == (isChallenged ? newer.modelVersion : models.bundles[0].modelVersion))
        counts[line.symbol, default: 0] += 1
      }
    }
    #expect(counts.count == 2 && counts.values.reduce(0, +) > 2900)
  }

  @Test(
    "the newest ticks of a store stand in for symbols without live ones",
    .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
  func store() async throws {
    var extras = PredictionService.Extras()
    let path = models.folder + "-ticks.duckdb"
    extras.storePath = path
    do {
      let store = try TickStore(path: path)
      try store.append(models.ticks)
    }
    let wanted = try expected(models.bundles)
    try await withService(models.folder, extras) { client in
      for (symbol, (time, predictions)) in wanted {
        let response = try await client.get("/predict/\(symbol)").decoded(PredictionResponse.self)
        #expect(response.featureTime == time && response.predictions == predictions)
        let posted = try await client.post("/predict", ["symbol": symbol])
        #expect(try posted.decoded(PredictionResponse.self).predictions == predictions)
      }
      #expect(try await client.get("/symbols").object["symbols"] as? [String] == models.ticks.symbols.sorted())
      // A tick in a request comes behind those of the store; so old ones say that they are.
      let series = models.ticks.series[0]
      let last = series[series.count - 1]
      let next: [String: Any] = ["price": last.price * 1.001, "volume": 10]
      let begun = try await client.post("/predict", ["symbol": series.symbol, "tick_data": next])
      var engine = FeatureEngine(recipe: models.bundles[0].recipe)
      for row in 0..<series.count { _ = try engine.update(series[row]) }
      _ = try engine.update(Tick(symbol: series.symbol, time: last.time, price: last.price * 1.001, size: 10))
      let response = try begun.decoded(PredictionResponse.self)
      for bundle in models.bundles {
        let own = try bundle.prediction(row: Array(engine.row))
        #expect(response.predictions[bundle.name]?.prediction == own.prediction)
        #expect(response.predictions[bundle.name]?.probabilities == own.probabilities)
      }
      #expect(!response.quality.contains("no_history"))
      #expect(try await client.get("/predict/\(series.symbol)").text.contains("\"stale\""))
      let fresh = try await client.post("/predict", ["symbol": "NOBODY", "tick_data": next])
      #expect(fresh.status == 200 && fresh.text.contains("no_history"))
      // Many at once, all just after what was read has become old.
      try await Task.sleep(for: .seconds(1.1))
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<16 { group.addTask { try await client.get("/predict/\(series.symbol)").status } }
        for step in 0..<16 { group.addTask { try await client.get("/predict/NOBODY\(step % 3)").status } }
        return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(counts == [200: 16, 404: 16])
      let unknown = try await client.get("/predict/NOBODY")
      #expect(unknown.status == 404 && unknown.message.contains("NOBODY"))
      #expect(try await client.get("/predict/X%27%20OR%201=1").status == 404)
    }
  }

  @Test("a store that is not there is refused at once", .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
  func noStore() throws {
    var extras = PredictionService.Extras()
    extras.storePath = models.folder + "/nothing.duckdb"
    let error = #expect(throws: StorageError.self) { try PredictionService(models: models.folder, .init(), extras) }
    #expect(error?.message.contains("nothing.duckdb") == true)
  }
}
#endif
