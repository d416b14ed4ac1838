#if Programs && Streaming
import ArgumentParser
import Boosting
import Compute
import Features
import Foundation
import ModelServing
import Modeling
import ProgramSupport
import TickData
import TickStreaming

/// How fast ticks become predictions: the program's rate, and the time of a tick.
struct LivePredictionBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live-predictions",
    abstract: "Ticks of a topic predicted a second on one core, and the time from a tick's arrival to its prediction.",
    discussion: """
      Trains two models of --rounds trees on a synthetic market. Throughput: predict-stream works off a topic that is
      full. Latency: ticks arrive at random times (exponential gaps) at --rate a second in a queue that stands in place
      of the brokers and their client, another thread predicts them and hands them to a Kafka producer; counted from the
      time that a tick is due to arrive to the return of the producer, waiting and waking up included.
      """)

  @Option(help: "Ticks a second of the latency.") var rate = 20_000.0
  @Option(help: "Seconds of the latency.") var seconds = 15.0
  @Option(help: "Ticks of the throughput.") var count = 400_000
  @Option(help: "Trees of each model.") var rounds = 100
  @Option(help: "Runs of both.") var runs = 3

  struct Report: Encodable {
    var models = 0
    var features = 0
    var ticks_per_second: [Double] = []
    var ticks_per_second_of_core: [Double] = []
    var peak_kb: [Int] = []
    var latency_p50_us: [Double] = []
    var latency_p99_us: [Double] = []
    var latency_max_us: [Double] = []
    var service_mean_us: [Double] = []
  }

  func run() throws {
    let folder = NSTemporaryDirectory() + "live-predictions-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // What is left is in the system's temporary folder.
    var market = MarketOptions()
    market.ticks = 30_000
    market.signalStrength = 0.2
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    for kind in configuration.kinds {
      configuration.options[kind] = kind.defaultOptions
      configuration.options[kind]?.numIterations = rounds
    }
    let bundles = try ModelTrainer(configuration).train(try SyntheticMarket(market).ticks())
    for bundle in bundles { try bundle.write(to: folder + "/models") }
    var report = Report(models: bundles.count, features: bundles[0].recipe.columns.count)
    market.ticks = count
    market.seed += 1
    let replay = try TickReplay(TickBatch(merging: try SyntheticMarket(market).ticks()), stream: "market")
    let messages = try (0..<count).map { try replay[$0].encoded() }
    for _ in 0..<runs {
      try throughput(messages, replay, folder + "/models", &report)
      try latency(messages, bundles, &report)
    }
    try Console.printJSON(report)
  }

  // MARK: - Throughput

  private func throughput(_ messages: [Data], _ replay: TickReplay, _ models: String, _ report: inout Report) throws {
    // Local brokers keep 5 MB a partition: packed well, and a symbol each, so that nothing is dropped before it is read.
    let partitions = replay.symbols.count
    let broker = try LocalBroker()
    for topic in ["tick-data", "predictions", "predict-stream-state"] {
      try broker.createTopic(topic, partitions: partitions)
    }
    let kafka = KafkaConfiguration(broker.bootstrapServers)
    var options = KafkaProducerOptions()
    options.compression = .zstd
    let producer = try KafkaProducer(kafka, options)
    let writer = try producer.writer(topic: "tick-data")
    for (place, message) in messages.enumerated() {
      while try !writer.write(
        key: replay[place].tick.symbol.utf8, value: message, partition: Int32(replay.symbolIndex(place)))
      {
        Thread.sleep(forTimeInterval: 0.001)
      }
    }
    try producer.close()
    let program = try LiveProcess(
      "predict-stream",
      ["--kafka", broker.bootstrapServers, "--bundle", models, "--partitions", "\(partitions)", "--report", "0"])
    defer { program.end() }
    let watcher = try KafkaConsumer(kafka, KafkaConsumerOptions(groupID: "watcher"))
    func predicted() throws -> Int {
      try (0..<Int32(partitions)).reduce(0) {
        $0 + Int(try watcher.watermarks(topic: "predictions", partition: $1).upperBound)
      }
    }
    while try predicted() == 0 {
      guard program.isRunning else { throw ValidationError("predict-stream has ended") }
      Thread.sleep(forTimeInterval: 0.05)
    }
    let (begin, first, cpu) = (ContinuousClock.now, try predicted(), program.cpuSeconds)
    var done = first
    while done < count {
      Thread.sleep(forTimeInterval: 0.05)
      done = try predicted()
    }
    let elapsed = (ContinuousClock.now - begin).seconds
    report.ticks_per_second.append(Double(count - first) / elapsed)
    report.ticks_per_second_of_core.append(Double(count - first) / (program.cpuSeconds - cpu))
    report.peak_kb.append(program.peakKilobytes)
  }

  // MARK: - Latency

  /// Ticks that have arrived, in place of a client's queue.
  private final class Arrivals: @unchecked Sendable {  // The condition guards all of it.
    private let condition = NSCondition()
    private var waiting: [(place: Int, due: ContinuousClock.Instant)] = []
    private var isOver = false

    func put(_ place: Int, _ due: ContinuousClock.Instant) {
      condition.lock()
      waiting.append((place, due))
      condition.signal()
      condition.unlock()
    }

    func end() {
      condition.lock()
      isOver = true
      condition.signal()
      condition.unlock()
    }

    /// All that has arrived; nil at the end.
    func take() -> [(place: Int, due: ContinuousClock.Instant)]? {
      condition.lock()
      defer { condition.unlock() }
      while waiting.isEmpty, !isOver { condition.wait() }
      defer { waiting.removeAll() }
      return waiting.isEmpty ? nil : waiting
    }
  }

  private func latency(_ messages: [Data], _ bundles: [ModelBundle], _ report: inout Report) throws {
    let broker = try LocalBroker()
    try broker.createTopic("predictions", partitions: 4)
    var options = KafkaProducerOptions()
    options.lingerMilliseconds = 1
    options.compression = .none
    let producer = try KafkaProducer(KafkaConfiguration(broker.bootstrapServers), options)
    let writer = try producer.writer(topic: "predictions")
    var predictor = TickPredictor(try LiveModels(bundles))
    var symbols: [String: LiveSymbol] = [:]
    let lanes = predictor.models.lanes
    let arrivals = Arrivals()
    let total = min(messages.count, Int(rate * seconds))
    let (rate, warmUp) = (rate, 2000)
    let source = Thread {
      var random = RandomStream(seed: 1, path: 2)
      var due = ContinuousClock.now
      for place in 0..<total {
        due += .seconds(random.exponential() / rate)
        while ContinuousClock.now < due {}
        arrivals.put(place, due)
      }
      arrivals.end()
    }
    source.start()
    var (taken, service) = ([Double](), 0.0)
    while let batch = arrivals.take() {
      for (place, due) in batch {
        let begin = ContinuousClock.now
        let message = try TickMessage(decoding: messages[place])
        let name = message.tick.symbol
        let quality = predictor.take(message, &symbols[name, default: LiveSymbol(name, lanes)])
        guard let quality else { continue }
        let bytes = try predictor.predict(message, id: "tick-data/0/\(place)", symbols[name]!, quality) {
          (ContinuousClock.now - due) / .microseconds(1)
        }
        while try !writer.write(key: name.utf8, value: bytes) { Thread.sleep(forTimeInterval: 0.001) }
        let end = ContinuousClock.now
        guard place >= warmUp else { continue }
        taken.append((end - due).seconds * 1e6)
        service += (end - begin).seconds * 1e6
      }
    }
    try producer.close()
    taken.sort()
    report.latency_p50_us.append(taken[taken.count / 2])
    report.latency_p99_us.append(taken[taken.count * 99 / 100])
    report.latency_max_us.append(taken[taken.count - 1])
    report.service_mean_us.append(service / Double(taken.count))
  }
}
#endif
