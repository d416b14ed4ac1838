#if Serving
import Boosting
import Evaluation
import Features
import Foundation
import Logging
import ModelServing
import Modeling
import TestSupport
import Testing
import TickData
import TickStorage
import TickStreaming

private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("Operating a prediction service") struct ServiceOperationTests {
  private let models: ServedModels

  init() throws { models = try ServedModels() }

  private func version(_ client: Client, _ name: String, _ row: [Double]) async throws -> String {
    let answer = try await client.post("/predict", ["symbol": "X", "features": models.named(row)])
    return try answer.decoded(PredictionResponse.self).predictions[name]?.version ?? answer.text
  }

  @Test(
    "a new version is taken up under load without a failed request; a corrupt one is refused and the old one goes on")
  func reload() async throws {
    let row = try models.rows(1)[0]
    let name = models.bundles[0].name
    let newer = try ServedModels.train(["direction_5"], models.ticks, rounds: 20)[0]
    let registry = ModelRegistry(path: models.folder)
    var watch = WatchOptions()
    watch.reloadInterval = 0.05
    try await withService(models.folder, watch: watch) { [models] client in
      #expect(try await version(client, name, row) == models.bundles[0].modelVersion)
      // Requests all the while: each answer is that of one whole model.
      let isOver = Shared(false)
      let load = Task {
        var seen: [String: Set<Double>] = [:]
        while !isOver.withLock({ $0 }) {
          let answer = try await client.post("/predict", ["symbol": "X", "features": models.named(row)])
          #expect(answer.status == 200)
          let prediction = try answer.decoded(PredictionResponse.self).predictions[name]
          if let prediction { seen[prediction.version, default: []].insert(prediction.probabilities[1]) }
        }
        return seen
      }
      try registry.register(newer, alias: ModelRegistry.champion)
      for _ in 0..<100 where try await version(client, name, row) != newer.modelVersion {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await version(client, name, row) == newer.modelVersion)
      // One that does not prove itself: the manifest says another model.
      let path = "\(models.folder)/\(name)/versions/beef"
      try FileManager.default.copyItem(atPath: "\(models.folder)/\(name)/versions/\(newer.modelVersion)", toPath: path)
      try Data("tree".utf8).write(to: URL(fileURLWithPath: "\(path)/model.txt"))
      let refused = try await client.send(
        "PUT", "/models/\(name)/aliases/champion", Data(#"{"version":"beef"}"#.utf8))
      #expect(refused.status == 409 && refused.message.contains("refused"), "\(refused.text)")
      try registry.setAlias(ModelRegistry.champion, of: name, to: "beef")
      for _ in 0..<100 where try await client.get("/health").object["status"] as? String == "ok" {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await client.get("/health").text.contains("is not served as its folder says"))
      #expect(try await version(client, name, row) == newer.modelVersion)
      // What is wrong with a change is named.
      for (alias, body, place, word) in [
        ("champion", "{}", "version", "missing"), ("champion", #"{"version":5}"#, "version", "no text"),
        ("champion", "x", "body", "object"), ("champion", #"{"version":"nope"}"#, "path", newer.modelVersion),
        (newer.modelVersion, #"{"version":"\#(newer.modelVersion)"}"#, "path", "name of a version"),
      ] {
        let refused = try await client.send("PUT", "/models/\(name)/aliases/\(alias)", Data(body.utf8))
        #expect(refused.status == 422 || refused.status == 409, "\(refused.text)")
        #expect(
          refused.text.contains(word) && (refused.status == 409 || refused.text.contains(place)), "\(refused.text)")
      }
      let back = try await client.post("/models/\(name)/rollback", [String: Any]())
      #expect(back.status == 200 && back.text.contains(newer.modelVersion), "\(back.text)")
      let again = try await client.post("/models/\(name)/rollback", [String: Any]())
      #expect(again.text.contains(models.bundles[0].modelVersion), "\(again.text)")
      #expect(try await version(client, name, row) == models.bundles[0].modelVersion)
      isOver.withLock { $0 = true }
      // A version has one answer for a row.
      let seen = try await load.value
      #expect(seen.count == 2)
      for (version, values) in seen { #expect(values.count == 1, "\(version): \(values)") }
    }
  }

  @Test("a challenger is scored in the shadow, or answers a share of the symbols, the same in every process")
  func challengers() async throws {
    let row = try models.rows(1)[0]
    let name = models.bundles[0].name
    let newer = try ServedModels.train(["direction_5"], models.ticks, rounds: 20)[0]
    try ModelRegistry(path: models.folder).register(newer, alias: ModelRegistry.challenger)
    for share in [Double?.none, 0.5] {
      var extras = PredictionService.Extras()
      extras.challengerShare = share
      let isLogged = share == nil && isDuckDBHere
      extras.logFolder = isLogged ? models.folder + "-log" : nil
      var watch = WatchOptions()
      watch.logInterval = 0.1
      try await withService(models.folder, extras, watch: watch) { [models] client in
        var challenged = 0
        for number in 0..<100 {
          let answer = try await client.post(
            "/predict", ["symbol": "S\(number)", "features": models.named(row), "models": [name]])
          let version = try answer.decoded(PredictionResponse.self).predictions[name]?.version
          let isChallenged = version == newer.modelVersion
          #expect(isChallenged == (share.map { stableShare("S\(number)", salt: name) < $0 } ?? false))
          challenged += isChallenged ? 1 : 0
        }
        #expect(share == nil ? challenged == 0 : 30...70 ~= challenged)
        let asked = try await client.post(
          "/predict", ["symbol": "S1", "features": models.named(row), "models": ["\(name)@challenger"]])
        #expect(try asked.decoded(PredictionResponse.self).predictions[name]?.version == newer.modelVersion)
        guard isLogged else { return }
        // 100 pairs, and the answer of the challenger, beside which nothing is scored.
        let line = "tickboost_prediction_log_rows_total{state=\"written\"} 201"
        var text = ""
        for _ in 0..<100 where !text.contains(line) {
          try await Task.sleep(for: .milliseconds(50))
          text = try await client.get("/metrics").text
        }
        #expect(text.contains(line))
      }
    }
    guard isDuckDBHere else { return }
    let files = try FileManager.default.contentsOfDirectory(atPath: models.folder + "-log")
    #expect(!files.isEmpty && files.allSatisfy { $0.hasSuffix(".parquet") })
  }

  @Test("without a key nothing but health is told; keys come as header or bearer, the console's as a cookie")
  func keys() async throws {
    try await withService(models.folder, configure: { $0.apiKeys = ["correct-horse", "battery-staple"] }) { client in
      #expect(try await client.get("/health").status == 200)
      // What is told of the service itself, not of models or symbols.
      #expect(try await client.get("/openapi.json").status == 200)
      for path in ["/models", "/predict/X", "/metrics", "/console/snapshot", "/v2"] {
        #expect(try await client.get(path).status == 401, "\(path)")
        #expect(try await client.get(path, headers: ["X-API-Key": "wrong-horse"]).status == 401)
      }
      #expect(try await client.post("/predict", ["symbol": "X"]).status == 401)
      #expect(try await client.get("/models", headers: ["X-API-Key": "battery-staple"]).status == 200)
      #expect(try await client.get("/models", headers: ["Authorization": "Bearer correct-horse"]).status == 200)
      #expect(try await client.post("/console/session", ["key": "wrong"]).status == 401)
      let session = try await client.post("/console/session", ["key": "correct-horse"])
      let cookie = try #require(session.headers["set-cookie"])
      #expect(session.status == 204 && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      let pair = String(cookie.prefix { $0 != ";" })
      #expect(try await client.get("/console/snapshot", headers: ["Cookie": pair]).status == 200)
      for _ in 0..<40 { _ = try await client.post("/console/session", ["key": "wrong"]) }
      #expect(try await client.post("/console/session", ["key": "wrong"]).status == 429)
    }
  }

  @Test("live features answer as those of history, and outcomes are scored as they arrive")
  func live() async throws {
    let source = try await TickSource(models.ticks)
    defer { source.stop() }
    let table = try models.bundles[0].recipe.features(of: models.ticks)
    try await withService(models.folder, source: .socket(source.client)) { [models] http in
      var trades = 0
      for _ in 0..<400 {
        trades =
          try await http.get("/console/snapshot").object["symbols"].map {
            ($0 as? [[String: Any]] ?? []).reduce(0) { $0 + ($1["ticks"] as? Int ?? 0) }
          } ?? 0
        if trades >= table.rowCount { break }
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(trades == table.rowCount)
      for (index, symbol) in models.ticks.symbols.enumerated() {
        let last = try #require(table.symbolIndices.lastIndex(of: Int32(index)))
        let row = table.columns.indices.map { table[last, $0] }
        let answer = try await http.get("/predict/\(symbol)").decoded(PredictionResponse.self)
        #expect(answer.featureTime == table.times[last])
        #expect(
          answer.predictions
            == (try PredictionResponse(symbol: symbol, timestamp: 0, row: row, bundles: models.bundles).predictions))
        // The next tick changes nothing that others see.
        let price = table.prices[last] * 1.0001
        let next = try await http.post("/predict", ["symbol": symbol, "tick_data": ["price": price, "volume": 1]])
        #expect(next.status == 200, "\(next.text)")
        #expect(try await http.get("/predict/\(symbol)").decoded(PredictionResponse.self) == answer)
      }
      // Live accuracy is that of the same predictions on labels of history.
      for bundle in models.bundles {
        let labels = bundle.target.classes(
          of: bundle.target.values(of: table, calendar: bundle.recipe.calendar), bounds: bundle.bounds)
        let predictions = try bundle.predictions(table)
        let known = labels.indices.filter { !labels[$0].isNaN }
        var own: [String: Any]?
        // Scores are made every second.
        for _ in 0..<200 where own?["rows"] as? Int != known.count {
          try await Task.sleep(for: .milliseconds(50))
          let all = try await http.get("/models").object["models"] as? [[String: Any]]
          own = all?.first { $0["name"] as? String == bundle.name }?["live"] as? [String: Any]
        }
        #expect(own?["rows"] as? Int == known.count)
        let scores = own?["scores"] as? [String: Double]
        if bundle.target.classCount != nil {
          let right = known.count { predictions[$0].prediction == labels[$0] }
          #expect(abs((scores?["accuracy"] ?? 0) - Double(right) / Double(known.count)) < 1e-12)
          let auc = try rocAUC(labels: known.map { labels[$0] }, scores: known.map { predictions[$0].probabilities[1] })
          #expect(abs((scores?["auc"] ?? 0) - auc) < 1e-12)
        } else {
          let squares = known.reduce(0) { sum, row in
            sum + (predictions[row].prediction - labels[row]) * (predictions[row].prediction - labels[row])
          }
          #expect(abs((scores?["rmse"] ?? 0) - (squares / Double(known.count)).squareRoot()) < 1e-12)
        }
      }
      let history = try await http.get("/console/history?symbol=\(models.ticks.symbols[0])").object
      #expect((history["points"] as? [[Any]])?.isEmpty == false)
      #expect(history["models"] as? [String] == models.bundles.map(\.name))
      #expect(try await http.get("/symbols").object["symbols"] as? [String] == models.ticks.symbols.sorted())
    }
  }

  @Test("metrics are Prometheus' text, and histograms add up")
  func metrics() async throws {
    let row = try models.rows(1)[0]
    try await withService(models.folder) { [models] client in
      for _ in 0..<3 { _ = try await client.post("/predict", ["symbol": "X", "features": models.named(row)]) }
      let answer = try await client.get("/metrics")
      #expect(answer.headers["content-type"]?.hasPrefix("text/plain") == true)
      let line = try Regex(#"^[a-zA-Z_][a-zA-Z0-9_]*(\{([a-z_]+="([^"\\]|\\.)*",?)+\})? (NaN|[+-]?Inf|-?[0-9.e+-]+)$"#)
      var values: [String: Double] = [:]
      for text in answer.text.split(separator: "\n") where !text.hasPrefix("#") {
        #expect(try line.wholeMatch(in: text) != nil, "\(text)")
        let place = text.lastIndex(of: " ") ?? text.endIndex
        values[String(text[..<place])] = Double(text[text.index(after: place)...])
      }
      // A family's samples stand together behind its type, as parsers need it.
      var family = ""
      for text in answer.text.split(separator: "\n") {
        let words = text.split(separator: " ")
        if text.hasPrefix("# TYPE ") { family = String(words[2]) }
        guard !text.hasPrefix("#") else { continue }
        #expect(text.hasPrefix(family), "\(text) in \(family)")
      }
      let types = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
      #expect(Set(types).count == types.count && types.count > 20)
      #expect(values[#"http_requests_total{method="POST",route="/predict",status="200"}"#] == 3)
      let name = models.bundles[0].name
      let labels = #"model="\#(name)",version="\#(models.bundles[0].modelVersion)""#
      #expect(values["tickboost_prediction_duration_seconds_count{\(labels)}"] == 3)
      #expect(values[#"tickboost_prediction_duration_seconds_bucket{\#(labels),le="+Inf"}"#] == 3)
      #expect((values["tickboost_prediction_duration_seconds_sum{\(labels)}"] ?? 0) > 0)
      #expect((values["process_resident_memory_bytes"] ?? 0) > 1_000_000)
    }
  }

  @Test("the OpenAPI document has every route, and the fields that answers have")
  func document() async throws {
    let row = try models.rows(1)[0]
    try await withService(models.folder) { [models] client in
      let document = try await client.get("/openapi.json").object
      #expect(document["openapi"] as? String == "3.1.0")
      let paths = try #require(document["paths"] as? [String: [String: Any]])
      for path in [
        "/health", "/models", "/predict", "/predict/{symbol}", "/predict/batch", "/v2/models/{model}/infer", "/metrics",
      ] {
        #expect(paths[path] != nil, "\(path)")
      }
      let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
      // Every reference leads somewhere.
      let text = try await client.get("/openapi.json").text
      for match in text.matches(of: try Regex(##""#/components/schemas/([^"]+)""##)) {
        let name = String(match.output[1].substring ?? "")
        #expect(schemas[name] != nil, "\(name)")
      }
      for (name, path) in [("HealthAnswer", "/health"), ("ModelsAnswer", "/models")] {
        let fields = schemas[name]?["properties"] as? [String: Any]
        #expect(fields.map { Set($0.keys) } == Set(try await client.get(path).object.keys), "\(name)")
      }
      let answer = try await client.post("/predict", ["symbol": "X", "features": models.named(row), "explain": 1])
      let fields = schemas["PredictionResponse"]?["properties"] as? [String: Any]
      #expect(fields.map { Set($0.keys) } == Set(answer.object.keys))
      let request = schemas["PredictionRequest"]
      #expect(request?["required"] as? [String] == ["symbol"])
      #expect(request?["additionalProperties"] as? Bool == false)
    }
  }

  @Test("models of several recipes come and go under ticks and requests: no answer is of another model's features")
  func reloadRecipes() async throws {
    // Ticks for forty seconds: the rounds below stop before, however slow the machine is.
    let models = try ServedModels(ticks: 40_000)
    // The other's features are more, other ones, and first: its lane pushes that of the others back.
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [3, 10], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_1")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm]?.numIterations = 5
    let other = try ModelTrainer(configuration).train(models.ticks)[0]
    let source = try await TickSource(models.ticks, perSecond: 1000)
    defer { source.stop() }
    var watch = WatchOptions()
    watch.reloadInterval = 0.02
    let symbol = models.ticks.symbols[0]
    // Every answer that there can be of those that stay; the other's features begin anew each time.
    var expected: [String: Set<[Double]>] = [:]
    for bundle in models.bundles {
      expected[bundle.modelVersion] = Set(
        try bundle.predictions(bundle.recipe.features(of: models.ticks)).map { [$0.prediction] + $0.probabilities })
    }
    let (folder, all) = (models.folder, expected)
    try await withService(folder, source: .socket(source.client), watch: watch) { client in
      for _ in 0..<200 where try await client.get("/predict/\(symbol)").status != 200 {
        try await Task.sleep(for: .milliseconds(20))
      }
      let isOver = Shared(false)
      let versions = try await withThrowingTaskGroup(of: Set<String>.self) { group in
        for _ in 0..<3 {
          group.addTask {
            var seen: Set<String> = []
            while !isOver.withLock({ $0 }) {
              let answer = try await client.get("/predict/\(symbol)")
              #expect(answer.status == 200, "\(answer.text)")
              for (_, prediction) in try answer.decoded(PredictionResponse.self).predictions {
                seen.insert(prediction.version)
                let values = [prediction.prediction] + prediction.probabilities
                #expect(all[prediction.version]?.contains(values) ?? true, "\(prediction)")
              }
            }
            return seen
          }
        }
        let start = ContinuousClock.now
        for _ in 0..<15 where ContinuousClock.now - start < .seconds(20) {
          for isThere in [true, false] {
            if isThere {
              try other.write(to: folder)
            } else {
              try FileManager.default.removeItem(atPath: "\(folder)/\(other.name)")
            }
            for _ in 0..<100 where try await client.get("/health").object["models"] as? Int != (isThere ? 3 : 2) {
              try await Task.sleep(for: .milliseconds(10))
            }
            // The other answers once its symbol has traded.
            for _ in 0..<100 {
              try await Task.sleep(for: .milliseconds(30))
              let answer = try await client.get("/predict/\(symbol)").decoded(PredictionResponse.self)
              if !isThere || answer.predictions.values.contains(where: { $0.version == other.modelVersion }) { break }
            }
          }
        }
        isOver.withLock { $0 = true }
        return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
      }
      #expect(versions.count == 3)
    }
  }

  @Test("the console's page, and events that go on")
  func console() async throws {
    let streamed = Shared<Task<Data, any Error>?>(nil)
    try await withService(models.folder, configure: { $0.chartFolder = "/nowhere" }) { client in
      let page = try await client.get("/")
      #expect(page.status == 200 && page.text.contains("<html"))
      #expect(page.headers["content-security-policy"]?.contains("default-src 'self'") == true)
      for path in ["/console/console.js", "/console/console.css"] { #expect(try await client.get(path).status == 200) }
      #expect(try await client.get("/console/dygraph.min.js").status == 404)
      #expect(try await client.get("/console/history?symbol=..%2Fetc").status == 404)
      let snapshot = try await client.get("/console/snapshot").object
      #expect(snapshot["status"] as? String == "ok" && snapshot["memory_bytes"] as? Int ?? 0 > 0)
      let head = try await client.send("HEAD", "/health", nil)
      #expect(head.status == 200 && head.data.isEmpty)
      // Two events, and the end of the stream with that of the service.
      let port = client.port
      let events = Task {
        try await onOwnThread {
          try RawConnection.exchange(Data("GET /console/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), port: port)
        }
      }
      try await Task.sleep(for: .milliseconds(1500))
      streamed.withLock { $0 = events }
    }
    let text = String(decoding: try await #require(streamed.withLock { $0 }).value, as: UTF8.self)
    #expect(text.contains("text/event-stream") && text.components(separatedBy: "event: snapshot\ndata: {").count >= 3)
  }
}
#endif
