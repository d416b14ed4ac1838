#if Streaming
import Features
import Foundation
import Logging
import Modeling
import Synchronization
import TickData
import TickStreaming

/// One life of a prediction stream between two errors.
///
/// Unchecked, since only the thread that polls touches it, on which rebalances are told too; the writer of states gets copies.
final class PredictionSession: LiveSession, @unchecked Sendable {
  /// What is kept of an assigned partition.
  private final class Partition {
    /// The offset of the next message.
    var next: Int64
    /// Predictions up to this offset are in the topic.
    var predicted: Int64
    var symbols: [String: LivePlace] = [:]
    /// Where the saved state of each symbol is.
    var places: [String: Int64] = [:]
    /// Keys of earlier writers in the state topic, by symbol, that are deleted once this one has written its own.
    var earlier: [String: Set<String>] = [:]
    /// Whether this writer has begun a checkpoint.
    var hasSaved = false

    init(next: Int64, predicted: Int64) {
      self.next = next
      self.predicted = predicted
    }
  }

  private let options: PredictionStreamOptions
  private let logger: Logger
  private let change: ((inout PredictionStreamStatistics) -> PredictionStreamStatistics) -> PredictionStreamStatistics
  private let host: ModelHost
  /// Where those who ask find the symbols.
  private let table: LiveTable
  private let states: StateTopic
  private let kafka: KafkaConfiguration
  private let producer: KafkaProducer
  private let predictions: KafkaTopicWriter
  private let writer: StateWriter
  private var consumer: KafkaConsumer!
  private var predictor: TickPredictor
  private var partitions: [Int32: Partition] = [:]
  /// Predictions that this session has written, by partition.
  private var written: [Int32: Int] = [:]
  /// Whether the work goes on; false once the program was told to stop.
  private let goesOn: @Sendable () -> Bool
  private var isAbandoned = false
  /// From the arrival of a tick with others to its prediction, and without the time that it waited for those before it.
  private var latencies = LatencyHistogram()
  private var services = LatencyHistogram()
  private var failure: (any Error)?
  private var arrival = ContinuousClock.now
  private var counts = PredictionStreamStatistics()
  /// What earlier sessions counted.
  private let base: PredictionStreamStatistics
  private var meter = StatisticsMeter("tickboost_predict")
  private var lastCheckpoint = ContinuousClock.now
  private var lastReload = ContinuousClock.now
  private var transactionBegin: ContinuousClock.Instant?
  private var lastPredicted = 0
  /// Refusals that the log has told.
  private var told: [String: ModelHost.Refusal] = [:]
  /// Whether anybody asks for what the table holds besides the state.
  private let observes: Bool
  private static let pollLimit = 256
  /// Seconds that the end waits for brokers: nothing is lost, for the next start goes on from what they have.
  private static let endTimeout = 3.0

  init(
    host: ModelHost, table: LiveTable?, kafka: KafkaConfiguration, consumer consumerOptions: KafkaConsumerOptions,
    producer producerOptions: KafkaProducerOptions, _ options: PredictionStreamOptions, _ logger: Logger,
    goesOn: @escaping @Sendable () -> Bool,
    change: @escaping ((inout PredictionStreamStatistics) -> PredictionStreamStatistics) -> PredictionStreamStatistics
  ) throws {
    self.goesOn = goesOn
    self.options = options
    self.logger = logger
    self.change = change
    self.host = host
    self.table = table ?? LiveTable()
    observes = table != nil
    self.kafka = kafka
    predictor = TickPredictor(host.models)
    states = StateTopic(kafka: kafka, topic: options.stateTopic)
    try Self.makeTopics(kafka, options)
    var producerOptions = producerOptions
    producerOptions.transactionalID = options.transactionalID
    producerOptions.countsByPartition = true
    producer = try KafkaProducer(kafka, producerOptions)
    predictions = try producer.writer(topic: options.predictionsTopic)
    writer = StateWriter(states, try KafkaProducer(kafka), after: producer)
    base = change { $0 }
    counts = base
    lastPredicted = counts.predicted
    if options.transactionalID != nil { try producer.initTransactions() }
    consumer = try KafkaConsumer(kafka, consumerOptions) { [unowned self] change in self.take(change) }
    try consumer.subscribe([options.topic])
  }

