/// Applies ``CleaningRule``s to ticks and reports every row that it drops, repairs or moves.
///
/// Rules run in the order in which ``CleaningRule`` lists them; the first that drops a row ends its way.
public struct TickCleaner: Sendable {
  /// Which rules run.
  public let options: CleaningOptions

  /// Makes a cleaner.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` if `holeSeconds` is not positive and finite.
  public init(_ options: CleaningOptions) throws(TickDataError) {
    guard options.holeSeconds > 0, options.holeSeconds.isFinite else {
      throw TickDataError(
        .invalidOption, "holeSeconds is \(options.holeSeconds); a positive finite number of seconds is needed")
    }
    self.options = options
  }

  /// Cleans every series of a table; symbols that lose all rows stay as empty series.
  public func clean(_ table: TickTable) -> (table: TickTable, report: CleaningReport) {
    var report = CleaningReport()
    var cleaned = TickTable()
    for series in table.series {
      let result = clean(series)
      cleaned.append(result.series)
      report.merge(result.report)
    }
    return (cleaned, report)
  }

  /// Cleans one series.
  ///
  /// O(rows), plus O(rows · log rows) where stamps step back.
  public func clean(_ series: TickSeries) -> (series: TickSeries, report: CleaningReport) {
    var pass = CleaningPass(options: options, symbol: series.symbol)
    var kept = TickColumns()
    for row in 0..<series.count {
      if let tick = pass.take(series[row], row: row) { kept.append(tick) }
    }
    if pass.needsSort { kept = sorted(kept) }
    pass.report.note(rowsIn: series.count, rowsOut: kept.count)
    var result = TickSeries(symbol: series.symbol)
    result.columns = kept
    return (result, pass.report)
  }

  /// The rows by time.
  private func sorted(_ kept: TickColumns) -> TickColumns {
    // A row without a stamp stays behind the one before it.
    var times = kept.times
    for row in times.indices.dropFirst() where times[row] == Tick.noTime { times[row] = times[row - 1] }
    let order = (0..<kept.count).sorted { (times[$0], $0) < (times[$1], $1) }
    return kept.selecting(order)
  }
}

/// The state of one run over the rows of one symbol.
struct CleaningPass: Sendable {
  let options: CleaningOptions
  let symbol: String
  var report = CleaningReport()
  /// Whether a stamp stepped back, and the rule says that rows are to be sorted.
  private(set) var needsSort = false
  var memory = LiveTickCleaner.State()

  init(options: CleaningOptions, symbol: String) {
    self.options = options
    self.symbol = symbol
  }

  /// Takes the next row; nil if it is dropped.
  mutating func take(_ original: Tick, row: Int) -> Tick? {
    var tick = original
    if let rule = rejection(&tick, original) {
      report.reject(rule, row: row, original)
      return nil
    }
    noteOrder(tick)
    memory.lastTime = tick.time
    memory.latestTime = max(memory.latestTime, tick.time)
    memory.previous = tick
    return tick
  }

  /// The rule that drops the row, or nil; repairs what can be repaired.
  private mutating func rejection(_ tick: inout Tick, _ original: Tick) -> CleaningRule? {
    if tick.time == Tick.noTime, finds(.missingTime) {
      guard memory.lastTime != Tick.noTime else { return .missingTime }
      tick.time = memory.lastTime
      report.add(.missingTime, .repaired, symbol: symbol)
    }
    if tick.time != Tick.noTime {
      if abs(tick.time) < 86_400_000_000_000, finds(.epochTime) { return .epochTime }
      if options[.closedDay] != .off || options[.outsideSession] != .off {
        let moment = options.calendar.moment(at: tick.time)
        if !moment.isSessionDay {
          if finds(.closedDay) { return .closedDay }
        } else if !moment.isOpen, finds(.outsideSession) {
          return .outsideSession
        }
      }
    }
    if tick.isCancelled, finds(.cancelledPrint) { return .cancelledPrint }
    if tick.isTrade, !(tick.price > 0 && tick.price.isFinite), finds(.invalidPrice) { return .invalidPrice }
    if tick.size < 0 || tick.size.isInfinite, finds(.invalidSize) { return .invalidSize }
    if options.sizeIsCumulative { differenceVolume(&tick) }
    if tick.isTrade, tick.size == 0, finds(.zeroSize) { return .zeroSize }
    return repairQuote(&tick)
  }

