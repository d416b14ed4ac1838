/// Money, position and what trading has cost so far.
struct BacktestAccount {
  private let options: BacktestOptions
  private(set) var cash: Double
  private(set) var position = 0.0
  private(set) var fees = 0.0
  private(set) var slippage = 0.0
  private(set) var spreadCost = 0.0
  private(set) var turnover = 0.0
  private(set) var fills: [Fill] = []
  /// Profits of trips from flat to flat or to the other side, costs included.
  private(set) var trips: [Double] = []
  private var entryCash = 0.0

  init(_ options: BacktestOptions) {
    self.options = options
    cash = options.capital
    entryCash = options.capital
  }

  func equity(at price: Double) -> Double { position == 0 ? cash : cash + position * price }

  /// A target cut to what the limits allow.
  func limited(_ target: Double, price: Double) -> Double {
    var size = min(abs(target), options.maximumPosition ?? .infinity)
    let most = max(0, options.maximumLeverage * equity(at: price) / price)
    size = min(size, most)
    return target < 0 ? (options.allowsShort ? -size : 0) : size
  }

  /// Fills an order at a price; `middle` is what the instrument was worth then.
  mutating func fill(_ order: Order, price: Double, middle: Double, time: Int64, row: Int) {
    let before = position
    let slipped = price * (order.target > before ? 1 + options.slippage : 1 - options.slippage)
    // A trip ends where the position passes 0; what goes beyond begins the next at the same price.
    for goal in before * order.target < 0 ? [0, order.target] : [order.target] {
      let quantity = goal - position
      let fee = abs(quantity) * (slipped * options.feeRate + options.feePerUnit)
      if position == 0 { entryCash = cash }
      cash -= quantity * slipped + fee
      position = goal
      fees += fee
      slippage += abs(quantity) * abs(slipped - price)
      spreadCost += quantity * (price - middle)
      turnover += abs(quantity) * slipped
      if position == 0 { trips.append(cash - entryCash) }
    }
    fills.append(
      Fill(
        row: row, time: time, decidedAt: order.decided, quantity: position - before, price: slipped, position: position)
    )
  }
}

/// An order under way.
struct Order {
  /// The position it leads to once those before it are filled: a target and not a difference, so that rounding leaves nothing of many.
  let target: Double
  let decided: Int64
  let arrival: Int64
}

/// An order that met the market.
public struct Fill: Sendable, Hashable, Codable {
  /// Row of the tick by which it was known to be filled.
  public let row: Int
  /// Time of its arrival at the market, or of the trade or the first quote that filled it, ns since 1970 UTC.
  public let time: Int64
  /// Time of the tick on which it was decided.
  public let decidedAt: Int64
  /// Units, negative for sold.
  public let quantity: Double
  /// Price with slippage, without fees.
  public let price: Double
  /// Units held afterwards.
  public let position: Double
}