  private static func makeTopics(_ kafka: KafkaConfiguration, _ options: PredictionStreamOptions) throws {
    let admin = try KafkaAdmin(kafka)
    let count = try admin.ensureTopic(options.topic, partitions: options.partitions)
    for (topic, settings) in [
      (options.predictionsTopic, [:]), (options.stateTopic, ["cleanup.policy": "compact"]),
    ] {
      let own = try admin.ensureTopic(topic, partitions: count, settings: settings)
      guard own >= count else {
        throw StreamingError(
          .invalidOption,
          "the topic '\(topic)' has \(own) partitions; at least the \(count) of '\(options.topic)' are needed")
      }
    }
  }

  // MARK: - The loop

  func step() throws {
    if let done = writer.finished() { try take(done) }
    try throwFailure()
    if options.transactionalID != nil, transactionBegin == nil {
      try producer.beginTransaction()
      transactionBegin = .now
    }
    var isFirst = true
    let read: [Void] = try consumer.poll(limit: Self.pollLimit, timeout: 0.05) { message in
      if isFirst { arrival = .now }
      isFirst = false
      take(message)
    }
    try throwFailure()
    counts.received += read.count
    let now = ContinuousClock.now
    if let begin = transactionBegin, now - begin >= .seconds(options.transactionInterval) { try commitTransaction() }
    if now - lastCheckpoint >= .seconds(options.checkpointInterval) { try beginCheckpoint() }
    if options.reloadInterval > 0, now - lastReload >= .seconds(options.reloadInterval) { reload() }
    takeModels()
  }

  func look(after seconds: Double) throws {
    let failed = producer.failedCount
    guard failed == 0 else {
      throw StreamingError(.lost, "\(failed) predictions could not be written to '\(options.predictionsTopic)'")
    }
    counts.lag = partitions.reduce(0) { sum, entry in
      sum + Int(max(0, (consumer.knownEnd(topic: options.topic, partition: entry.key) ?? 0) - entry.value.next))
    }
    publish()
    measure()
    guard options.reportInterval > 0 else { return }
    if partitions.isEmpty {
      logger.info(
        "waiting for partitions: the group lets members that went without a word go after their session's time")
    }
    logger.info(
      "predicted",
      metadata: [
        "rate": "\(Int(Double(counts.predicted - lastPredicted) / seconds))/s", "predicted": "\(counts.predicted)",
        "lag": "\(counts.lag)", "p50_us": "\(counts.latencyP50)", "p99_us": "\(counts.latencyP99)",
        "service_p50_us": "\(counts.serviceP50)", "service_p99_us": "\(counts.serviceP99)",
        "symbols": "\(counts.symbols)", "partitions": "\(counts.partitions)", "rejected": "\(counts.rejected)",
        "cleaned": "\(counts.cleaned)", "repeated": "\(counts.repeated)", "late": "\(counts.late)",
        "missing": "\(counts.missing)", "replayed": "\(counts.replayed)", "checkpoints": "\(counts.checkpoints)",
      ])
    lastPredicted = counts.predicted
    latencies = LatencyHistogram()
    services = LatencyHistogram()
  }

  func finish() throws {
    // Closing gives the partitions away, with their checkpoint.
    try consumer.close()
    try throwFailure()
    try producer.close(timeout: Self.endTimeout)
    guard producer.failedCount == 0 else {
      throw StreamingError(.lost, "\(producer.failedCount) predictions could not be written")
    }
    try writer.close()
    publish()
  }

  func abandon() {
    isAbandoned = true
    // Before closing, which would commit it; if that fails too, the brokers abort it, and the error that led here is told.
    if transactionBegin != nil { try? producer.abortTransaction(timeout: 5) }
    transactionBegin = nil
    for partition in partitions.values { table.remove(Array(partition.symbols.values)) }
    partitions = [:]
    // A checkpoint on its way must not be written over those of the next session.
    writer.wait()
    // The error that matters is the one that led here.
    try? consumer.close()
    publish()
  }

