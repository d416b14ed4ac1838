import Foundation
import TickStreaming

/// The states of symbols in a compacted topic: a message a symbol, and one a partition that says up to where all of them are.
///
/// A partition's states are in the state topic's partition of the same number, so that whoever gets the one reads the other. Every message tells from which offset on
/// the newest states of all symbols are found, so a reader begins at the end and reads no more than needed.
struct StateTopic: Sendable {
  /// A state as it is written.
  struct Entry: Codable {
    /// The symbol; nil for the partition's own entry.
    var symbol: String?
    /// The offset of the next message of the ticks that is not in the state.
    var next: Int64
    /// From which offset of the state topic on all newest states are found; nil for its beginning.
    var first: Int64?
    /// The state of the symbol.
    var state: Data?
    /// The numbers of the symbol's ticks.
    var sequences: [SequenceTracker.Entry]?
  }

  /// What is found of a partition.
  struct Found {
    /// Where the ticks go on; nil if there is no complete checkpoint.
    var next: Int64?
    /// The newest state of each symbol, with its offset in the state topic.
    var symbols: [String: (entry: Entry, offset: Int64)] = [:]
  }

  let kafka: KafkaConfiguration
  let topic: String

  /// Reads the newest states of a partition.
  func read(_ partition: Int32) throws -> Found {
    let tail = try KafkaTail(kafka)
    var found = Found()
    guard let last = try tail.lastMessages(topic: topic, partitions: [partition])[partition] else { return found }
    let first = try entry(last).first ?? 0
    for message in try tail.messages(topic: topic, partition: partition, from: first) {
      let entry = try entry(message)
      if let symbol = entry.symbol {
        found.symbols[symbol] = (entry, message.offset)
      } else {
        found.next = entry.next
      }
    }
    return found
  }

  private func entry(_ message: KafkaMessage) throws -> Entry {
    do {
      return try JSONDecoder().decode(Entry.self, from: Data(message.value ?? []))
    } catch {
      throw StreamingError(
        .invalidState,
        "'\(topic)' partition \(message.partition) offset \(message.offset) is no state: \(error)")
    }
  }

  /// The record of an entry.
  func record(_ entry: Entry, partition: Int32) throws -> KafkaRecord {
    var record = KafkaRecord(
      topic: topic, key: entry.symbol.map { "symbol:\($0)" } ?? "partition:\(partition)",
      value: try JSONEncoder().encode(entry))
    record.partition = partition
    return record
  }
}
