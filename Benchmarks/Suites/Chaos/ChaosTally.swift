#if Programs && Streaming
import ArgumentParser
import Features
import Foundation
import ModelServing
import Modeling
import ProgramSupport
import Synchronization
import TickData
import TickStorage
import TickStreaming

/// What a run of faults did and what was left in the store and the topics.
struct ChaosTally: Encodable {
  var faults: [String: Int] = [:]
  var ticks = 0
  var stored = 0
  var stored_equal = false
  var predictions = 0
  var predicted_once = 0
  var predicted_again = 0
  var predicted_equal = 0
  var missing: [String: String] = [:]
  var changed: [String: String] = [:]
  var again: [String: String] = [:]
  var rejected = 0
  /// Processes that ended by themselves with an error and were started again.
  var revived: [String: Int] = [:]
  var poison = 0
  var seconds = 0.0
  var seconds_to_recover = 0.0

  /// Compares a store with what was sent.
  mutating func count(store: String, _ ticks: TickTable) throws {
    let found = try TickStore(path: store, readOnly: true).table()
    stored = found.rowCount
    stored_equal =
      found.series.count == ticks.series.count
      && ticks.series.allSatisfy { own in
        guard let other = found.series.first(where: { $0.symbol == own.symbol }), own.count == other.count else {
          return false
        }
        return (0..<own.count).allSatisfy { Self.isSame(own[$0], other[$0]) }
      }
  }

  /// Compares predictions with those that the bundles give for history: each and every copy.
  mutating func count(
    predictions found: [String: [ChaosWatch.Prediction]], _ ticks: TickTable, _ bundles: [ModelBundle]
  ) throws {
    predictions = found.values.reduce(0) { $0 + $1.count }
    predicted_once = found.values.count { $0.count == 1 }
    predicted_again = found.values.count { $0.count > 1 }
    for series in ticks.series {
      let table = try bundles[0].recipe.features(of: TickTable([series]))
      let expected = try bundles.map { try $0.predictions(table) }
      var (gaps, changed, again): ([Int], [Int], [Int]) = ([], [], [])
      for row in 0..<series.count {
        guard let copies = found["\(series.symbol)/\(row)"] else {
          gaps.append(row)
          continue
        }
        if copies.count > 1 { again.append(row) }
        let isEqual = copies.allSatisfy { own in
          bundles.indices.allSatisfy { k in
            let value = own.predictions[bundles[k].name]
            return value?.prediction == expected[k][row].prediction && value?.confidence == expected[k][row].confidence
          }
        }
        if isEqual {
          predicted_equal += 1
        } else {
          changed.append(row)
        }
      }
      if let first = gaps.first, let last = gaps.last {
        missing[series.symbol] = "\(gaps.count) predictions between ticks \(first) and \(last)"
      }
      if let first = again.first, let last = again.last {
        self.again[series.symbol] = "\(again.count) ticks between \(first) and \(last)"
      }
      if let first = changed.first, let last = changed.last {
        let own = found["\(series.symbol)/\(first)"]?.first
        self.changed[series.symbol] =
          "\(changed.count) predictions between ticks \(first) and \(last), from \(own?.id ?? "") \(own?.quality ?? [])"
      }
    }
  }

  /// Equality in which a missing number equals a missing number.
  private static func isSame(_ a: Tick, _ b: Tick) -> Bool {
    func same(_ x: Double, _ y: Double) -> Bool { x == y || (x.isNaN && y.isNaN) }
    return a.time == b.time && same(a.price, b.price) && same(a.size, b.size) && same(a.bid, b.bid)
      && same(a.ask, b.ask) && same(a.bidSize, b.bidSize) && same(a.askSize, b.askSize) && a.side == b.side
  }
}

/// Reads the topic of predictions while it is written: local brokers keep little of it.
final class ChaosWatch: Sendable {
  struct Prediction: Decodable, Sendable {
    struct Value: Decodable, Sendable { let prediction: Double, confidence: Double? }
    let id: String, symbol: String, sequence: Int64, quality: [String]
    let predictions: [String: Value]
  }

  private struct State {
    var found: [String: [Prediction]] = [:]
    var problem: (any Error)?
    var isOver = false
  }

  private let state = Mutex(State())

  /// Reads a topic from its beginning on.
  init(_ kafka: KafkaConfiguration, topic: String, partitions: Int) throws {
    let consumer = try KafkaConsumer(kafka, KafkaConsumerOptions(groupID: "chaos-watch"))
    try consumer.assign((0..<Int32(partitions)).map { KafkaPosition(topic: topic, partition: $0, offset: 0) })
    Thread.detachNewThread { [self] in
      while !state.withLock({ $0.isOver }) {
        do {
          for message in try consumer.poll(limit: 1000, timeout: 0.1) { take(message) }
        } catch {
          // Brokers that are down or answer with errors are what this is about; a reader that stops shows in the counts.
          Console.note("chaos: reading predictions: \(error)")
        }
      }
    }
  }

  private func take(_ message: KafkaMessage) {
    do {
      let own = try JSONDecoder().decode(Prediction.self, from: Data(message.value ?? []))
      state.withLock { $0.found["\(own.symbol)/\(own.sequence)", default: []].append(own) }
    } catch {
      let text = String(decoding: message.value ?? [], as: UTF8.self)
      state.withLock { $0.problem = ValidationError("no prediction: '\(text)': \(error)") }
    }
  }

  /// Ticks that have a prediction.
  var count: Int { state.withLock { $0.found.count } }

  /// All that was read; throws what went wrong in reading.
  func end() throws -> [String: [Prediction]] {
    let (found, problem) = state.withLock { state in
      state.isOver = true
      return (state.found, state.problem)
    }
    if let problem { throw problem }
    return found
  }
}
#endif
