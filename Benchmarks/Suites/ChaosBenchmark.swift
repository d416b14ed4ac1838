#if Programs && Streaming
import ArgumentParser
import Compute
import Features
import Foundation
import Modeling
import ProgramSupport
import TickData
import TickStorage
import TickStreaming

/// Kills the processes of the live path at random, and counts what is in the store and in the topic of predictions at the end.
struct ChaosBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Kills the processes of the live path again and again, and checks that no tick is lost or repeated.",
    discussion: """
      Server, relay, ingest and prediction stream are killed by SIGKILL in a random order and started anew, while ticks
      flow. At the end the store must hold every tick once, in the order of its symbol, and every tick must have one
      prediction with the bits that the bundle gives for history.
      """)

  @Option(help: "Kills.") var kills = 100
  @Option(help: "Ticks a second.") var rate = 500.0
  @Option(help: "Most seconds between two kills.") var pause = 2.0
  @Option(help: "Seed of the kills.") var seed: UInt64 = 1
  @Option(help: "Brokers that run already; without it local-broker.") var kafka: String?
  @Option(help: "Most seconds to wait at the end.") var patience = 120.0

  struct Tally: Encodable {
    var kills: [String: Int] = [:]
    var ticks = 0
    var stored = 0
    var stored_equal = false
    var predictions = 0
    var predicted_once = 0
    var predicted_twice = 0
    var predicted_equal = 0
    var seconds = 0.0
  }

  func run() throws {
    let folder = NSTemporaryDirectory() + "chaos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var tally = Tally()
    tally.ticks = Int((Double(kills) * pause / 2 + 20) * rate)
    var market = MarketOptions()
    market.ticks = tally.ticks
    market.signalStrength = 0.2
    let ticks = try SyntheticMarket(market).ticks()
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    let bundles = try ModelTrainer(configuration).train(ticks)
    for bundle in bundles { try bundle.write(to: folder + "/models") }

    let broker =
      try kafka == nil
      ? LiveProcess("local-broker", ["--topic", "none:1", "--broker-file", folder + "/brokers"]) : nil
    defer { broker?.end() }
    let brokers = try kafka ?? LiveProcess.content(of: folder + "/brokers")
    let port = "\(20_000 + Int(getpid()) % 10_000)"
    let programs: [(String, [String])] = [
      (
        "generate-ticks",
        [
          "--serve", "--port", port, "--rate", "\(rate)", "--count", "\(tally.ticks)", "--signal", "0.2", "--stream",
          "chaos",
        ]
      ),
      ("stream-ticks", ["--source", "ws://127.0.0.1:\(port)/", "--kafka", brokers]),
      ("ingest-ticks", ["--kafka", brokers, "--output", folder + "/ticks.duckdb", "--session-timeout", "6"]),
      (
        "predict-stream",
        [
          "--kafka", brokers, "--bundle", folder + "/models", "--session-timeout", "6", "--checkpoint-interval", "2",
          // Local brokers keep 5 MB a partition and drop older predictions, which would count as missing.
          "--compression", "zstd",
        ]
      ),
    ]
    func start(_ index: Int) throws -> LiveProcess {
      try LiveProcess(programs[index].0, programs[index].1, log: folder + "/\(programs[index].0).log")
    }
    let clock = ContinuousClock()
    let begin = clock.now
    var running = try programs.indices.map { try start($0) }
    var random = RandomStream(seed: seed, path: 1)
    Thread.sleep(forTimeInterval: 5)
    for number in 0..<kills {
      Thread.sleep(forTimeInterval: Double(random.next() % 1000) / 1000 * pause)
      let index = Int(random.next() % UInt64(programs.count))
      running[index].kill()
      tally.kills[programs[index].0, default: 0] += 1
      running[index] = try start(index)
      if number % 10 == 9 { Console.note("chaos: \(number + 1) kills") }
    }
    // What has ended with the stream has done its work.
    let deadline = clock.now + .seconds(patience)
    while clock.now < deadline, try predictions(brokers).count < tally.ticks { Thread.sleep(forTimeInterval: 2) }
    for process in running.reversed() { process.end() }
    try count(folder, brokers, ticks, bundles, &tally)
    tally.seconds = (clock.now - begin).seconds
    try Console.printJSON(tally)
    guard tally.stored_equal, tally.predicted_equal == tally.ticks, tally.predicted_twice == 0 else {
      throw ValidationError("ticks were lost, repeated or changed; what was said is in \(folder)")
    }
    try FileManager.default.removeItem(atPath: folder)
  }

  private struct Prediction: Decodable {
    struct Value: Decodable { let prediction: Double, confidence: Double? }
    let id: String, symbol: String, sequence: Int64
    let predictions: [String: Value]
  }

  private func predictions(_ brokers: String) throws -> [Prediction] {
    let configuration = KafkaConfiguration(brokers)
    guard let partitions = try KafkaAdmin(configuration).topics()["predictions"] else { return [] }
    return try (0..<Int32(partitions)).flatMap {
      try KafkaTail(configuration).messages(topic: "predictions", partition: $0, from: 0)
    }.map { try JSONDecoder().decode(Prediction.self, from: Data($0.value ?? [])) }
  }

  private func count(
    _ folder: String, _ brokers: String, _ ticks: TickTable, _ bundles: [ModelBundle], _ tally: inout Tally
  ) throws {
    let stored = try TickStore(path: folder + "/ticks.duckdb", readOnly: true).table()
    tally.stored = stored.rowCount
    tally.stored_equal =
      stored.series.count == ticks.series.count
      && ticks.series.allSatisfy { own in
        guard let other = stored.series.first(where: { $0.symbol == own.symbol }), own.count == other.count else {
          return false
        }
        return (0..<own.count).allSatisfy { isSame(own[$0], other[$0]) }
      }
    let found = try predictions(brokers)
    tally.predictions = found.count
    let byTick = Dictionary(grouping: found) { "\($0.symbol)/\($0.sequence)" }
    tally.predicted_once = byTick.values.count { $0.count == 1 }
    tally.predicted_twice = byTick.values.count { $0.count > 1 }
    for series in ticks.series {
      let table = try bundles[0].recipe.features(of: TickTable([series]))
      let expected = try bundles.map { try $0.predictions(table) }
      for row in 0..<series.count {
        guard let own = byTick["\(series.symbol)/\(row)"]?.first else { continue }
        let isEqual = bundles.indices.allSatisfy { k in
          let value = own.predictions[bundles[k].name]
          return value?.prediction == expected[k][row].prediction && value?.confidence == expected[k][row].confidence
        }
        if isEqual { tally.predicted_equal += 1 }
      }
    }
  }

  /// Equality in which a missing number equals a missing number.
  private func isSame(_ a: Tick, _ b: Tick) -> Bool {
    func same(_ x: Double, _ y: Double) -> Bool { x == y || (x.isNaN && y.isNaN) }
    return a.time == b.time && same(a.price, b.price) && same(a.size, b.size) && same(a.bid, b.bid)
      && same(a.ask, b.ask) && same(a.bidSize, b.bidSize) && same(a.askSize, b.askSize) && a.side == b.side
  }
}
#endif
