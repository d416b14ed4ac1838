public import TickData

/// Replays the ticks of one symbol to a strategy, with orders that take time and cost money.
///
/// Each tick first fills orders that arrived before it, at the quote that stood; then it is taken in; then the strategy decides. So a decision is never filled by
/// the tick it was made on unless latency is 0, and then at that tick's quote.
public struct Backtest: Sendable, Hashable {
  /// Costs and limits.
  public let options: BacktestOptions

  /// Makes a backtest.
  ///
  /// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed.
  public init(_ options: BacktestOptions = BacktestOptions()) throws(EvaluationError) {
    try options.check()
    self.options = options
  }

  /// Runs a strategy.
  ///
  /// - Parameters:
  ///   - ticks: Ticks of one symbol, oldest first; cancelled prints and rows without a time are passed over.
  ///   - strategy: Decides after each tick; a target that is NaN is an error, one beyond the limits is cut.
  /// - Returns: What happened. A position left at the end is valued, not closed; a strategy that loses all its money stops there.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for columns of different lengths, `invalidLabel` for times that descend, prices that are not above 0, or a target that is
  ///   not finite.
  /// - Complexity: O(ticks).
  public func run(
    _ ticks: TickColumns, _ strategy: some BacktestStrategy
  ) throws(EvaluationError) -> BacktestResult {
    let rows = ticks.count
    guard ticks.prices.count == rows, ticks.bids.count == rows, ticks.asks.count == rows, ticks.cancelled.count == rows
    else {
      throw EvaluationError(.shapeMismatch, "columns of ticks have different lengths")
    }
    var strategy = strategy
    var run = BacktestRun(options)
    for row in 0..<rows where ticks.cancelled[row] == 0 && ticks.times[row] != Tick.noTime {
      let price = ticks.prices[row]
      let (bid, ask) = (ticks.bids[row], ticks.asks[row])
      guard ticks.times[row] >= run.time, !(price <= 0), !(bid <= 0), !(ask <= 0) else {
        throw EvaluationError(
          .invalidLabel,
          "row \(row) at \(ticks.times[row]) after \(run.time), price \(price), bid \(bid), ask \(ask); times must not descend, prices must be "
            + "above 0")
      }
      run.take(row: row, time: ticks.times[row], price: price, bid: bid, ask: ask)
      if run.isRuined { break }
      guard let target = strategy.target(run.view(row)) else { continue }
      guard target.isFinite else {
        throw EvaluationError(
          .invalidLabel, "the target of row \(row) is \(target); a finite number of units is needed")
      }
      run.order(target, row: row)
    }
    return run.result()
  }
}

/// The state of a run.
private struct BacktestRun {
  private let options: BacktestOptions
  private var account: BacktestAccount
  private var orders: [Order] = []
  private var first = 0
  private var quoted = Int64.min
  private(set) var time = Int64.min
  private var last = Double.nan
  private var bid = Double.nan
  private var ask = Double.nan
  private(set) var isRuined = false
  private var curve: [EquityPoint] = []
  private var nextSample = Int64.min

  init(_ options: BacktestOptions) {
    self.options = options
    account = BacktestAccount(options)
  }

  /// The position once all orders under way are filled.
  private var wanted: Double { orders.last?.target ?? account.position }

  private var middle: Double {
    let middle = (bid + ask) / 2
    return middle.isNaN ? last : middle
  }

  func view(_ row: Int) -> MarketView {
    MarketView(
      row: row, time: time, lastPrice: last, bid: bid, ask: ask, position: account.position,
      pending: wanted - account.position,
      equity: account.equity(at: middle))
  }

  mutating func take(row: Int, time: Int64, price: Double, bid: Double, ask: Double) {
    // At the quote that stood when they arrived, which this tick changes only afterwards; those of the next period after its sample.
    if first < orders.count { fillQuoted(before: min(time, nextSample), row: row) }
    if time >= nextSample { sample(time) }
    if first < orders.count { fillQuoted(before: time, row: row) }
    self.time = time
    if !bid.isNaN { self.bid = bid }
    if !ask.isNaN { self.ask = ask }
    if quoted == .min, usesQuotes { quoted = time }
    if !price.isNaN {
      last = price
      if first < orders.count { fillTraded(price, row: row) }
    }
    if account.equity(at: middle) <= 0 { isRuined = true }
  }

  private var usesQuotes: Bool { options.fillPrice != .nextTrade && !bid.isNaN && !ask.isNaN }

  private mutating func fillQuoted(before now: Int64, row: Int) {
    while usesQuotes, first < orders.count, orders[first].arrival < now {
      fillAtQuote(orders[first], at: max(orders[first].arrival, quoted), row: row)
    }
  }

  private mutating func fillAtQuote(_ order: Order, at time: Int64, row: Int) {
    let price = options.fillPrice == .mid ? middle : order.target > account.position ? ask : bid
    finish(order, price: price, time: time, row: row)
  }

  private mutating func fillTraded(_ price: Double, row: Int) {
    while !usesQuotes, first < orders.count, orders[first].arrival <= time {
      finish(orders[first], price: price, time: time, row: row)
    }
  }

  private mutating func finish(_ order: Order, price: Double, time: Int64, row: Int) {
    account.fill(order, price: price, middle: middle, time: time, row: row)
    first += 1
    if first == orders.count {
      orders.removeAll(keepingCapacity: true)
      first = 0
    } else if first == 1024 {
      orders.removeFirst(first)
      first = 0
    }
  }

  /// Sends an order for what is missing to a target.
  mutating func order(_ target: Double, row: Int) {
    let price = middle
    guard !price.isNaN else { return }
    let limited = account.limited(target, price: price)
    guard limited != wanted else { return }
    let (arrival, isBeyond) = time.addingReportingOverflow(options.latency)
    orders.append(Order(target: limited, decided: time, arrival: isBeyond ? .max : arrival))
    // Without latency the quote is the one the decision saw.
    while options.latency == 0, usesQuotes, first < orders.count { fillAtQuote(orders[first], at: time, row: row) }
  }

  /// The equity before a tick, once a period.
  private mutating func sample(_ now: Int64) {
    let period = options.samplePeriod
    if time != .min {
      curve.append(EquityPoint(time: time, equity: account.equity(at: middle), position: account.position))
    }
    let (start, isBeyond) = (now - now % period).addingReportingOverflow(period)
    nextSample = isBeyond ? .max : start
  }

  func result() -> BacktestResult {
    var curve = curve
    if time != .min {
      curve.append(EquityPoint(time: time, equity: account.equity(at: middle), position: account.position))
    }
    return BacktestResult(
      options: options, curve: curve, fills: account.fills, trips: account.trips, position: account.position,
      fees: account.fees,
      slippage: account.slippage, spreadCost: account.spreadCost, turnover: account.turnover,
      unfilled: orders.count - first,
      isRuined: isRuined)
  }
}
