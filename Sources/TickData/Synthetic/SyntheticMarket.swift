import Compute
import Foundation

/// A seeded market that makes ticks of several symbols: for demonstrations, tests and honest experiments.
///
/// Trades arrive faster at the open and the close of a session (a U-shaped curve); their signs are autocorrelated, as
/// order flow is; every row carries the trade and the quote after it. Quoted sizes show the hidden state that drives
/// the planted signal, so ``MarketOptions/signalStrength`` says how much of the next moves a model can know:
/// see ``impliedAUC(horizon:)``.
public struct SyntheticMarket: Sendable {
  /// The settings.
  public let options: MarketOptions

  /// Makes a market.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` naming what is not allowed.
  public init(_ options: MarketOptions = MarketOptions()) throws(TickDataError) {
    try options.validate()
    self.options = options
  }

  /// Makes `options.ticks` rows, spread over the symbols by their activity; equal options give equal ticks.
  public func ticks() -> TickTable {
    let weights = (0..<options.symbols).map { 1 / Double($0 + 2).squareRoot() }
    let total = weights.reduce(0, +)
    var left = options.ticks
    var table = TickTable()
    for symbol in 0..<options.symbols {
      let share = symbol == options.symbols - 1 ? left : Int(Double(options.ticks) * weights[symbol] / total)
      left -= share
      table.append(series(symbol, rows: share))
    }
    return table
  }

  /// The best AUC that any model can reach for `direction_horizon` in the noise setting's price process with the
  /// planted signal: 0.5 without a signal.
  ///
  /// The state s is a standard AR(1) with memory φ and the return of a tick is a·s + √(1-a²)·ε. The future return over
  /// h ticks and s are jointly normal with a correlation ρ that follows in closed form; the AUC of s for its sign is
  /// integrated numerically (error below 1e-6).
  public func impliedAUC(horizon: Int) -> Double {
    precondition(horizon >= 1, "a horizon is at least one tick")
    let a = options.signalStrength
    let phi = MarketOptions.signalMemory
    guard a > 0 else { return 0.5 }
    let h = Double(horizon)
    let reach = (1 - pow(phi, h)) / (1 - phi)
    // Variance of the sum of h consecutive states.
    let sumVariance = (0..<horizon).reduce(0.0) { sum, i in
      sum + (0..<horizon).reduce(0.0) { $0 + pow(phi, Double(abs(i - $1))) }
    }
    let rho = a * reach / (a * a * sumVariance + (1 - a * a) * h).squareRoot()
    let slope = rho / (1 - rho * rho).squareRoot()
    let step = 1e-3
    var below = 0.0
    var total = 0.0
    var ups = 0.0
    for index in 0..<16_000 {
      let s = -8 + (Double(index) + 0.5) * step
      let density = exp(-s * s / 2) / (2 * .pi).squareRoot() * step
      let up = 0.5 * erfc(-slope * s / 2.0.squareRoot())
      total += density * up * (below + density * (1 - up) / 2)
      below += density * (1 - up)
      ups += density * up
    }
    return total / (ups * below)
  }

  private func series(_ index: Int, rows: Int) -> TickSeries {
    var series = TickSeries(symbol: options.symbolName(index))
    series.columns.reserveCapacity(rows)
    var state = SymbolState(options: options, symbol: index)
    let clock = SessionClock(options: options, rows: rows, seed: options.seed, symbol: index)
    for row in 0..<rows { series.append(state.next(symbol: series.symbol, time: clock.time(of: row))) }
    return series
  }
}

/// Prices, quotes and order flow of one symbol.
private struct SymbolState {
  private let options: MarketOptions
  private var random: RandomStream
  private var logMid: Double
  private var signal = 0.0
  private var sign = 1.0
  private let typicalSize: Double
  private let volatility: Double

