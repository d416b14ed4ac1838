#if Streaming
import Features
import Foundation
import Logging
import ModelServing
import Modeling
import TestSupport
import Testing
import TickData
import TickStreaming

private let isKafkaHere = (try? LocalBroker()) != nil  // Its error is the reason to skip.

private let hasReferenceClient = Peers.tansu != nil && Peers.hasPython("kafka")

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("Prediction stream", .enabled(if: isKafkaHere, "librdkafka is not on this machine"), .serialized)
struct PredictionStreamTests {
  private let broker: LocalBroker
  private let folder = NSTemporaryDirectory() + "prediction-stream-\(UUID().uuidString)"
  private let ticks: TickTable
  private let bundles: [ModelBundle]
  private var kafka: KafkaConfiguration { KafkaConfiguration(broker.bootstrapServers) }

  private struct Prediction: Decodable, Equatable {
    struct Value: Decodable, Equatable {
      let prediction: Double
      let confidence: Double?
      let version: String
    }
    let symbol: String
    let timestamp: Int64
    let id: String
    let predictions: [String: Value]
    let quality: [String]
  }

  init() throws {
    broker = try LocalBroker()
    for topic in ["tick-data", "predictions", "predict-stream-state"] { try broker.createTopic(topic, partitions: 2) }
    var market = MarketOptions()
    market.ticks = 6000
    market.symbols = 3
    market.signalStrength = 0.2
    ticks = try SyntheticMarket(market).ticks()
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    bundles = try ModelTrainer(configuration).train(ticks)
    try bundles[0].write(to: folder)
  }

  private func send(_ rows: Range<Int>, to brokers: KafkaConfiguration? = nil) throws {
    let replay = try TickReplay(TickBatch(merging: ticks), stream: "s")
    let producer = try KafkaProducer(brokers ?? kafka)
    for row in rows {
      let message = replay[row]
      try producer.enqueue(KafkaRecord(topic: "tick-data", key: message.tick.symbol, value: try message.encoded()))
    }
    try producer.close()
  }

  private func run(
    on brokers: KafkaConfiguration? = nil, _ change: (inout PredictionStreamOptions) -> Void = { _ in },
    until predicted: Int
  ) async throws -> PredictionStreamStatistics {
    var options = PredictionStreamOptions()
    options.reportInterval = 0.2
    options.checkpointInterval = 0.5
    change(&options)
    let stream = try PredictionStream(bundles: folder, kafka: brokers ?? kafka, options, logger: quiet) { consumer, _ in
      consumer.sessionTimeout = 6
      consumer.fetchWait = 0.01
    }
    let task = Task { try await stream.run() }
    let deadline = ContinuousClock.now + .seconds(200)
    while stream.statistics.predicted < predicted, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    task.cancel()
    try await task.value
    return stream.statistics
  }

  private func predictions() throws -> [Prediction] {
    try (0..<2).flatMap { try KafkaTail(kafka).messages(topic: "predictions", partition: $0, from: 0) }
      .map { try JSONDecoder().decode(Prediction.self, from: Data($0.value ?? [])) }
  }

  /// What the bundle says of every tick of the history.
  private func expected() throws -> [String: [Prediction.Value]] {
    let bundle = bundles[0]
    let table = try bundle.recipe.features(of: ticks)
    let results = try bundle.predictions(table)
    var found: [String: [Prediction.Value]] = [:]
    for (row, result) in results.enumerated() {
      found[table.symbols[Int(table.symbolIndices[row])], default: []].append(
        Prediction.Value(
          prediction: result.prediction, confidence: result.confidence, version: bundle.modelVersion))
    }
    return found
  }

  @Test("stopped and started, it predicts every tick once, with the bits of history", arguments: [nil, "instance-1"])
  func continues(_ transactionalID: String?) async throws {
    try send(0..<2500)
    let first = try await run({ $0.transactionalID = transactionalID }, until: 2500)
    #expect(first.predicted == 2500 && first.checkpoints > 0)
    // Sent again, as by a relay that was killed.
    try send(2400..<6000)
    let second = try await run({ $0.transactionalID = transactionalID }, until: 3500)
    #expect(second.predicted == 3500 && second.repeated == 100 && second.replayed == 0 && second.missing == 0)
    let found = Dictionary(grouping: try predictions(), by: \.symbol)
    let expected = try expected()
    #expect(Set(found.values.joined().map(\.id)).count == 6000)
    for (symbol, own) in found {
      #expect(own.compactMap { $0.predictions[bundles[0].name] } == expected[symbol])
      #expect(own.first?.quality == ["missing_features"] && own.last?.quality == [])
    }
  }

