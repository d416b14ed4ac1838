import TickData

extension Int64 {
  /// The sum, or the largest number where it is beyond: numbers from the wire may be anything.
  package func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? .max : sum
  }
}

/// Finds gaps and repetitions by the numbers that ticks carry.
///
/// Ticks of a symbol come in order, so one number a symbol and stream is all that has to be kept.
public struct SequenceTracker: Sendable, Hashable {
  /// What the number of a tick says.
  public enum Verdict: Sendable, Hashable {
    /// It carries none.
    case unnumbered
    /// It is the next one, or the first of its symbol and stream.
    case next
    /// So many are missing before it.
    case gap(missing: Int64)
    /// It was there before.
    case repeated
  }

  /// The last number of a symbol in a stream.
  public struct Entry: Sendable, Hashable, Codable {
    /// The stream.
    public var stream: String
    /// The symbol.
    public var symbol: String
    /// The number.
    public var sequence: Int64
  }

  private struct Known: Sendable, Hashable {
    var stream: String
    var sequence: Int64
    /// Numbers of earlier streams.
    var others: [String: Int64] = [:]
  }

  private var known: [String: Known] = [:]

  /// Makes a tracker that knows nothing.
  public init() {}

  /// Goes on from what was kept.
  public init(_ entries: some Sequence<Entry>) {
    for entry in entries { set(entry) }
  }

  /// Looks at a tick's number, and keeps it unless it is a repetition.
  ///
  /// - Complexity: O(1).
  public mutating func check(_ message: TickMessage) -> Verdict {
    guard let sequence = message.sequence else { return .unnumbered }
    // The usual case looks the symbol up once.
    if let place = known.index(forKey: message.tick.symbol), known.values[place].stream == message.stream {
      let last = known.values[place].sequence
      guard sequence > last else { return .repeated }
      known.values[place].sequence = sequence
      return Self.verdict(sequence, behind: last)
    }
    let last = last(message.tick.symbol, message.stream)
    if let last, sequence <= last { return .repeated }
    set(Entry(stream: message.stream, symbol: message.tick.symbol, sequence: sequence))
    guard let last else { return .next }
    return Self.verdict(sequence, behind: last)
  }

  private static func verdict(_ sequence: Int64, behind last: Int64) -> Verdict {
    let (distance, isOver) = sequence.subtractingReportingOverflow(last)
    return distance == 1 ? .next : .gap(missing: isOver ? .max : distance - 1)
  }

  /// The last number of a symbol in a stream; nil if there was none.
  public func last(_ symbol: String, _ stream: String) -> Int64? {
    guard let entry = known[symbol] else { return nil }
    return entry.stream == stream ? entry.sequence : entry.others[stream]
  }

  /// Sets the last number of a symbol in a stream.
  public mutating func set(_ entry: Entry) {
    guard var value = known[entry.symbol] else {
      known[entry.symbol] = Known(stream: entry.stream, sequence: entry.sequence)
      return
    }
    if value.stream != entry.stream {
      value.others[value.stream] = value.sequence
      value.others[entry.stream] = nil
      value.stream = entry.stream
    }
    value.sequence = entry.sequence
    known[entry.symbol] = value
  }

  /// All numbers of some symbols; of all without a list.
  public func entries(of symbols: Set<String>? = nil) -> [Entry] {
    var found: [Entry] = []
    for (symbol, value) in known where symbols?.contains(symbol) ?? true {
      // The newest stream last, so that it is the present one again.
      for (stream, sequence) in value.others.sorted(by: { $0.key < $1.key }) {
        found.append(Entry(stream: stream, symbol: symbol, sequence: sequence))
      }
      found.append(Entry(stream: value.stream, symbol: symbol, sequence: value.sequence))
    }
    return found
  }

  /// Forgets symbols.
  public mutating func remove(_ symbols: some Sequence<String>) { for symbol in symbols { known[symbol] = nil } }
}
