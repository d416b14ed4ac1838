import TickData

/// What was read of one partition and is not stored yet; a class, for a message must not copy it.
final class IngestBuffer {
  /// The offset of the next message.
  var next: Int64
  /// Whether anything was read since the last store.
  var isDirty = false
  var batch = TickBatch()
  var rejects: [KafkaRecord] = []

  init(next: Int64) { self.next = next }
}

/// Counts ticks with a time before an earlier one's of their symbol.
struct LateTicks {
  private var newest: [String: Int64] = [:]
  /// The last times, in no order.
  private var recent: [Int64] = []
  private var place = 0
  private static let recentCount = 1001

  /// The middle of the last 1,001 times: what the market's time is, whatever single ticks claim; nil before three ticks.
  var marketTime: Int64? { recent.count < 3 ? nil : recent.sorted()[recent.count / 2] }

  /// Takes a batch and returns the number of late ticks in it.
  mutating func count(_ batch: TickBatch) -> Int {
    var times = batch.symbols.map { newest[$0] ?? Int64.min }
    var late = 0
    for (row, symbol) in batch.symbolIndices.enumerated() {
      let time = batch.columns.times[row]
      if time == Tick.noTime { continue }
      if time < times[Int(symbol)] { late += 1 } else { times[Int(symbol)] = time }
    }
    for (symbol, time) in zip(batch.symbols, times) where time > Int64.min { newest[symbol] = time }
    for time in batch.columns.times.suffix(Self.recentCount) where time != Tick.noTime {
      if recent.count < Self.recentCount { recent.append(time) } else { recent[place % Self.recentCount] = time }
      place += 1
    }
    return late
  }
}
