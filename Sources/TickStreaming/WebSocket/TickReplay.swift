import Compute
public import TickData

/// Ticks in the order in which a server sends them, once or over and over, each numbered among its symbol's.
///
/// Nothing is copied for a subscriber: where it stands is one number, so any number of them may be slow.
public struct TickReplay: Sendable {
  /// The name of the stream, which says what the numbers count.
  public let stream: String
  /// The symbols.
  public var symbols: [String] { ticks.symbols }
  /// How often the ticks are sent; nil for ever.
  public let loops: Int?
  /// Ticks in one loop.
  public var count: Int { ticks.count }
  /// Ticks in all loops; `Int.max` for ever.
  public var total: Int {
    let (total, isOver) = ticks.count.multipliedReportingOverflow(by: loops ?? .max)
    return isOver ? .max : total
  }

  private let ticks: TickBatch
  /// The number of each row among its symbol's.
  private let ordinals: [Int32]
  /// Rows by symbol.
  private let rows: [[Int32]]
  /// Times that never go back: when each row is due.
  private let dueTimes: [Int64]
  /// By how much a loop's times are behind the one before: whole days, so that sessions stay sessions.
  private let period: Int64

  /// Makes a replay.
  ///
  /// - Parameters:
  ///   - ticks: Rows in the order in which they are sent.
  ///   - stream: A name for these ticks with this order: a subscriber who comes back goes on in a stream of the same name.
  ///   - loops: How often they are sent, at least 1; nil for ever. Times go on by whole days in each loop.
  /// - Throws: `TickDataError` with code `invalidOption` if there are no ticks, or too many for one replay.
  public init(_ ticks: TickBatch, stream: String, loops: Int? = 1) throws(TickDataError) {
    guard 1...Int(Int32.max) ~= ticks.count else {
      throw TickDataError(.invalidOption, "there are \(ticks.count) ticks to replay; 1 to \(Int32.max) are allowed")
    }
    guard loops ?? 1 >= 1 else { throw TickDataError(.invalidOption, "loops is \(loops!); at least 1 is needed") }
    self.ticks = ticks
    self.stream = stream
    self.loops = loops
    var rows = [[Int32]](repeating: [], count: ticks.symbols.count)
    var (ordinals, due) = ([Int32](), [Int64]())
    var latest = Int64.min
    for row in 0..<ticks.count {
      let symbol = Int(ticks.symbolIndices[row])
      ordinals.append(Int32(rows[symbol].count))
      rows[symbol].append(Int32(row))
      latest = max(latest, ticks.columns.times[row])
      due.append(latest)
    }
    self.rows = rows
    self.ordinals = ordinals
    // Rows before the first time are due with it.
    let first = due.first { $0 != Tick.noTime } ?? 0
    dueTimes = due.map { $0 == Tick.noTime ? first : $0 }
    let day: Int64 = 86_400_000_000_000
    period = ((dueTimes.last! - first) / day + 1) * day
  }

  /// The message at a position in 0..<``total``.
  public subscript(position: Int) -> TickMessage {
    let (loop, row) = position.quotientAndRemainder(dividingBy: ticks.count)
    var tick = ticks[row]
    if loop > 0, tick.time != Tick.noTime { tick.time &+= Int64(loop) &* period }
    let symbol = Int(ticks.symbolIndices[row])
    return TickMessage(tick, stream: stream, sequence: Int64(loop) * Int64(rows[symbol].count) + Int64(ordinals[row]))
  }

  /// The position of the symbol of a message, which ``subscript(_:)`` gives.
  package func symbolIndex(_ position: Int) -> Int { Int(ticks.symbolIndices[position % ticks.count]) }

  /// The position of a symbol's tick by its number; nil for an unknown symbol or a number that it never has.
  func position(symbol: String, sequence: Int64) -> Int? {
    guard let index = ticks.symbols.firstIndex(of: symbol), !rows[index].isEmpty, sequence >= 0 else { return nil }
    let (loop, row) = sequence.quotientAndRemainder(dividingBy: Int64(rows[index].count))
    let (start, isOver) = Int(loop).multipliedReportingOverflow(by: ticks.count)
    let position = start &+ Int(rows[index][Int(row)])
    return isOver || position < 0 || position >= total ? nil : position
  }

  /// How many ticks are due after some seconds at a pace.
  func due(after seconds: Double, _ pace: ReplayPace) -> Int {
    switch pace {
    case .unlimited: return total
    case .rate(let rate): return min(total, Int(min(seconds * rate, 9e18)))
    case .speed(let factor):
      let elapsed = Int64(min(max(0, seconds * factor * 1e9), 9e18))
      let (loop, rest) = elapsed.quotientAndRemainder(dividingBy: period)
      let (start, isOver) = Int(loop).multipliedReportingOverflow(by: ticks.count)
      let time = dueTimes[0] + rest
      return isOver ? total : min(total, start &+ dueTimes.firstPosition { $0 > time })
    }
  }

  /// Seconds after which the tick at a position is due.
  func dueTime(_ position: Int, _ pace: ReplayPace) -> Double {
    switch pace {
    case .unlimited: return 0
    case .rate(let rate): return Double(position + 1) / rate
    case .speed(let factor):
      let (loop, row) = position.quotientAndRemainder(dividingBy: ticks.count)
      return (Double(loop) * Double(period) + Double(dueTimes[row] - dueTimes[0])) / 1e9 / factor
    }
  }
}

/// How fast a replay goes.
public enum ReplayPace: Sendable, Hashable {
  /// As the ticks' own times say, so many times as fast.
  case speed(Double)
  /// Ticks a second.
  case rate(Double)
  /// As fast as each subscriber can take them.
  case unlimited
}

extension Array {
  /// The first position from which on a condition holds; `count` if nowhere.
  fileprivate func firstPosition(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
