/// A number, or several, that a symbol's rows get from other symbols.
///
/// "Rows" are those of the recipe: the target's ticks, or moments of a clock. Returns are from row to row of the joined prices.
/// In JSON an object of one key, its kind: `{"priceRatio": {"symbol": "NIFTY", "rows": 60}}`.
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
    case .leadLag(let symbol, let lags, let span):
      ["ratio", "seconds", "correlation"].map { "lead_lag_\($0)(\(symbol), \(span.text), lags \(Self.text(lags)))" }
    }
  }

  /// Lags in seconds in a few words: the first, the last and the step where that is the same all along, else all.
  private static func text(_ lags: [Int64]) -> String {
    func seconds(_ lag: Int64) -> String { plain(Double(lag) / 1e9) }
    guard lags.count > 2, let first = lags.first, let last = lags.last else {
      return lags.map(seconds).joined(separator: " ") + " s"
    }
    let step = lags[1].subtractingReportingOverflow(lags[0])
    let isEven = zip(lags, lags.dropFirst()).allSatisfy { $1.subtractingReportingOverflow($0) == step }
    return isEven && !step.overflow
      ? "\(seconds(first)) to \(seconds(last)) by \(seconds(step.partialValue)) s"
      : lags.map(seconds).joined(separator: " ") + " s"
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

extension CrossAssetFeature {
  /// The kinds of features, by their names in JSON.
  enum Kind: String, CodingKey, CaseIterable {
    case market
    case priceRatio
    case excessReturn
    case groupMean
    case leadLag

    /// What an object of the kind holds.
    fileprivate var fields: [Field] {
      switch self {
      case .market, .excessReturn: [.basket, .rows]
      case .priceRatio: [.symbol, .rows]
      case .groupMean: [.symbols, .rows, .includesTarget]
      case .leadLag: [.symbol, .lags, .span]
      }
    }
  }

  fileprivate enum Field: String, CodingKey, CaseIterable {
    case basket
    case symbol
    case symbols
    case rows
    case includesTarget
    case lags
    case span
  }

  /// The kind.
  var kind: Kind {
    switch self {
    case .market: .market
    case .priceRatio: .priceRatio
    case .excessReturn: .excessReturn
    case .groupMean: .groupMean
    case .leadLag: .leadLag
    }
  }

  /// Reads a feature; a group is without the target where nothing is said.
  public init(from decoder: any Decoder) throws {
    let kinds = try RecipeFields<Kind>(decoder)
    let kind = try kinds.onlyKey()
    let own = try kinds.object(kind, keys: Field.self)
    try own.refuseKeys(otherThan: kind.fields)
    switch kind {
    case .market: self = .market(basket: try own.value(.basket), rows: try own.value(.rows))
    case .priceRatio: self = .priceRatio(symbol: try own.value(.symbol), rows: try own.value(.rows))
    case .excessReturn: self = .excessReturn(basket: try own.value(.basket), rows: try own.value(.rows))
    case .groupMean:
      self = .groupMean(
        symbols: try own.value(.symbols), rows: try own.value(.rows),
        includesTarget: try own.optional(.includesTarget) ?? false)
    case .leadLag:
      self = .leadLag(symbol: try own.value(.symbol), lags: try own.value(.lags), span: try own.value(.span))
    }
  }

  /// Writes a feature.
  public func encode(to encoder: any Encoder) throws {
    var kinds = encoder.container(keyedBy: Kind.self)
    var own = kinds.nestedContainer(keyedBy: Field.self, forKey: kind)
    switch self {
    case .market(let basket, let rows), .excessReturn(let basket, let rows):
      try own.encode(basket, forKey: .basket)
      try own.encode(rows, forKey: .rows)
    case .priceRatio(let symbol, let rows):
      try own.encode(symbol, forKey: .symbol)
      try own.encode(rows, forKey: .rows)
    case .groupMean(let symbols, let rows, let includesTarget):
      try own.encode(symbols, forKey: .symbols)
      try own.encode(rows, forKey: .rows)
      try own.encode(includesTarget, forKey: .includesTarget)
    case .leadLag(let symbol, let lags, let span):
      try own.encode(symbol, forKey: .symbol)
      try own.encode(lags, forKey: .lags)
      try own.encode(span, forKey: .span)
    }
  }
}
