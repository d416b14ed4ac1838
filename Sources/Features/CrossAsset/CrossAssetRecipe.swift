public import Foundation

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
  /// - Throws: ``FeatureError`` with code `invalidOption` if there is no feature or two give a column of one name, and for what a
  ///   feature, the join or the step does not allow.
  public init(
    target: String, features: [CrossAssetFeature], join: AsOfOptions = AsOfOptions(), returns: ReturnKind = .log,
    step: Int64? = nil
  ) throws(FeatureError) {
    guard !features.isEmpty else {
      throw FeatureError(.invalidOption, "'features' is empty; a recipe needs at least one")
    }
    var places: [String: Int] = [:]
    for (place, feature) in features.enumerated() {
      for name in feature.names {
        guard let other = places.updateValue(place, forKey: name) else { continue }
        throw FeatureError(
          .invalidOption, "'features[\(other)]' and 'features[\(place)]' both give '\(name)'; each is needed once")
      }
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
    for (place, feature) in features.enumerated() {
      do {
        states.append(
          try feature.makeState(target: target, returns: returns) { symbol throws(FeatureError) in
            symbols.firstIndex(of: symbol) ?? symbols.count - 1
          })
      } catch {
        throw FeatureError(error.code, "'features[\(place)].\(feature.kind.rawValue)': \(error.message)")
      }
    }
    return states
  }

  /// Reads a recipe from JSON.
  ///
  /// - Throws: ``FeatureError``: `invalidFormat` for what is not JSON, lacks a field or is of another type, with the place, what is
  ///   there and what is needed; `unknownName` for an unknown key, with all that are allowed; and what
  ///   ``init(target:features:join:returns:step:)`` throws.
  public init(json: Data) throws(FeatureError) { self = try FeatureError.recipe(Self.self, json: json) }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case target
    case features
    case join
    case returns
    case step
  }

  /// Reads a recipe and checks it; only target and features are needed.
  public init(from decoder: any Decoder) throws {
    let fields = try RecipeFields<CodingKeys>(decoder)
    try fields.refuseKeys()
    try self.init(
      target: fields.value(.target), features: fields.value(.features), join: fields.optional(.join) ?? AsOfOptions(),
      returns: fields.choice(.returns) ?? .log, step: fields.optional(.step))
  }
}
