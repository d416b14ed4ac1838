/// A candlestick pattern: a rule over the newest bars and over what is usual for the bars before them.
///
/// A pattern writes its rule once; the live value, the value of a forming bar and whole columns all evaluate it. Results are
/// TA-Lib's: 0 where the pattern is not there, otherwise 100 or −100 (80 or 200 where noted), NaN before the look-back.
/// A bar with a price that is not finite is missing: the state starts anew after it.
protocol CandlestickPattern: Indicator where Input == OHLCV, Output == Double {
  /// The averages that the rule compares with.
  static var averages: CandleAverages { get }
  /// Number of bars before the first that has a result.
  static var precedingBars: Int { get }
  /// Number of bars before the first result that are judged already, for patterns that remember what came before.
  static var rememberedBars: Int { get }

  var state: CandleState { get set }

  /// The signal of the bar under judgement.
  func signal<Source>(_ bars: Candles<Self, Source>) -> BarPair
  /// Turns the signal of a bar into its result where that depends on signals before it.
  mutating func resolve(_ signal: Double, previous: (high: Double, low: Double), close: Double) -> Double
  /// Forgets the signals before.
  mutating func forget()
}

/// A pattern whose rule says how far one body must reach into another.
protocol PenetratingPattern: CandlestickPattern {
  /// The share of the body.
  var penetration: Double { get }
}

extension IndicatorDefinition {
  /// The definition of a candlestick pattern.
  static func pattern(_ name: String, _ summary: String, penetration: Double? = nil) -> Self {
    Self(
      name, .pattern, summary, inputs: [.open, .high, .low, .close],
      parameters: penetration.map { [.number("penetration", $0, in: 0...3e37)] } ?? [], outputs: ["integer"])
  }
}

extension CandlestickPattern {
  static var averages: CandleAverages { CandleAverages() }
  static var rememberedBars: Int { 0 }

  @inline(__always)
  mutating func resolve(_ signal: Double, previous: (high: Double, low: Double), close: Double) -> Double { signal }
  mutating func forget() {}

