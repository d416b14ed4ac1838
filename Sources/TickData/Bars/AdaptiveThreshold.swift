/// A threshold that follows the market: the expected length of a bar times the expected imbalance or run of one trade.
///
/// - Imbalance bars: E[T]·|E[b·v]|, with E[b·v] over the latest trades.
/// - Run bars: E[T]·max(P[buy]·E[v|buy], (1 − P[buy])·E[v|sell]), with P[buy] over the latest bars.
///
/// All expectations are exponentially weighted and change when a bar is complete. No bar is complete before
/// ``initialTicks`` trades have been seen (of run bars: that many buys and that many sells), but by ``longestBar``.
///
/// The scheme is unstable on its own: where flow is balanced |E[b·v]| goes to 0 and every trade is a bar, and since a longer
/// bar raises the next threshold, E[T] may also grow without end. ``minTicks`` and ``maxTicks`` clamp E[T], ``minImbalance``
/// keeps |E[b·v]| from vanishing, ``longestBar`` ends a bar come what may. Of balanced flow, a random walk, an imbalance bar
/// takes about (E[T]·minImbalance)² trades: choose ``maxTicks`` by it. The defaults leave the scheme as it is in the book.
/// Source: Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 2.3.2.
public struct AdaptiveThreshold: Sendable, Hashable, Codable {
  /// How past values are averaged.
  public enum Averaging: String, Sendable, Hashable, Codable {
    /// Every value so far, with weights (1 − 2/(span + 1))ᵃᵍᵉ: constant memory, O(1) a trade. A bar is complete where its
    /// amount is at least the threshold.
    case recursive
    /// The last `span` values alone, and of trades with the span of as many as there are: what mlfinlab and mlfinpy do.
    ///
    /// Keeps `span` values; O(span) a bar. A bar is complete where its amount is above the threshold.
    case window
  }

  /// Expected trades a bar before the first bar; at least 1.
  public var initialTicks = 1000
  /// Span, in bars, of the averages of bar length and of the share of buys; at least 1.
  public var barSpan = 3
  /// Span, in trades, of the average of what trades add; at least 1.
  public var tickSpan = 10_000
  /// Whether E[T] follows the bars; else it stays at ``initialTicks``.
  public var followsBarLength = true
  /// Least expected trades a bar; at least 0.
  public var minTicks = 0.0
  /// Most expected trades a bar; at least ``minTicks``.
  public var maxTicks = Double.infinity
  /// Least |E[b·v]| as a share of E[v], in 0...1; for imbalance bars.
  public var minImbalance = 0.0
  /// Most trades of a bar, which is then complete whatever its amount; nil for no limit, else at least 1.
  public var longestBar: Int?
  /// How past values are averaged.
  public var averaging = Averaging.recursive

  /// Makes the options above.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case initialTicks
    case barSpan
    case tickSpan
    case followsBarLength
    case minTicks
    case maxTicks
    case minImbalance
    case longestBar
    case averaging
  }

  /// Reads the options; an absent `maxTicks` is none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    initialTicks = try values.decode(Int.self, forKey: .initialTicks)
    barSpan = try values.decode(Int.self, forKey: .barSpan)
    tickSpan = try values.decode(Int.self, forKey: .tickSpan)
    followsBarLength = try values.decode(Bool.self, forKey: .followsBarLength)
    minTicks = try values.decode(Double.self, forKey: .minTicks)
    maxTicks = try values.decodeIfPresent(Double.self, forKey: .maxTicks) ?? .infinity
    minImbalance = try values.decode(Double.self, forKey: .minImbalance)
    longestBar = try values.decodeIfPresent(Int.self, forKey: .longestBar)
    averaging = try values.decode(Averaging.self, forKey: .averaging)
  }

  /// Writes the options; JSON has no infinity, so a `maxTicks` of none is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(initialTicks, forKey: .initialTicks)
    try values.encode(barSpan, forKey: .barSpan)
    try values.encode(tickSpan, forKey: .tickSpan)
    try values.encode(followsBarLength, forKey: .followsBarLength)
    try values.encode(minTicks, forKey: .minTicks)
    if maxTicks.isFinite { try values.encode(maxTicks, forKey: .maxTicks) }
    try values.encode(minImbalance, forKey: .minImbalance)
    try values.encodeIfPresent(longestBar, forKey: .longestBar)
    try values.encode(averaging, forKey: .averaging)
  }

  var problem: String? {
    if initialTicks < 1 || barSpan < 1 || tickSpan < 1 {
      return "initialTicks \(initialTicks), barSpan \(barSpan) and tickSpan \(tickSpan) were given; each is at least 1"
    }
    if !(minTicks >= 0 && minTicks.isFinite && maxTicks >= minTicks) {
      return "expected ticks of \(minTicks) to \(maxTicks) were given; 0 <= minTicks <= maxTicks is needed"
    }
    if let longestBar, longestBar < 1 { return "the longest bar has \(longestBar) trades; at least 1 is needed" }
    return 0...1 ~= minImbalance ? nil : "minImbalance is \(minImbalance); a share in 0...1 is needed"
  }
}
