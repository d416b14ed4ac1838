#if Streaming
import Foundation
import Synchronization
import TickStreaming

/// Writes checkpoints to the state topic, on a thread of its own if wished.
final class StateWriter: Sendable {
  /// A copy of what has changed in a partition: states are values.
  struct Snapshot: Sendable {
    let partition: Int32
    /// The assignment that it is of: the partition may be lost and come back meanwhile.
    let owner: ObjectIdentifier
    /// The offset of the next tick.
    let next: Int64
    /// How many predictions of the partition this session had written.
    let predicted: Int
    let symbols: [LiveSymbol]
    let sequences: [String: [SequenceTracker.Entry]]
    /// Where the newest states are in the state topic.
    let places: [String: Int64]
    /// Keys to be deleted.
    let obsolete: [String]
  }

  /// By partition, where the newest states are and up to which tick they are.
  typealias Saved = [Int32: (places: [String: Int64], next: Int64, owner: ObjectIdentifier)]

  private enum Work {
    case begun
    case done(Result<Saved, any Error>)
  }

  private let topic: StateTopic
  /// Of its own, so that states and predictions do not wait for each other.
  private let producer: KafkaProducer
  private let predictions: KafkaProducer
  private let work = Mutex<Work?>(nil)

  /// Makes a writer whose states are never ahead of what another producer has delivered.
  init(_ topic: StateTopic, _ producer: KafkaProducer, after predictions: KafkaProducer) {
    self.topic = topic
    self.producer = producer
    self.predictions = predictions
  }

  /// Whether a checkpoint is on its way, or done and not taken yet.
  var isSaving: Bool { work.withLock { $0 != nil } }

  /// Saves on another thread; ``finished()`` tells the result.
  func begin(_ snapshots: [Snapshot]) {
    work.withLock { $0 = .begun }
    let thread = Thread {
      let result = Result { try self.save(snapshots) }
      self.work.withLock { $0 = .done(result) }
    }
    thread.name = "checkpoint"
    thread.start()
  }

  /// Waits until no checkpoint is on its way.
  func wait() {
    while work.withLock({ if case .begun = $0 { true } else { false } }) { Thread.sleep(forTimeInterval: 0.002) }
  }

  /// The result of a checkpoint, once.
  func finished() -> Result<Saved, any Error>? {
    work.withLock { work in
      guard case .done(let result) = work else { return nil }
      work = nil
      return result
    }
  }

  /// Saves and waits until the brokers have all of it.
  func save(_ snapshots: [Snapshot], timeout: Double = 60) throws -> Saved {
    try awaitPredictions(snapshots, timeout)
    var saved: Saved = [:]
    for snapshot in snapshots {
      saved[snapshot.partition] = (try save(snapshot, timeout), snapshot.next, snapshot.owner)
    }
    return saved
  }

  /// Waits for the predictions that came of the states; the queue itself need not be empty, for it is filled meanwhile.
  private func awaitPredictions(_ snapshots: [Snapshot], _ timeout: Double) throws {
    let deadline = ContinuousClock.now + .seconds(timeout)
    for snapshot in snapshots {
      while predictions.deliveredCount(partition: snapshot.partition) < snapshot.predicted {
        guard predictions.failedCount == 0 else {
          throw StreamingError(.lost, "\(predictions.failedCount) predictions could not be written")
        }
        guard ContinuousClock.now < deadline else {
          throw StreamingError(.lost, "predictions were not written within \(timeout) s")
        }
        Thread.sleep(forTimeInterval: 0.001)
      }
    }
  }

  /// States first, then the entry that says up to where they are, so that a checkpoint that is cut off is none.
  private func save(_ snapshot: Snapshot, _ timeout: Double) throws -> [String: Int64] {
    let written = Mutex<[String: Int64]>([:])
    let problem = Mutex<KafkaError?>(nil)
    let first = snapshot.places.values.min()
    for symbol in snapshot.symbols {
      let entry = StateTopic.Entry(
        symbol: symbol.symbol, next: symbol.next, first: first, state: try symbol.saved(),
        sequences: snapshot.sequences[symbol.symbol])
      if producer.waitingCount >= 1000 { try producer.flush(timeout: timeout) }
      try producer.enqueue(try topic.record(entry, partition: snapshot.partition)) { result in
        switch result {
        case .success(let delivery): written.withLock { $0[symbol.symbol] = delivery.offset }
        case .failure(let error): problem.withLock { $0 = error }
        }
      }
    }
    try producer.flush(timeout: timeout)
    if let error = problem.withLock({ $0 }) { throw error }
    for key in snapshot.obsolete { try producer.enqueue(topic.tombstone(key, partition: snapshot.partition)) }
    let places = snapshot.places.merging(written.withLock { $0 }) { $1 }
    let end = StateTopic.Entry(
      symbol: nil, next: snapshot.next, first: places.values.min(), state: nil, sequences: nil)
    try producer.enqueue(try topic.record(end, partition: snapshot.partition)) { result in
      if case .failure(let error) = result { problem.withLock { $0 = error } }
    }
    try producer.flush(timeout: timeout)
    if let error = problem.withLock({ $0 }) { throw error }
    return places
  }

  /// Ends the producer.
  func close() throws { try producer.close(timeout: 3) }
}
#endif
