#if Serving
import Boosting
import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData
import TickStreaming

@Suite("Prediction service") struct PredictionServiceTests {
  private let models: ServedModels

  init() throws { models = try ServedModels() }

  @Test("features in a request give the bundles' predictions to the bit, in any order of names")
  func features() async throws {
    let rows = try models.rows(20)
    try await withService(models.folder) { [models] client in
      for row in rows {
        let named = models.named(row)
        for body in [["symbol": "X", "tick_data": named], ["symbol": "X", "features": named]] {
          let answer = try await client.post("/predict", body)
          #expect(answer.status == 200)
          let response = try answer.decoded(PredictionResponse.self)
          let expected = try PredictionResponse(symbol: "X", timestamp: 0, row: row, bundles: models.bundles)
          #expect(response.predictions == expected.predictions)
          #expect(response.confidence == expected.confidence)
          #expect(response.quality == expected.quality)
          #expect(response.featureTime == nil && response.timestamp > 1_700_000_000_000_000_000)
        }
        let ordered = try await client.post(
          "/predict",
          ["symbol": "X", "features": row.map { $0.isNaN ? NSNull() as Any : $0 as Any }, "models": ["lightgbm"]])
        #expect(
          try ordered.decoded(PredictionResponse.self).predictions
            == PredictionResponse(symbol: "X", timestamp: 0, row: row, bundles: models.bundles).predictions)
      }
    }
  }

  @Test("ticks in a request give the features of history")
  func ticks() async throws {
    let series = models.ticks.series[0]
    var table = TickTable()
    for row in 0..<120 { table.append(series[row]) }
    let features = try models.bundles[0].recipe.features(of: table)
    let row = features.columns.indices.map { features[features.rowCount - 1, $0] }
    try await withService(models.folder) { [models] client in
      let list: [[String: Any]] = (0..<120).map { row in
        let tick = series[row]
        return [
          "timestamp": tick.time, "price": tick.price, "volume": tick.size, "bid": tick.bid, "ask": tick.ask,
          "bid_size": tick.bidSize, "ask_size": tick.askSize,
        ].filter { ($0.value as? Double)?.isNaN != true }
      }
      for count in [120, 1] {
        let given: Any = count == 1 ? list[0] as Any : list as Any
        let answer = try await client.post("/predict", ["symbol": series.symbol, "tick_data": given])
        let response = try answer.decoded(PredictionResponse.self)
        #expect(response.featureTime == series[count - 1].time)
        guard count == 120 else {
          #expect(response.quality == ["missing_features", "no_history"])
          continue
        }
        #expect(
          response.predictions
            == (try PredictionResponse(symbol: "X", timestamp: 0, row: row, bundles: models.bundles).predictions))
      }
    }
  }

  @Test("contributions add up to the raw score")
  func explanations() async throws {
    let row = try models.rows(1)[0]
    try await withService(models.folder) { [models] client in
      let answer = try await client.post(
        "/predict", ["symbol": "X", "features": models.named(row), "explain": 1000])
      let response = try answer.decoded(PredictionResponse.self)
      for bundle in models.bundles {
        let explanation = try #require(response.explanations?[bundle.name])
        let sum = explanation.expected + explanation.contributions.reduce(0) { $0 + $1.contribution }
        let score = try bundle.model.rawScores(row: row)[0]
        #expect(abs(sum - score) < 1e-9 && abs(explanation.score - score) < 1e-9)
        let sizes = explanation.contributions.map { abs($0.contribution) }
        #expect(sizes == sizes.sorted(by: >))
      }
      let few = try await client.post("/predict", ["symbol": "X", "features": models.named(row), "explain": 2])
      #expect(
        try few.decoded(PredictionResponse.self).explanations?.values.allSatisfy { $0.contributions.count <= 2 } == true
      )
    }
  }

  @Test(
    "what is wrong is told with the field, what was given and what is allowed",
    arguments: [
      (#"{"tick_data":{}}"#, "symbol", "symbol is missing"),
      (#"{"symbol":5}"#, "symbol", "a number"),
      (#"{"symbol":""}"#, "symbol", "empty"),
      (#"{"symbol":"X","models":["nothing"]}"#, "models", "direction_5_lightgbm"),
      (#"{"tick_data":{"price":1}}"#, "symbol", "symbol is missing"),
      (#"{"symbol":"X","models":["direction_5_lightgbm@nope"]}"#, "models", "loaded are: champion ("),
      (#"{"symbol":"X","tick_data":{"bid":1,"ask":2}}"#, "tick_data", "a trade"),
      (#"{"symbol":"X","models":"lightgbm"}"#, "models", "a text"),
      (#"{"symbol":"X","explain":-1}"#, "explain", "0 to 1000"),
      (#"{"symbol":"X","explain":1.5}"#, "explain", "0 to 1000"),
      (#"{"symbol":"X","extra":1}"#, "extra", "symbol, tick_data"),
      (#"{"symbol":"X","symbol":"Y"}"#, "symbol", "twice"),
      (#"{"symbol":"X","tick_data":{"return_5":1}}"#, "tick_data", "needs the features"),
      (#"{"symbol":"X","tick_data":{"nonsense":1}}"#, "tick_data", "no feature"),
      (#"{"symbol":"X","tick_data":{"return_5":"1"}}"#, "tick_data", "a text"),
      (#"{"symbol":"X","tick_data":"ticks"}"#, "tick_data", "a text"),
      (#"{"symbol":"X","tick_data":[]}"#, "tick_data", "empty"),
      (#"{"symbol":"X","tick_data":{"price":-1}}"#, "tick_data", "price"),
      (#"{"symbol":"X","tick_data":{"price":1,"symbol":"Y"}}"#, "tick_data", "'Y'"),
      (#"{"symbol":"X","features":[1,2]}"#, "features", "2 numbers"),
      (#"{"symbol":"X","features":{"return_5":1e999}}"#, "", "range"),
      (#"{"symbol":"X","features":[],"tick_data":{"price":1}}"#, "features", "both"),
      (#"{"symbol":"X""#, "", "ends too early"), ("[]", "", "a list"), ("", "", "no JSON"),
      (#"{"symbol":"X"} x"#, "", "behind"),
    ])
  func refusals(_ body: String, _ field: String, _ words: String) async throws {
    try await withService(models.folder) { client in
      let answer = try await client.send("POST", "/predict", Data(body.utf8))
      #expect(answer.status == 422, "\(body): \(answer.text)")
      let place = (answer.detail["loc"] as? [Any])?.map { "\($0)" } ?? []
      #expect(place.first == "body" && (field.isEmpty || place.contains(field)), "\(body): \(place)")
      #expect(answer.message.contains(words), "\(body): \(answer.message)")
      #expect(answer.headers["x-request-id"]?.isEmpty == false)
    }
  }

  @Test("a tick that cleaning drops is refused by its field; a bundle without its manifest is seen")
  func dropped() async throws {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_1")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm]?.numIterations = 2
    configuration.cleaning = CleaningOptions(calendar: .nse)
    let bundle = try ModelTrainer(configuration).train(models.ticks)[0]
    let folder = models.folder + "-cleaned"
    try bundle.write(to: folder)
    try await withService(folder) { client in
      for (tick, field, words) in [
        (["price": -1], "price", "price is -1.0; the models' cleaning drops the tick by its rule invalidPrice"),
        (["price": 1, "volume": -5], "volume", "invalidSize"),
        (["price": 1, "timestamp": 1], "timestamp", "epochTime"),
        // A Saturday.
        (["price": 1, "timestamp": 1_620_450_000_000_000_000], "timestamp", "closedDay"),
        (["price": 1, "cancelled": true], "cancelled", "cancelledPrint"),
      ] as [([String: Any], String, String)] {
        let answer = try await client.post("/predict", ["symbol": "X", "tick_data": tick])
        #expect(answer.status == 422 && answer.message.contains(words), "\(answer.text)")
        #expect((answer.detail["loc"] as? [String])?.last == field, "\(answer.text)")
      }
    }
    try FileManager.default.removeItem(atPath: "\(folder)/\(bundle.name)/manifest.json")
    try models.bundles[0].write(to: folder)
    let error = #expect(throws: ModelingError.self) { try PredictionService(models: folder) }
    #expect(error?.message.contains("no manifest.json") == true)
  }

  @Test("a batch gives each row's predictions, as JSON and as Parquet")
  func batch() async throws {
    let rows = try models.rows(300)
    let names = models.bundles[0].model.featureNames
    struct Batch: Decodable {
      struct Predictions: Decodable {
        let version: String
        let prediction: [Double]
        let probabilities: [[Double]]
      }
      let rows: Int
      let predictions: [String: Predictions]
    }
    try await withService(models.folder) { [models] client in
      let values = rows.map { $0.map { $0.isNaN ? NSNull() as Any : $0 as Any } }
      let reversed: [String: Any] = [
        "rows": values.map { Array($0.reversed()) }, "columns": Array(names.reversed()),
        "models": ["direction_5_lightgbm"],
      ]
      for body in [["rows": values], reversed] {
        let answer = try await client.post("/predict/batch", body)
        let batch = try answer.decoded(Batch.self)
        #expect(batch.rows == 300)
        for bundle in models.bundles where batch.predictions[bundle.name] != nil {
          let expected = try rows.map { try bundle.prediction(row: $0) }
          #expect(batch.predictions[bundle.name]?.prediction == expected.map(\.prediction))
          #expect(batch.predictions[bundle.name]?.version == bundle.modelVersion)
          if bundle.target.classCount != nil {
            #expect(batch.predictions[bundle.name]?.probabilities == expected.map(\.probabilities))
          }
        }
      }
      for (body, words) in [
        (["rows": []], "at least one row"), (["rows": [[1, 2], [1]]], "row 1"), (["rows": [["a"]]], "a text"),
        (["rows": [[1]], "columns": ["a", "b"]], "2 names"), (["rows": [[1, 2]]], "needs its"),
      ] as [([String: Any], String)] {
        let answer = try await client.post("/predict/batch", body)
        #expect(answer.status == 422 && answer.message.contains(words), "\(answer.text)")
      }
      let other = try await client.send("POST", "/predict/batch", Data("x".utf8), ["Content-Type": "text/csv"])
      #expect(other.status == 415)
    }
  }

  @Test("the Open Inference Protocol")
  func inference() async throws {
    let rows = try models.rows(5)
    let bundle = models.bundles[0]
    try await withService(models.folder) { client in
      #expect(try await client.get("/v2/health/live").object["live"] as? Bool == true)
      #expect(try await client.get("/v2/health/ready").object["ready"] as? Bool == true)
      #expect(try await client.get("/v2").object["name"] as? String == "tickboost")
      let metadata = try await client.get("/v2/models/\(bundle.name)").object
      #expect(metadata["versions"] as? [String] == [bundle.modelVersion])
      #expect(metadata["features"] as? [String] == bundle.model.featureNames)
      #expect(try await client.get("/v2/models/\(bundle.name)/versions/\(bundle.modelVersion)/ready").status == 200)
      let flat = rows.flatMap { $0.map { $0.isNaN ? NSNull() as Any : $0 as Any } }
      let whole: [String: Any] = ["name": "features", "shape": [5, rows[0].count], "datatype": "FP64", "data": flat]
      let apart = bundle.model.featureNames.enumerated().map { place, name -> [String: Any] in
        [
          "name": name, "shape": [5, 1], "datatype": "FP64",
          "data": rows.map { [$0[place].isNaN ? NSNull() as Any : $0[place] as Any] },
        ]
      }
      let binary = try await client.post(
        "/v2/models/\(bundle.name)/infer", ["inputs": [whole]], headers: ["Inference-Header-Content-Length": "100"])
      #expect(binary.status == 400 && binary.message.contains("binary_data=False"))
      for inputs in [[whole], apart] {
        let answer = try await client.post("/v2/models/\(bundle.name)/infer", ["id": "7", "inputs": inputs])
        #expect(answer.status == 200, "\(answer.text)")
        let object = answer.object
        #expect(object["id"] as? String == "7")
        #expect(object["model_version"] as? String == bundle.modelVersion)
        let outputs = object["outputs"] as? [[String: Any]]
        #expect(outputs?.map { $0["name"] as? String } == ["prediction", "probabilities"])
        #expect(outputs?[0]["data"] as? [Double] == (try rows.map { try bundle.prediction(row: $0).prediction }))
        #expect(outputs?[1]["shape"] as? [Int] == [5, 2])
      }
      for (path, body, status) in [
        ("nothing", ["inputs": [whole]], 404), (bundle.name, ["inputs": []], 400), (bundle.name, ["inputs": 5], 400),
        (bundle.name, ["inputs": [whole], "outputs": [["name": "x"]]], 400),
        (bundle.name, ["inputs": [["name": "a", "shape": [2, 2], "datatype": "FP64", "data": [1]]]], 400),
        (bundle.name, ["inputs": [["name": "a", "shape": [1], "datatype": "BYTES", "data": ["x"]]]], 400),
      ] as [(String, [String: Any], Int)] {
        let answer = try await client.post("/v2/models/\(path)/infer", body)
        #expect(answer.status == status && !(answer.object["error"] as? String ?? "").isEmpty, "\(answer.text)")
      }
      let index = try await client.post("/v2/repository/index", [String: Any]())
      #expect(index.text.contains("READY"))
      #expect(try await client.post("/v2/repository/models/\(bundle.name)/load", [String: Any]()).status == 200)
    }
  }

  @Test("limits and ways that are not there")
  func limits() async throws {
    try await withService(
      models.folder,
      configure: { options in
        options.bodyLimit = 2000
        options.targetLimit = 300
        options.batchLimit = 2
      }
    ) { client in
      let long = try await client.post("/predict", ["symbol": String(repeating: "x", count: 3000)])
      #expect(long.status == 413 && long.message.contains("2000"))
      #expect(try await client.get("/predict/" + String(repeating: "x", count: 400)).status == 414)
      #expect(try await client.post("/predict/batch", ["rows": [[1], [1], [1]]]).message.contains("2 are allowed"))
      let wrong = try await client.send("PUT", "/predict", Data())
      #expect(wrong.status == 405 && wrong.headers["allow"] == "POST")
      #expect(try await client.get("/nothing").status == 404)
      #expect(try await client.get("/predict/X").status == 404)
      #expect(try await client.get("/predict/X?foo=1").message.contains("explain, models"))
      #expect(try await client.get("/predict/%ff").status == 422)
      #expect(try await client.get("/health", headers: ["X-Request-ID": "mine-1"]).headers["x-request-id"] == "mine-1")
    }
  }

  @Test("the reference answers: health and models")
  func service() async throws {
    try await withService(models.folder) { [models] client in
      let health = try await client.get("/health").object
      #expect(health["status"] as? String == "ok" && health["models"] as? Int == 2)
      let all = try await client.get("/models").object["models"] as? [[String: Any]]
      #expect(all?.map { $0["name"] as? String } == models.bundles.map(\.name))
      #expect(all?[0]["version"] as? String == models.bundles[0].modelVersion)
      #expect((all?[0]["features"] as? [String])?.count == models.bundles[0].model.featureNames.count)
    }
  }
}
#endif
