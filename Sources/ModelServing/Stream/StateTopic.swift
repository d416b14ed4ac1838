import Foundation
import TickStreaming

/// The states of symbols in a compacted topic: a message a symbol, and one a partition that says up to where all of them are.
///
/// A partition's states are in the state topic's partition of the same number, so that whoever gets the one reads the other. Every message tells from which offset on
/// the newest states of all symbols are found, so a reader begins at the end and reads no more than needed.
///
/// Keys carry the name of their writer. One that stalled, lost its partitions and writes after all thus cannot take the place of what the new owner wrote: a
/// state is right as of its own offset, so readers take the one that is furthest. Keys of earlier writers are deleted by tombstones.
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
    /// The furthest state of each symbol, with its offset in the state topic.
    var symbols: [String: (entry: Entry, offset: Int64)] = [:]
    /// Other writers' keys of each symbol, and under "" those of the partition.
    var keys: [String: Set<String>] = [:]
  }

  let kafka: KafkaConfiguration
  let topic: String
  /// The name of this writer.
  let writer = UUID().uuidString

  /// Reads the newest states of a partition.
  ///
  /// - Throws: ``StreamingError`` with code `invalidState` if they are damaged or not all there; ``KafkaError``.
  func read(_ partition: Int32) throws -> Found {
    let tail = try KafkaTail(kafka)
    guard let last = try tail.lastMessages(topic: topic, partitions: [partition])[partition] else { return Found() }
    // A tombstone at the end tells nothing.
    var start = try entry(last)?.first ?? 0
    while true {
      let messages = try tail.messages(topic: topic, partition: partition, from: start)
      if let found = messages.first?.offset, found > start, try tail.lowestOffset(topic, partition) > start {
        throw StreamingError(
          .invalidState, "'\(topic)' partition \(partition) begins at \(found); states from \(start) on are needed")
      }
      let (found, first) = try collect(messages)
      // Another writer's checkpoint may begin further back than that of the last message.
      guard first < start else { return found }
      start = first
    }
  }

  /// The furthest states, and where those of the furthest checkpoint begin.
  private func collect(_ messages: [KafkaMessage]) throws -> (Found, first: Int64) {
    var found = Found()
    var first = Int64.max
    for message in messages {
      guard let entry = try entry(message) else { continue }
      let key = String(decoding: message.key ?? [], as: UTF8.self)
      // One that lost a partition and gets it back finds keys of its own, which go on.
      if !key.hasSuffix("@\(writer)") { found.keys[entry.symbol ?? "", default: []].insert(key) }
      if let symbol = entry.symbol {
        if entry.next >= found.symbols[symbol]?.entry.next ?? 0 { found.symbols[symbol] = (entry, message.offset) }
      } else if entry.next >= found.next ?? 0 {
        found.next = entry.next
        first = entry.first ?? 0
      }
    }
    return (found, first)
  }

  /// Reads a message; nil for a tombstone.
  private func entry(_ message: KafkaMessage) throws -> Entry? {
    guard let value = message.value else { return nil }
    do {
      return try JSONDecoder().decode(Entry.self, from: Data(value))
    } catch {
      throw StreamingError(
        .invalidState,
        "'\(topic)' partition \(message.partition) offset \(message.offset) is no state: \(error)")
    }
  }

  /// This writer's key for a symbol; for the partition itself without one.
  func key(_ symbol: String?, partition: Int32) -> String {
    (symbol.map { "symbol:\($0)" } ?? "partition:\(partition)") + "@\(writer)"
  }

  /// The record of an entry.
  func record(_ entry: Entry, partition: Int32) throws -> KafkaRecord {
    var record = KafkaRecord(
      topic: topic, key: key(entry.symbol, partition: partition), value: try JSONEncoder().encode(entry))
    record.partition = partition
    return record
  }

  /// The record that deletes a key.
  func tombstone(_ key: String, partition: Int32) -> KafkaRecord {
    var record = KafkaRecord(topic: topic, key: key, value: [])
    record.value = nil
    record.partition = partition
    return record
  }
}
