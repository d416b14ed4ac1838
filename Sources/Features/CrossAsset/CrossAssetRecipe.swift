/// Which numbers a symbol gets from other symbols: what to compute as data, in JSON.
///
/// ```json
/// {"target": "INFY", "features": [{"market": {"basket": {"symbols": ["NIFTY"]}, "rows": 60}}]}
/// ```
public struct CrossAssetRecipe: Sendable, Hashable, Codable {
  /// The symbol whose numbers these are.
  public let target: String
  /// What is computed, in order.
  public let features: [CrossAssetFeature]
  /// What a row sees of other symbols.
  public let join: AsOfOptions
  /// How returns are counted.
  public let returns: ReturnKind
  /// nil for a row at each tick of the target; else nanoseconds from one row to the next, see ``ClockGrid``.
  public let step: Int64?
  /// All symbols that are read, in the order of their places: others as the features name them, the target last.
  ///
  /// Where a tick of another symbol has the time of one of the target, `arrived` goes by the order in which they are taken.
  public let symbols: [String]

  /// Makes a recipe.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` if there is no feature or one is repeated, and for what a feature, the join
  ///   or the step does not allow.
  public init(
    target: String, features: [CrossAssetFeature], join: AsOfOptions = AsOfOptions(), returns: ReturnKind = .log,
    step: Int64? = nil
  ) throws(FeatureError) {
    let names = features.flatMap(\.names)
    guard !features.isEmpty, Set(names).count == names.count else {
      throw FeatureError(
        .invalidOption, "a recipe needs features, each once: \(names.joined(separator: ", "))")
    }
    for case .leadLag in features where join.ties == .strictlyBefore {
      throw FeatureError(
        .invalidOption, "leadLag sees every tick that came before the row; ties 'strictlyBefore' cannot hold for it")
    }
    var symbols: [String] = []
    for symbol in features.flatMap(\.symbols) where symbol != target && !symbols.contains(symbol) {
      symbols.append(symbol)
    }
    self.symbols = symbols + [target]
    self.target = target
    self.features = features
    self.join = join
    self.returns = returns
    self.step = step
    if let step { _ = try ClockGrid(step: step) }
    _ = try AsOfClock(symbolCount: self.symbols.count, target: step == nil ? 0 : nil, options: join)
    _ = try makeStates()
  }

  /// Names of the columns, in order.
  public var columnNames: [String] { features.flatMap(\.names) }

  func makeStates() throws(FeatureError) -> [any CrossAssetState] {
    var states: [any CrossAssetState] = []
    for feature in features {
      states.append(
        try feature.makeState(target: target, returns: returns) { symbol throws(FeatureError) in
          symbols.firstIndex(of: symbol) ?? symbols.count - 1
        })
    }
    return states
  }

  private enum CodingKeys: String, CodingKey {
    case target
    case features
    case join
    case returns
    case step
  }

  /// Reads a recipe and checks it; only target and features are needed.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      target: values.decode(String.self, forKey: .target),
      features: values.decode([CrossAssetFeature].self, forKey: .features),
      join: values.decodeIfPresent(AsOfOptions.self, forKey: .join) ?? AsOfOptions(),
      returns: values.decodeIfPresent(ReturnKind.self, forKey: .returns) ?? .log,
      step: values.decodeIfPresent(Int64.self, forKey: .step))
  }
}