  private func measure() {
    meter.record(
      counters: [
        ("received_total", counts.received), ("predicted_total", counts.predicted),
        ("replayed_total", counts.replayed), ("rejected_total", counts.rejected), ("late_total", counts.late),
        ("missing_total", Int(counts.missing)), ("checkpoints_total", counts.checkpoints),
        ("reloads_total", counts.reloads), ("restarts_total", counts.restarts),
      ],
      gauges: [
        ("lag", Double(counts.lag)), ("symbols", Double(counts.symbols)), ("partitions", Double(counts.partitions)),
        ("latency_p50_microseconds", counts.latencyP50), ("latency_p99_microseconds", counts.latencyP99),
      ])
  }

  private func publish() {
    let own = predictor.counts
    counts.quotes = base.quotes + own.quotes
    counts.rejected = base.rejected + own.rejected
    counts.cleaned = base.cleaned + own.cleaned
    counts.repeated = base.repeated + own.repeated
    counts.missing = base.missing + own.missing
    counts.late = base.late + own.late
    counts.symbols = partitions.values.reduce(0) { $0 + $1.symbols.count }
    counts.partitions = partitions.count
    if latencies.count > 0 {
      counts.latencyP50 = Double(latencies.percentile(0.5)) / 1000
      counts.latencyP99 = Double(latencies.percentile(0.99)) / 1000
      counts.latencyMax = max(counts.latencyMax, Double(latencies.maximum) / 1000)
      counts.serviceP50 = Double(services.percentile(0.5)) / 1000
      counts.serviceP99 = Double(services.percentile(0.99)) / 1000
    }
    let now = counts
    _ = change { shared in
      let restarts = shared.restarts
      shared = now
      shared.restarts = restarts
      return shared
    }
  }

  private func throwFailure() throws {
    guard let failure else { return }
    self.failure = nil
    throw failure
  }

  // MARK: - Ticks

  private func take(_ message: borrowing KafkaMessageView) {
    let offset = message.offset
    guard failure == nil, let partition = partitions[message.partition], offset >= partition.next else { return }
    let taken = ContinuousClock.now
    partition.next = offset + 1
    let result = message.withValue { bytes in Result { () throws(TickDataError) in try TickMessage(bytes) } }
    guard case .success(let tick) = result else {
      predictor.reject()
      return
    }
    do {
      try predict(tick, partition, message.partition, offset, taken)
    } catch {
      failure = error
    }
  }