  init(options: MarketOptions, symbol: Int) {
    self.options = options
    random = RandomStream(seed: options.seed, path: 1, UInt64(symbol))
    logMid = log(50 * exp(3 * random.uniform()))
    typicalSize = 20 * exp(2 * random.uniform())
    volatility = options.tickVolatility * (0.7 + 0.6 * random.uniform())
    signal = random.normal()
  }

  mutating func next(symbol: String, time: Int64) -> Tick {
    let phi = MarketOptions.signalMemory
    let a = options.signalStrength
    logMid += volatility * (a * signal + (1 - a * a).squareRoot() * random.normal())
    signal = phi * signal + (1 - phi * phi).squareRoot() * random.normal()
    if random.uniform() > options.flowPersistence { sign = random.uniform() < 0.5 ? -1 : 1 }
    let mid = exp(logMid)
    let depth = typicalSize * (5 + random.exponential() * 5)
    // The imbalance of the quoted sizes shows the state: (bid - ask) / (bid + ask) = tanh(s / 2).
    let bidShare = 1 / (1 + exp(-signal))
    let bidSize = max(1, (depth * 20 * bidShare).rounded())
    let askSize = max(1, (depth * 20 * (1 - bidShare)).rounded())
    let size = max(1, (typicalSize * random.exponential()).rounded())
    let halfSpread = mid * options.relativeSpread / 2 * (0.8 + 0.4 * random.uniform())
    let side: AggressorSide = sign > 0 ? .buy : .sell
    switch options.setting {
    case .noise:
      // Prints at the mid on a fine grid: no bounce between bid and ask, so no direction is foretold by the last one.
      return Tick(
        symbol: symbol, time: time, price: grid(mid, 1e-6), size: size, bid: grid(mid - halfSpread, 1e-6),
        ask: grid(mid + halfSpread, 1e-6), bidSize: bidSize, askSize: askSize, side: side)
    case .realistic:
      let tickSize = options.tickSize
      let bid = max(tickSize, ((mid - halfSpread) / tickSize).rounded(.down) * tickSize)
      let ask = max(bid + tickSize, ((mid + halfSpread) / tickSize).rounded(.up) * tickSize)
      return Tick(
        symbol: symbol, time: time, price: grid(side == .buy ? ask : bid, tickSize), size: size,
        bid: grid(bid, tickSize), ask: grid(ask, tickSize), bidSize: bidSize, askSize: askSize, side: side)
    }
  }

  /// The correctly rounded double of a decimal grid value, as a feed's text would give it.
  private func grid(_ value: Double, _ step: Double) -> Double {
    let inverse = (1 / step).rounded()
    return (value * inverse).rounded() / inverse
  }
}

/// Event times: sessions one after another, each filled by a U-shaped curve.
private struct SessionClock {
  private let times: [Int64]

  init(options: MarketOptions, rows: Int, seed: UInt64, symbol: Int) {
    var random = RandomStream(seed: seed, path: 2, UInt64(symbol))
    let calendar = options.calendar
    let perSession = max(1, (rows + options.sessions - 1) / options.sessions)
    var all: [Int64] = []
    all.reserveCapacity(rows)
    var day = options.firstDay
    while all.count < rows {
      let noon = day * 86_400_000_000_000 + 43_200_000_000_000
      let moment = calendar.moment(at: noon)
      day += 1
      guard moment.isSessionDay else { continue }
      let open = noon - moment.nanosecondOfDay + moment.openNanosecond
      let length = Double(moment.closeNanosecond - moment.openNanosecond)
      let count = min(perSession, rows - all.count)
      var session: [Int64] = []
      session.reserveCapacity(count)
      while session.count < count {
        let u = random.uniform()
        // Accept with the U curve 0.4 + 0.6 (2u - 1)².
        guard random.uniform() < 0.4 + 0.6 * (2 * u - 1) * (2 * u - 1) else { continue }
        session.append(open + Int64(u * length))
      }
      all += session.sorted()
    }
    times = all
  }

  func time(of row: Int) -> Int64 { times[row] }
}
