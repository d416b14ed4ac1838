/// The columns of ticks without their symbol: one array a field, all of one length.
///
/// The shared storage of ``TickSeries`` (one symbol) and ``TickBatch`` (many symbols in arrival order).
public struct TickColumns: Sendable, Hashable {
  /// Event times in nanoseconds since 1970-01-01 UTC; ``Tick/noTime`` where the feed gave none.
  public var times: [Int64] = []
  /// Trade prices; NaN in rows that are quotes.
  public var prices: [Double] = []
  /// Trade sizes; NaN where not carried.
  public var sizes: [Double] = []
  /// Best bids; NaN where not carried.
  public var bids: [Double] = []
  /// Best asks; NaN where not carried.
  public var asks: [Double] = []
  /// Sizes at the best bid; NaN where not carried.
  public var bidSizes: [Double] = []
  /// Sizes at the best ask; NaN where not carried.
  public var askSizes: [Double] = []
  /// Aggressor sides as 1 (buy), -1 (sell), 0 (unknown).
  public var sides: [Int8] = []
  /// 1 where the feed marks the print as cancelled, else 0.
  public var cancelled: [UInt8] = []

  /// Makes empty columns.
  public init() {}

  /// Number of rows.
  public var count: Int { times.count }

  /// Throws ``TickDataError`` with code `shapeMismatch` unless all columns have the length of `times`.
  public func validate() throws(TickDataError) {
    let lengths = [
      prices.count, sizes.count, bids.count, asks.count, bidSizes.count, askSizes.count, sides.count, cancelled.count,
    ]
    guard lengths.allSatisfy({ $0 == times.count }) else {
      throw TickDataError(
        .shapeMismatch, "tick columns have lengths \(lengths); every one must have \(times.count) rows, as times has")
    }
  }

  /// Makes room for `rows` rows in all.
  public mutating func reserveCapacity(_ rows: Int) {
    times.reserveCapacity(rows)
    prices.reserveCapacity(rows)
    sizes.reserveCapacity(rows)
    bids.reserveCapacity(rows)
    asks.reserveCapacity(rows)
    bidSizes.reserveCapacity(rows)
    askSizes.reserveCapacity(rows)
    sides.reserveCapacity(rows)
    cancelled.reserveCapacity(rows)
  }

  /// Adds the fields of a tick as the last row.
  public mutating func append(_ tick: Tick) {
    times.append(tick.time)
    prices.append(tick.price)
    sizes.append(tick.size)
    bids.append(tick.bid)
    asks.append(tick.ask)
    bidSizes.append(tick.bidSize)
    askSizes.append(tick.askSize)
    sides.append(tick.side.rawValue)
    cancelled.append(tick.isCancelled ? 1 : 0)
  }

  /// Adds row `row` of other columns as the last row.
  public mutating func append(row: Int, of other: TickColumns) {
    times.append(other.times[row])
    prices.append(other.prices[row])
    sizes.append(other.sizes[row])
    bids.append(other.bids[row])
    asks.append(other.asks[row])
    bidSizes.append(other.bidSizes[row])
    askSizes.append(other.askSizes[row])
    sides.append(other.sides[row])
    cancelled.append(other.cancelled[row])
  }

  /// Adds all rows of other columns behind these.
  public mutating func append(contentsOf other: TickColumns) {
    times += other.times
    prices += other.prices
    sizes += other.sizes
    bids += other.bids
    asks += other.asks
    bidSizes += other.bidSizes
    askSizes += other.askSizes
    sides += other.sides
    cancelled += other.cancelled
  }

  /// Row `row` as a tick of `symbol`.
  public func tick(_ row: Int, symbol: String) -> Tick {
    Tick(
      symbol: symbol, time: times[row], price: prices[row], size: sizes[row], bid: bids[row], ask: asks[row],
      bidSize: bidSizes[row], askSize: askSizes[row], side: AggressorSide(rawValue: sides[row]) ?? .unknown,
      isCancelled: cancelled[row] != 0)
  }

  /// The rows with the given numbers, in that order.
  public func selecting(_ rows: [Int]) -> TickColumns {
    var chosen = TickColumns()
    chosen.times = rows.map { times[$0] }
    chosen.prices = rows.map { prices[$0] }
    chosen.sizes = rows.map { sizes[$0] }
    chosen.bids = rows.map { bids[$0] }
    chosen.asks = rows.map { asks[$0] }
    chosen.bidSizes = rows.map { bidSizes[$0] }
    chosen.askSizes = rows.map { askSizes[$0] }
    chosen.sides = rows.map { sides[$0] }
    chosen.cancelled = rows.map { cancelled[$0] }
    return chosen
  }
}
