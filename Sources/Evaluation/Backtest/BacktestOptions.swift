/// What trading costs and how orders meet the market.
///
/// Costs are on by default: 1 basis point of fees, half a basis point of slippage, 1 ms of latency, fills at the touch. A backtest without costs must say so,
/// ``free``.
public struct BacktestOptions: Sendable, Hashable, Codable {
  /// The price at which an order is filled.
  public enum FillPrice: String, Sendable, Hashable, Codable, CaseIterable {
    /// Buys at the ask, sells at the bid, of the quote that stands when the order arrives. Without quotes the first trade at or after its arrival.
    case touch
    /// The middle of the quote: for orders that wait and are assumed filled. Without quotes as `touch`.
    case mid
    /// The first trade at or after the order's arrival, whatever the quotes.
    case nextTrade
  }

  /// Money at the start, above 0.
  public var capital = 1_000_000.0
  /// Price of fills.
  public var fillPrice = FillPrice.touch
  /// Fees as a share of the traded value, such as 0.0001 for a basis point; at least 0.
  public var feeRate = 0.0001
  /// Fees a unit of the instrument; at least 0.
  public var feePerUnit = 0.0
  /// Loss against the fill price as a share of it; at least 0.
  public var slippage = 0.00005
  /// Time from a decision to its order's arrival at the market, in nanoseconds; at least 0.
  public var latency: Int64 = 1_000_000
  /// Largest size of a position in units, long or short, nil for no limit; larger targets are cut to it.
  public var maximumPosition: Double?
  /// Largest value of a position as a multiple of equity, 1 for no borrowed money; larger targets are cut to it.
  public var maximumLeverage = 1.0
  /// Whether a position may be short.
  public var allowsShort = true
  /// Time between samples of the equity curve, in nanoseconds, above 0; 1 minute.
  public var samplePeriod: Int64 = 60_000_000_000

  /// Makes the default options.
  public init() {}

  /// Without fees, slippage and latency, at the mid: the upper bound that no trader reaches.
  public static var free: BacktestOptions {
    var options = BacktestOptions()
    (options.feeRate, options.slippage, options.latency, options.fillPrice) = (0, 0, 0, .mid)
    return options
  }

  /// Throws for what is not allowed.
  func check() throws(EvaluationError) {
    let sizes = [("fee rate", feeRate), ("fee a unit", feePerUnit), ("slippage", slippage)]
    for (name, value) in sizes {
      guard value >= 0, value.isFinite else {
        throw EvaluationError(.invalidOption, "a \(name) of \(value); a finite number of at least 0 is needed")
      }
    }
    guard capital > 0, capital.isFinite, latency >= 0, maximumPosition ?? 1 > 0, maximumLeverage > 0, samplePeriod > 0,
      slippage < 1
    else {
      throw EvaluationError(
        .invalidOption,
        "capital \(capital), latency \(latency) ns, largest position \(maximumPosition ?? .infinity), leverage \(maximumLeverage), sample period "
          + "\(samplePeriod) ns; above 0, at least 0, above 0, above 0, above 0; slippage \(slippage) below 1")
    }
  }
}
