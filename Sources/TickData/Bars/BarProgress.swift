/// How far an imbalance or run bar has come, and how far it must.
struct BarProgress: Sendable, Hashable, Codable {
  private let runs: Bool
  private let measure: BarMeasure
  private let threshold: BarThreshold
  private var buys = 0.0
  private var sells = 0.0
  private var buyTicks = 0
  private var ticks = 0
  private var expectations: BarExpectations?

  /// Nil for rules without signs.
  init?(_ rule: BarRule) {
    switch rule {
    case .imbalance(let measure, let threshold): (runs, self.measure, self.threshold) = (false, measure, threshold)
    case .runs(let measure, let threshold): (runs, self.measure, self.threshold) = (true, measure, threshold)
    case .time, .ticks, .volume, .dollars: return nil
    }
    if case .adaptive(let options) = threshold { expectations = BarExpectations(options) }
  }

  /// Takes a trade; true if it completes the bar.
  mutating func add(sign: Int, price: Double, size: Double) -> Bool {
    let amount = measure.amount(price: price, size: size)
    ticks += 1
    if sign > 0 { buys += amount } else if sign < 0 { sells += amount }
    if sign > 0 && amount > 0 { buyTicks += 1 }
    let reached = runs ? max(buys, sells) : abs(buys - sells)
    switch threshold {
    case .fixed(let least): return reached >= least
    case .adaptive(let options):
      expectations?.add(sign: sign, amount: amount, runs: runs)
      if let longest = options.longestBar, ticks >= longest { return true }
      guard let least = expectations?.threshold(runs: runs, buyTicks: buyTicks, ticks: ticks) else { return false }
      return options.averaging == .window ? reached > least : reached >= least
    }
  }

  /// Starts the next bar; a bar that a session's end cut short teaches nothing about the length of bars.
  mutating func reset(isCut: Bool) {
    if !isCut { expectations?.completed(ticks: ticks, buyTicks: buyTicks, runs: runs) }
    (buys, sells, buyTicks, ticks) = (0, 0, 0, 0)
  }
}
