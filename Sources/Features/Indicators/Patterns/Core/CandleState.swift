/// The newest bars, the running totals and how many bars in a row were not missing: the state of a pattern.
struct CandleState: Sendable {
  /// Number of bars kept: the longest look-back is 14.
  static let capacity = 16

  /// Four columns of `capacity` places: open, high, low, close.
  private var prices = [Double](repeating: 0, count: 4 * capacity)
  private var newest = 0
  /// Number of bars since the start or the last missing bar.
  private(set) var run = 0
  var totals = CandleSlots(repeating: 0.0)

  /// Starts anew, as a missing bar demands.
  @inline(__always)
  mutating func restart() {
    run = 0
    totals = CandleSlots(repeating: 0)
  }

  /// Lends the kept bars and one that came after them.
  @inline(__always)
  func withSource<Result>(_ bar: OHLCV, _ body: (HistorySource) -> Result) -> Result {
    prices.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the state holds bars") }
      return body(HistorySource(base: base, newest: newest, bar: bar))
    }
  }

  /// Keeps a bar.
  @inline(__always)
  mutating func push(_ bar: OHLCV) {
    newest = (newest &+ 1) & (Self.capacity &- 1)
    run &+= 1
    let place = newest
    prices.withUnsafeMutableBufferPointer { prices in
      prices[place] = bar.open
      prices[Self.capacity &+ place] = bar.high
      prices[2 &* Self.capacity &+ place] = bar.low
      prices[3 &* Self.capacity &+ place] = bar.close
    }
  }

  /// Keeps the `count` bars before a row of columns, as pushing each would.
  mutating func push(_ columns: InputColumns, before row: Int, count: Int) {
    let kept = min(count, Self.capacity)
    newest = (newest &+ count &- kept) & (Self.capacity &- 1)
    run &+= count &- kept
    for row in row - kept..<row { push(OHLCV(columns, row)) }
  }

  /// Sums the first window of a total from the kept bars.
  @inline(__always)
  static func firstSum(_ total: CandleAverages.Total, _ source: HistorySource) -> Double {
    var sum = 0.0
    for back in stride(from: total.back + total.period, to: total.back, by: -1) {
      sum += source.range(total.range, back)[0]
    }
    return sum
  }
}

extension CandleState: Codable {
  private enum CodingKeys: String, CodingKey { case prices, newest, run, totals }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    prices = try values.decode([Double].self, forKey: .prices)
    newest = try values.decode(Int.self, forKey: .newest)
    run = try values.decode(Int.self, forKey: .run)
    totals = try values.decode(CandleSlots<Double>.self, forKey: .totals)
    guard prices.count == 4 * Self.capacity, (0..<Self.capacity).contains(newest), run >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .prices, in: values, debugDescription: "the state of a pattern holds \(Self.capacity) bars")
    }
  }
}

/// Bars of a state and one that came after them; both places of a pair are the same bar.
struct HistorySource: CandleSource {
  let base: UnsafePointer<Double>
  let newest: Int
  let bar: OHLCV

  @inline(__always)
  private func kept(_ column: Int, _ back: Int) -> BarPair {
    BarPair(repeating: base[column &* CandleState.capacity &+ ((newest &+ 1 &- back) & (CandleState.capacity &- 1))])
  }

  @inline(__always)
  func open(_ back: Int) -> BarPair { back == 0 ? BarPair(repeating: bar.open) : kept(0, back) }
  @inline(__always)
  func high(_ back: Int) -> BarPair { back == 0 ? BarPair(repeating: bar.high) : kept(1, back) }
  @inline(__always)
  func low(_ back: Int) -> BarPair { back == 0 ? BarPair(repeating: bar.low) : kept(2, back) }
  @inline(__always)
  func close(_ back: Int) -> BarPair { back == 0 ? BarPair(repeating: bar.close) : kept(3, back) }
  @inline(__always)
  func shadows(_ back: Int) -> BarPair { shadowSum(back) }
}

/// Two successive rows of columns.
struct ColumnSource: CandleSource {
  let columns: InputColumns
  /// The sums of shadows by row, where an average needs them: they are worth computing once.
  let shadowSums: UnsafePointer<Double>
  let row: Int

  @inline(__always)
  func open(_ back: Int) -> BarPair { BarPair(at: columns.first + (row &- back)) }
  @inline(__always)
  func high(_ back: Int) -> BarPair { BarPair(at: columns.second + (row &- back)) }
  @inline(__always)
  func low(_ back: Int) -> BarPair { BarPair(at: columns.third + (row &- back)) }
  @inline(__always)
  func close(_ back: Int) -> BarPair { BarPair(at: columns.fourth + (row &- back)) }
  @inline(__always)
  func shadows(_ back: Int) -> BarPair { BarPair(at: shadowSums + (row &- back)) }
}