  @Test(
    "the reference system's consumer prints our predictions as it is",
    .enabled(if: hasReferenceClient, "Scripts/peers has not run here"))
  func referenceConsumer() async throws {
    // Its newest client asks for what local brokers do not answer.
    let tansu = try Peers.startTansu()
    let kafka = KafkaConfiguration(tansu.servers)
    try KafkaAdmin(kafka).createTopic("tick-data", partitions: 2)
    try send(0..<300, to: kafka)
    _ = try await run(on: kafka, until: 300)
    let script = """
      import json, sys
      from kafka import KafkaConsumer
      consumer = KafkaConsumer('predictions', bootstrap_servers=[sys.argv[1]], auto_offset_reset='earliest',
                               value_deserializer=lambda m: json.loads(m.decode('utf-8')), consumer_timeout_ms=5000)
      for message in consumer:
          prediction = message.value
          print(f"{prediction['symbol']}: {prediction['predictions']}")
      """
    let peer = try PeerProcess(Peers.python!, ["-c", script, tansu.servers])
    while peer.wait(seconds: 0) == nil { try await Task.sleep(for: .milliseconds(50)) }
    #expect(peer.wait() == 0, "\(peer.output)")
    #expect(peer.lines.count { $0.contains(": {'direction_5_lightgbm': {'prediction': ") } == 300)
  }

  @Test("without its state it rebuilds it from the ticks, and predicts none again")
  func rebuilds() async throws {
    try send(0..<2000)
    #expect(try await run({ $0.stateTopic = "lost" }, until: 2000).predicted == 2000)
    try send(2000..<4000)
    let again = try await run({ $0.stateTopic = "another" }, until: 2000)
    #expect(again.predicted == 2000 && again.replayed == 2000)
    let expected = try expected()
    for (symbol, own) in Dictionary(grouping: try predictions(), by: \.symbol) {
      #expect(own.compactMap { $0.predictions[bundles[0].name] } == Array(expected[symbol]!.prefix(own.count)))
    }
  }

  @Test("a new version of a bundle is taken up between two ticks; a damaged one is refused")
  func reloads() async throws {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    var market = MarketOptions()
    market.ticks = 3000
    market.seed = 7
    let newer = try ModelTrainer(configuration).train(try SyntheticMarket(market).ticks())[0]
    try send(0..<1000)
    var options = PredictionStreamOptions()
    options.reportInterval = 0.2
    options.reloadInterval = 0.2
    let stream = try PredictionStream(bundles: folder, kafka: kafka, options, logger: quiet) { consumer, _ in
      consumer.sessionTimeout = 6
    }
    let task = Task { try await stream.run() }
    func wait(_ isDone: () -> Bool) async throws {
      let deadline = ContinuousClock.now + .seconds(200)
      while !isDone(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
      #expect(isDone())
    }
    try await wait { stream.statistics.predicted == 1000 }
    let path = folder + "/" + bundles[0].name
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
    try await Task.sleep(for: .milliseconds(600))
    try send(1000..<2000)
    try await wait { stream.statistics.predicted == 2000 }
    #expect(stream.statistics.reloads == 0)
    try newer.write(to: folder)
    try await wait { stream.statistics.reloads == 1 }
    try send(2000..<3000)
    try await wait { stream.statistics.predicted == 3000 }
    task.cancel()
    try await task.value
    let versions = Dictionary(grouping: try predictions().compactMap { $0.predictions[newer.name]?.version }) { $0 }
    #expect(versions.mapValues(\.count) == [bundles[0].modelVersion: 2000, newer.modelVersion: 1000])
  }

  @Test("options and bundles that cannot be used are refused at once")
  func refused() throws {
    #expect(throws: ModelingError.self) { try PredictionStream(bundles: folder + "/nothing", kafka: kafka) }
    var options = PredictionStreamOptions()
    options.models = ["nobody"]
    let error = #expect(throws: ModelingError.self) { try PredictionStream(bundles: folder, kafka: kafka, options) }
    #expect(error?.message.contains(bundles[0].name) == true)
    options = PredictionStreamOptions()
    options.checkpointInterval = 0
    #expect(throws: StreamingError.self) { try PredictionStream(bundles: folder, kafka: kafka, options) }
  }

  @Test("percentiles of durations are off by a sixteenth at most")
  func percentiles() {
    var histogram = LatencyHistogram()
    for value in 1...100_000 { histogram.add(Int64(value) * 37) }
    for share in [0.01, 0.5, 0.9, 0.99] {
      let exact = share * 100_000 * 37
      #expect(abs(Double(histogram.percentile(share)) - exact) <= exact / 16)
    }
    #expect(histogram.maximum == 3_700_000 && histogram.percentile(1) == 3_700_000)
    #expect(LatencyHistogram().percentile(0.5) == 0)
  }
}
#endif
