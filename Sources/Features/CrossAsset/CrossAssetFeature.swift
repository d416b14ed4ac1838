/// A number, or several, that a symbol's rows get from other symbols.
///
/// "Rows" are those of the recipe: the target's ticks, or moments of a clock. Returns are from row to row of the joined prices.
public enum CrossAssetFeature: Sendable, Hashable, Codable {
  /// Correlation and slope of the target's returns with those of a basket over the last n rows: see ``MarketModel``.
  case market(basket: Basket, rows: Int)
  /// Price over another symbol's price, against the mean of that over n rows: see ``PriceRatio``.
  case priceRatio(symbol: String, rows: Int)
  /// The target's return over n rows less that of a basket.
  case excessReturn(basket: Basket, rows: Int)
  /// Mean of the returns over n rows of a group's members; missing ones are left out.
  ///
  /// The target is one of them only if `includesTarget`, whether it is named or not.
  case groupMean(symbols: [String], rows: Int, includesTarget: Bool)
  /// Whether the target follows another symbol: the ratio, the lag in seconds and the correlation at the peak of the
  /// ``LeadLagCurve`` with that symbol first, so positive lags and a ratio above 1 say that it leads the target.
  case leadLag(symbol: String, lags: [Int64], span: LeadLagWindow.Span)

  /// Names of its results: the feature in a few words.
  public var names: [String] {
    switch self {
    case .market(let basket, let rows): ["correlation(\(basket.text), \(rows))", "beta(\(basket.text), \(rows))"]
    case .priceRatio(let symbol, let rows): ["price_ratio(\(symbol), \(rows))"]
    case .excessReturn(let basket, let rows): ["excess_return(\(basket.text), \(rows))"]
    case .groupMean(let symbols, let rows, let includesTarget):
      ["group_mean(\(symbols.joined(separator: "+")), \(rows)\(includesTarget ? ", own" : ""))"]
    case .leadLag(let symbol, _, let span):
      ["ratio", "seconds", "correlation"].map { "lead_lag_\($0)(\(symbol), \(span.text))" }
    }
  }

  /// The symbols it reads besides the target.
  var symbols: [String] {
    switch self {
    case .market(let basket, _), .excessReturn(let basket, _): basket.symbols
    case .priceRatio(let symbol, _), .leadLag(let symbol, _, _): [symbol]
    case .groupMean(let symbols, _, _): symbols
    }
  }

  /// Its first state; `place` gives each symbol's place in a row.
  func makeState(
    target: String, returns: ReturnKind, _ place: (String) throws(FeatureError) -> Int
  ) throws(FeatureError) -> any CrossAssetState {
    func change(_ symbols: [String], _ weights: [Double], _ rows: Int) throws(FeatureError) -> BasketReturn {
      var places: [Int] = []
      for symbol in symbols { places.append(try place(symbol)) }
      return try BasketReturn(places: places, weights: weights, rows: rows, kind: returns)
    }
    switch self {
    case .market(let basket, let rows):
      return MarketState(
        own: try change([target], [1], 1), market: try change(basket.symbols, basket.weights, 1),
        model: try MarketModel(length: rows))
    case .priceRatio(let symbol, let rows):
      return RatioState(own: try place(target), other: try place(symbol), ratio: try PriceRatio(length: rows))
    case .excessReturn(let basket, let rows):
      return ExcessState(
        own: try change([target], [1], rows), market: try change(basket.symbols, basket.weights, rows))
    case .groupMean(let symbols, let rows, let includesTarget):
      let members = symbols.filter { $0 != target } + (includesTarget ? [target] : [])
      guard !members.isEmpty, Set(members).count == members.count else {
        throw FeatureError(
          .invalidOption,
          "a group of [\(symbols.joined(separator: ", "))]; other symbols than \(target), each once, are needed")
      }
      return GroupState(mean: try change(members, members.map { _ in 1 }, rows))
    case .leadLag(let symbol, let lags, let span):
      guard symbol != target else {
        throw FeatureError(.invalidOption, "\(symbol) cannot lead itself; another symbol is needed")
      }
      return LeadLagState(
        own: try place(target), other: try place(symbol), window: try LeadLagWindow(lags: lags, span: span))
    }
  }
}