  private func predict(
    _ message: TickMessage, _ partition: Partition, _ number: Int32, _ offset: Int64, _ taken: ContinuousClock.Instant
  ) throws {
    let place = place(of: message.tick.symbol, in: partition)
    let (arrival, id) = (arrival, "\(options.topic)/\(number)/\(offset)")
    let made = try place.withLock { state -> [UInt8]? in
      // It is in the saved state that the symbol began with.
      guard offset >= state.symbol.next else { return nil }
      state.symbol.next = offset + 1
      state.isDirty = true
      guard let quality = predictor.take(message, &state.symbol) else { return nil }
      guard offset >= partition.predicted else {
        counts.replayed += 1
        return nil
      }
      let bytes = try predictor.predict(message, id: id, state.symbol, quality) {
        (ContinuousClock.now - arrival) / .microseconds(1)
      }
      if observes { state.observe(message.tick, predictor.results, predictor.quality, at: taken) }
      return bytes
    }
    guard let bytes = made else { return }
    table.taken.add(1, ordering: .relaxed)
    while try !predictions.write(key: message.tick.symbol.utf8, value: bytes, partition: number) {
      // Full: the topic is read no faster than predictions are taken.
      guard goesOn() else {
        throw StreamingError(.lost, "told to stop while the brokers take no predictions; the next start goes on")
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
    partition.predicted = offset + 1
    written[number, default: 0] += 1
    counts.predicted += 1
    let now = ContinuousClock.now
    latencies.add((now - arrival).nanoseconds)
    services.add((now - taken).nanoseconds)
  }

  private func place(of symbol: String, in partition: Partition) -> LivePlace {
    if let known = partition.symbols[symbol] { return known }
    let place = LivePlace(LiveSymbol(symbol, predictor.models.lanes))
    partition.symbols[symbol] = place
    table.insert(place)
    return place
  }

  private func commitTransaction() throws {
    guard transactionBegin != nil else { return }
    try producer.send(
      offsets: partitions.map { KafkaPosition(topic: options.topic, partition: $0.key, offset: $0.value.next) },
      of: consumer)
    try producer.commitTransaction()
    transactionBegin = nil
  }

  // MARK: - Models

  /// Takes up new versions between two ticks; what is refused leaves the models as they are.
  private func reload() {
    lastReload = .now
    host.refresh()
    let refusals = host.refusals
    for refusal in refusals.values where told[refusal.name] != refusal {
      logger.warning("a new version of a model is refused", metadata: ["error": "\(refusal.reason)"])
    }
    told = refusals
    takeModels()
  }

  private func takeModels() {
    let models = host.models
    guard models.generation != predictor.models.generation else { return }
    if models.lanes != predictor.models.lanes {
      for partition in partitions.values {
        for place in partition.symbols.values { place.withLock { $0.symbol.use(models.lanes) } }
      }
    }
    predictor.models = models
    counts.reloads += 1
    logger.info("new versions of the models", metadata: ["models": "\(models.versions)"])
  }

  // MARK: - Checkpoints

  private func snapshot(_ number: Int32) -> StateWriter.Snapshot? {
    guard let partition = partitions[number] else { return nil }
    var dirty: [String: LiveSymbol] = [:]
    func isDirty(_ place: LivePlace) -> Bool { place.withLock { $0.isDirty } }
    guard partition.symbols.values.contains(where: isDirty) else { return nil }
    // A state that nobody has written for long would make every reader begin far back.
    if let end = partition.places.values.max() {
      let limit = end - Int64(1000 + 10 * partition.symbols.count)
      for (name, place) in partition.places where place < limit {
        partition.symbols[name]?.withLock { $0.isDirty = true }
      }
    }
    for (name, place) in partition.symbols {
      place.withLock { state in
        if state.isDirty { dirty[name] = state.symbol }
        state.isDirty = false
      }
    }
    // Those of the partition itself go with the second checkpoint, when there is one of this writer.
    let names = partition.hasSaved ? Array(dirty.keys) + [""] : Array(dirty.keys)
    partition.hasSaved = true
    let obsolete = names.compactMap { partition.earlier.removeValue(forKey: $0) }.joined()
    return StateWriter.Snapshot(
      partition: number, owner: ObjectIdentifier(partition), next: partition.next, predicted: written[number] ?? 0,
      symbols: Array(dirty.values),
      sequences: Dictionary(grouping: predictor.tracker.entries(of: Set(dirty.keys)), by: \.symbol),
      places: partition.places, obsolete: obsolete.sorted())
  }

  /// Copies what has changed, and saves it on another thread.
  private func beginCheckpoint() throws {
    lastCheckpoint = .now
    guard !writer.isSaving else { return }
    try commitTransaction()
    let snapshots = partitions.keys.sorted().compactMap { snapshot($0) }
    if !snapshots.isEmpty { writer.begin(snapshots) }
  }

  private func take(_ result: Result<StateWriter.Saved, any Error>) throws {
    var positions: [KafkaPosition] = []
    for (number, saved) in try result.get() {
      guard let partition = partitions[number], ObjectIdentifier(partition) == saved.owner else { continue }
      partition.places = saved.places
      positions.append(KafkaPosition(topic: options.topic, partition: number, offset: saved.next))
    }
    counts.checkpoints += 1
    guard options.transactionalID == nil else { return }
    do {
      // For those who look at the group's progress; the state says where to go on.
      try consumer.commit(positions)
    } catch {
      logger.debug("the group was not told", metadata: ["error": "\(error)"])
    }
  }

  // MARK: - Partitions

  private func take(_ change: KafkaRebalance) -> [KafkaPosition] {
    if isAbandoned { return [] }
    do {
      switch change {
      case .assigned(let list): return try list.map { try begin($0) }
      case .revoked(let list):
        logger.info("partitions go", metadata: ["partitions": "\(list.map(\.partition))"])
        try commitTransaction()
        writer.wait()
        if let done = writer.finished() { try take(done) }
        try take(
          .success(
            try writer.save(list.compactMap { snapshot($0.partition) }, timeout: goesOn() ? 60 : Self.endTimeout)))
        forget(list)
      case .lost(let list):
        logger.warning("partitions are lost", metadata: ["partitions": "\(list.map(\.partition))"])
        forget(list)
        if transactionBegin != nil {
          // Their predictions are in it, and another's too by now.
          throw StreamingError(.lost, "partitions were lost within a transaction")
        }
      }
    } catch {
      failure = failure ?? error
    }
    return []
  }

  private func forget(_ list: [KafkaPosition]) {
    for position in list {
      if let partition = partitions.removeValue(forKey: position.partition) {
        predictor.tracker.remove(partition.symbols.keys)
        table.remove(Array(partition.symbols.values))
      }
    }
  }

  /// Takes a partition up where its state ends: what was predicted since is read again, but not predicted again.
  private func begin(_ position: KafkaPosition) throws -> KafkaPosition {
    let number = position.partition
    let (found, symbols) = try savedStates(number)
    let ends = try consumer.watermarks(topic: options.topic, partition: number)
    var start = found.next ?? ends.lowerBound
    var predicted = try lastPredicted(number).map { $0 + 1 } ?? 0
    if start > ends.upperBound {
      logger.warning(
        "a partition ends before its saved state; it is a new topic, and begins without state",
        metadata: ["partition": "\(number)"])
      partitions[number] = Partition(next: ends.lowerBound, predicted: 0)
      return KafkaPosition(topic: options.topic, partition: number, offset: ends.lowerBound)
    }
    if start < ends.lowerBound {
      logger.error(
        "ticks are gone before they were read",
        metadata: ["partition": "\(number)", "count": "\(ends.lowerBound - start)"])
      start = ends.lowerBound
    }
    if predicted > ends.upperBound { predicted = 0 }
    let partition = Partition(next: start, predicted: predicted)
    for (name, saved) in found.symbols {
      if let symbol = symbols[name] {
        let place = LivePlace(symbol)
        partition.symbols[name] = place
        table.insert(place)
      }
      partition.places[name] = saved.offset
      for entry in saved.entry.sequences ?? [] { predictor.tracker.set(entry) }
    }
    partition.earlier = found.keys
    partitions[number] = partition
    logger.info(
      "partition comes",
      metadata: [
        "partition": "\(number)", "offset": "\(start)", "predicted": "\(predicted)",
        "symbols": "\(partition.symbols.count)", "end": "\(ends.upperBound)",
        "states": "\(partition.symbols.mapValues { place in place.withLock { $0.symbol.next } })",
      ])
    return KafkaPosition(topic: options.topic, partition: number, offset: start)
  }

  /// What is saved of a partition; nothing if it cannot be used, so that the state is built from the ticks again.
  private func savedStates(_ partition: Int32) throws -> (StateTopic.Found, [String: LiveSymbol]) {
    let problem: any Error
    do {
      let found = try states.read(partition)
      let lanes = predictor.models.lanes
      return (found, try found.symbols.mapValues { try LiveSymbol(saved: $0.entry.state ?? Data(), lanes) })
    } catch let error as StreamingError where error.code == .invalidState {
      problem = error
    } catch let error as FeatureError {
      problem = error
    } catch let error as DecodingError {
      problem = error
    }
    logger.error(
      "the saved state cannot be used; it is built anew from the ticks that the topic holds",
      metadata: ["partition": "\(partition)", "error": "\(problem)"])
    return (StateTopic.Found(), [:])
  }

  /// The offset of the last tick that has a prediction; nil if none has.
  private func lastPredicted(_ partition: Int32) throws -> Int64? {
    struct Prediction: Decodable { let id: String }
    let last = try KafkaTail(kafka).lastMessages(topic: options.predictionsTopic, partitions: [partition])[partition]
    guard let value = last?.value else { return nil }
    // Whatever is wrong with it, it is no prediction of ours.
    guard let id = try? JSONDecoder().decode(Prediction.self, from: Data(value)).id,
      let offset = PredictionRecord.offset(id: id, topic: options.topic, partition: partition)
    else {
      throw StreamingError(
        .invalidState,
        "the last message of '\(options.predictionsTopic)' partition \(partition) is no prediction of '\(options.topic)'; "
          + "give another --predictions-topic")
    }
    return offset
  }
}
#endif