  private mutating func differenceVolume(_ tick: inout Tick) {
    guard tick.isTrade, !tick.size.isNaN else { return }
    let total = tick.size
    let day = tick.time == Tick.noTime ? memory.cumulativeDay : options.calendar.moment(at: tick.time).dayNumber
    memory.cumulativeDay = day
    let cumulativeHigh = memory.cumulativeHighs[day] ?? 0
    if total < cumulativeHigh, finds(.cumulativeVolumeFall) {
      report.add(.cumulativeVolumeFall, .repaired, symbol: symbol)
    }
    tick.size = max(0, total - cumulativeHigh)
    memory.cumulativeHighs[day] = max(cumulativeHigh, total)
  }

  private mutating func repairQuote(_ tick: inout Tick) -> CleaningRule? {
    let noBid = tick.bid <= 0 || tick.bid.isInfinite
    let noAsk = tick.ask <= 0 || tick.ask.isInfinite
    if noBid || noAsk, finds(.emptyQuoteSide) {
      if noBid { (tick.bid, tick.bidSize) = (.nan, .nan) }
      if noAsk { (tick.ask, tick.askSize) = (.nan, .nan) }
      if isEmpty(tick) { return .emptyQuoteSide }
      report.add(.emptyQuoteSide, .repaired, symbol: symbol)
    }
    let rule: CleaningRule? = tick.bid > tick.ask ? .crossedQuote : tick.bid == tick.ask ? .lockedQuote : nil
    if let rule, finds(rule) {
      (tick.bid, tick.ask, tick.bidSize, tick.askSize) = (.nan, .nan, .nan, .nan)
      if isEmpty(tick) { return rule }
      report.add(rule, .repaired, symbol: symbol)
    }
    return nil
  }

  private mutating func noteOrder(_ tick: Tick) {
    guard tick.time != Tick.noTime, let previous = memory.previous else { return }
    if tick.time < memory.latestTime {
      if options[.stampStepsBack] == .apply {
        report.add(.stampStepsBack, .reordered, symbol: symbol)
        needsSort = true
      } else if options[.stampStepsBack] == .report {
        report.add(.stampStepsBack, .reported, symbol: symbol)
      }
    }
    if tick.time == memory.lastTime { report(.equalStamp) }
    if isSame(tick, previous) { report(.duplicateRow) }
    if memory.lastTime != Tick.noTime, (Double(tick.time) - Double(memory.latestTime)) / 1e9 > options.holeSeconds,
      isWithinSession(tick)
    {
      report(.hole)
    }
  }

  /// A hole counts only between two rows of one session, not overnight.
  private func isWithinSession(_ tick: Tick) -> Bool {
    let before = options.calendar.moment(at: memory.latestTime)
    let now = options.calendar.moment(at: tick.time)
    return before.dayNumber == now.dayNumber && before.isOpen && now.isOpen
  }

  private mutating func report(_ rule: CleaningRule) {
    if options[rule] != .off { report.add(rule, .reported, symbol: symbol) }
  }

  /// Whether a rule that has found a row is to act on it; counts it where it only reports.
  private mutating func finds(_ rule: CleaningRule) -> Bool {
    switch options[rule] {
    case .off: return false
    case .report:
      report.add(rule, .reported, symbol: symbol)
      return false
    case .apply: return true
    }
  }

  private func isEmpty(_ tick: Tick) -> Bool { !tick.isTrade && tick.bid.isNaN && tick.ask.isNaN }

  /// Equality in which a missing number equals a missing number.
  private func isSame(_ a: Tick, _ b: Tick) -> Bool {
    func same(_ x: Double, _ y: Double) -> Bool { x == y || (x.isNaN && y.isNaN) }
    return a.time == b.time && a.side == b.side && same(a.price, b.price) && same(a.size, b.size) && same(a.bid, b.bid)
      && same(a.ask, b.ask) && same(a.bidSize, b.bidSize) && same(a.askSize, b.askSize)
  }
}