  /// Number of bars before the first that has a result.
  public var lookback: Int { Self.precedingBars }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    guard bar.open.isFinite, bar.high.isFinite, bar.low.isFinite, bar.close.isFinite else {
      state.restart()
      forget()
      return .nan
    }
    let judged = state.run &- (Self.precedingBars &- Self.rememberedBars)
    var result = Double.nan
    if judged >= 0 {
      result = judge(bar, isFirst: judged == 0)
      if judged < Self.rememberedBars { result = .nan }
    }
    if commit { state.push(bar) }
    return result
  }

  /// The result of a bar, with the totals moved on.
  @inline(__always)
  private mutating func judge(_ bar: OHLCV, isFirst: Bool) -> Double {
    var totals = state.totals
    let (signal, high, low) = state.withSource(bar) { source in
      if isFirst { Self.averages.forEach { totals[$0] = CandleState.firstSum($1, source) } }
      var pairs = CandleSlots(repeating: BarPair.zero)
      Self.averages.forEach { slot, total in
        pairs[slot] = BarPair(repeating: totals[slot])
        totals[slot] += Self.change(total, source)[0]
      }
      return (self.signal(Candles(source: source, totals: pairs))[0], source.high(1)[0], source.low(1)[0])
    }
    state.totals = totals
    return resolve(signal, previous: (high, low), close: bar.close)
  }

  /// What the newest bar adds to a total and the oldest takes away.
  @inline(__always)
  private static func change<Source: CandleSource>(_ total: CandleAverages.Total, _ source: Source) -> BarPair {
    source.range(total.range, total.back) - source.range(total.range, total.back &+ total.period)
  }

  /// Runs over columns from this state on: blocks without a missing bar by pairs of rows, the rest row by row.
  @inline(__always)
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    let output = outputs[0]
    var pattern = self
    withUnsafeTemporaryAllocation(of: Double.self, capacity: CandleState.capacity + rowsInBlock) { buffer in
      guard let scratch = buffer.baseAddress else { return }
      var row = 0
      var pending = 0  // Rows done that the state does not hold yet.
      while row < count {
        var rows = 0
        if row >= CandleState.capacity, pattern.state.run &+ pending > Self.precedingBars {
          rows = finiteRows(inputs, row..<min(row &+ rowsInBlock, count)) & ~1
        }
        if rows > 0 {
          pattern.runPairs(inputs, row..<(row &+ rows), scratch, output)
          pending &+= rows
          row &+= rows
        } else {
          pattern.state.push(inputs, before: row, count: pending)
          pending = 0
          output[row] = pattern.update(OHLCV(inputs, row), commit: true)
          row &+= 1
        }
      }
      pattern.state.push(inputs, before: row, count: pending)
    }
    self = pattern
  }

  /// Judges an even number of rows, none of them missing, whose look-back lies in the columns.
  @inline(__always)
  private mutating func runPairs(
    _ inputs: InputColumns, _ rows: Range<Int>, _ scratch: UnsafeMutablePointer<Double>,
    _ output: UnsafeMutablePointer<Double>
  ) {
    // The first place of the scratch is the oldest row of the look-back.
    let shadowSums = UnsafePointer(scratch) - (rows.lowerBound &- CandleState.capacity)
    if Self.averages.contains(.shadows) { sumShadows(inputs, rows, scratch) }
    var totals = state.totals
    var row = rows.lowerBound
    while row < rows.upperBound {
      let source = ColumnSource(columns: inputs, shadowSums: shadowSums, row: row)
      var pairs = CandleSlots(repeating: BarPair.zero)
      Self.averages.forEach { slot, total in
        let change = Self.change(total, source)
        let second = totals[slot] + change[0]
        pairs[slot] = BarPair(totals[slot], second)
        totals[slot] = second + change[1]
      }
      var result = signal(Candles(source: source, totals: pairs))
      if Self.rememberedBars > 0 {
        for place in 0..<2 {
          let previous = (source.high(1)[place], source.low(1)[place])
          result[place] = resolve(result[place], previous: previous, close: source.close(0)[place])
        }
      }
      UnsafeMutableRawPointer(output + row).storeBytes(of: result, as: BarPair.self)
      row &+= 2
    }
    state.totals = totals
  }
}

/// Rows that are judged at a time: their prices and results stay in the nearest cache.
private let rowsInBlock = 64

/// Writes the sums of shadows of rows and of the look-back before them.
@inline(__always)
private func sumShadows(_ columns: InputColumns, _ rows: Range<Int>, _ scratch: UnsafeMutablePointer<Double>) {
  var row = rows.lowerBound &- CandleState.capacity
  var place = UnsafeMutableRawPointer(scratch)
  while row < rows.upperBound {
    let sum = ColumnSource(columns: columns, shadowSums: columns.first, row: row).shadowSum(0)
    place.storeBytes(of: sum, as: BarPair.self)
    place += MemoryLayout<BarPair>.stride
    row &+= 2
  }
}

/// The number of rows from the first on whose four prices are finite.
@inline(__always)
private func finiteRows(_ columns: InputColumns, _ rows: Range<Int>) -> Int {
  var check = BarPair.zero
  var row = rows.lowerBound
  while row &+ 2 <= rows.upperBound {
    let source = ColumnSource(columns: columns, shadowSums: columns.first, row: row)
    let sum = (source.open(0) + source.high(0)) + (source.low(0) + source.close(0))
    check += sum - sum
    row &+= 2
  }
  // A sum may overflow though its terms are finite: then, too, the rows are looked at one by one.
  if check == .zero { return row &- rows.lowerBound }
  row = rows.lowerBound
  while row < rows.upperBound, columns.first[row].isFinite, columns.second[row].isFinite, columns.third[row].isFinite,
    columns.fourth[row].isFinite
  { row &+= 1 }
  return row &- rows.lowerBound
}
