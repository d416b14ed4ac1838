#if Programs && Streaming
import ArgumentParser
import Compute
import Features
import Foundation
import Modeling
import ProgramSupport
import TickData
import TickStreaming

/// Lets everything fail that can, and counts what is in the store and in the topic of predictions at the end.
struct ChaosBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract:
      "Lets the live path's processes, brokers, disk, clock and network fail; checks that no tick is lost or changed.",
    discussion: """
      While ticks flow, server, relay, ingest and two prediction streams are killed (SIGKILL) in a random order and started
      anew. Every tenth time something else happens too: a process stands still for longer than its session, brokers answer
      with errors or are gone, frames are cut, corrupted or claim to be huge, messages that are no ticks come into the topic,
      hostile clients visit the server, and the clock steps by days. Once the brokers are gone for --broker-down seconds, and
      with --small-disk the store's disk is full for a while. At the end the store must hold every tick once, in the order of
      its symbol, and every tick must have a prediction with the bits that the bundle gives for history.
      """)

  @Option(help: "Kills.") var kills = 100
  @Option(help: "Ticks a second.") var rate = 500.0
  @Option(help: "Most seconds between two kills.") var pause = 3.0
  @Option(help: "Seconds that the brokers are gone in the middle; 0 for not at all.") var brokerDown = 30.0
  @Option(help: "A folder on a disk of some 100 MB that may be filled up, such as a tmpfs; the store goes there.")
  var smallDisk: String?
  @Option(help: "Seed of the faults.") var seed: UInt64 = 1
  @Option(help: "Most seconds to wait at the end.") var patience = 180.0
  @Flag(help: "Only kills.") var killsOnly = false
  @Flag(help: "Leave files and logs where they are.") var keep = false

  private static let partitions = 4

  func run() throws {
    let folder = NSTemporaryDirectory() + "chaos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Console.note("chaos: logs are in \(folder)")
    var tally = ChaosTally()
    tally.ticks = Int((Double(kills) * (pause / 2 + (killsOnly ? 0 : 0.6)) + 10 + brokerDown) * rate)
    var market = MarketOptions()
    market.ticks = tally.ticks
    market.signalStrength = 0.2
    let ticks = try SyntheticMarket(market).ticks()
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    let bundles = try ModelTrainer(configuration).train(ticks)
    for bundle in bundles { try bundle.write(to: folder + "/models") }

    let broker = try LocalBroker()
    broker.setGroupDelay(milliseconds: 100)
    for topic in ["tick-data", "predictions", "predict-stream-state"] {
      try broker.createTopic(topic, partitions: Self.partitions)
    }
    try broker.createTopic("tick-data-rejected", partitions: 1)
    let kafka = KafkaConfiguration(broker.bootstrapServers)
    let watch = try ChaosWatch(kafka, topic: "predictions", partitions: Self.partitions)
    let port = UInt16(20_000 + Int(getpid()) % 10_000)
    let proxy = try FaultyProxy(target: port)
    let clock = try SteppedClock(folder: folder)
    let store = (smallDisk ?? folder) + "/ticks.duckdb"
    // What an earlier run left would count as stored.
    for name in [store, store + ".wal"] where FileManager.default.fileExists(atPath: name) {
      try FileManager.default.removeItem(atPath: name)
    }
    let processes = try ChaosProcesses(
      folder: folder, brokers: broker.bootstrapServers, store: store, port: port, proxy: proxy.port, rate: rate,
      ticks: tally.ticks, environment: clock.environment)
    let faults = try ChaosFaults(
      broker: broker, kafka: kafka, processes: processes, proxy: proxy, clock: clock, port: port, disk: smallDisk,
      random: RandomStream(seed: seed, path: 1))

    let begin = ContinuousClock.now
    Thread.sleep(forTimeInterval: 5)
    for number in 0..<kills {
      Thread.sleep(forTimeInterval: faults.random(below: 1000) / 1000 * pause)
      try faults.kill()
      try processes.reviveEnded()
      if killsOnly { continue }
      if number % 10 == 5 { try faults.meetAny() }
      if number == kills / 3, brokerDown > 0 { try faults.takeBrokersDown(seconds: brokerDown) }
      if number == kills * 2 / 3, smallDisk != nil { try faults.fillDisk(seconds: 15) }
      if number % 10 == 9 { Console.note("chaos: \(number + 1) kills, \(watch.count) ticks predicted") }
    }
    let end = ContinuousClock.now
    while (ContinuousClock.now - end).seconds < patience, watch.count < tally.ticks {
      Thread.sleep(forTimeInterval: 0.5)
      try processes.reviveEnded()
    }
    tally.seconds_to_recover = (ContinuousClock.now - end).seconds
    // The ingest stores what it has read within a second.
    Thread.sleep(forTimeInterval: 3)
    let hanging = processes.endAll(within: 5)
    tally.faults = faults.counts
    tally.revived = processes.revived
    tally.poison = faults.poison
    tally.rejected = try KafkaTail(kafka).messages(topic: "tick-data-rejected", partition: 0, from: 0).count
    try tally.count(store: store, ticks)
    try tally.count(predictions: try watch.end(), ticks, bundles)
    tally.seconds = (ContinuousClock.now - begin).seconds
    try Console.printJSON(tally)
    guard hanging.isEmpty else {
      throw ValidationError("\(hanging) did not end within 5 s with exit code 0; logs are in \(folder)")
    }
    guard tally.rejected >= tally.poison else {
      throw ValidationError("\(tally.poison - tally.rejected) messages that are no ticks were not put aside")
    }
    guard tally.stored_equal, tally.predicted_equal == tally.ticks else {
      throw ValidationError("ticks were lost, repeated or changed; what was said is in \(folder)")
    }
    if !keep { try FileManager.default.removeItem(atPath: folder) }
  }
}
#endif
