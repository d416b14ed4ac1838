import Features
import Foundation
import Testing
import TickData

@Suite("Errors of recipes in JSON") struct RecipeErrorTests {
  private static let column = #"{"name": "a", "expression": "RSI(14)"}"#

  /// JSON of a recipe, the code of its error, and parts of the message.
  private static let recipes: [(String, FeatureError.Code, [String])] = [
    ("", .invalidFormat, ["not JSON", "empty"]),
    ("{\n  \"version\": 1,\n  'columns': []\n}", .invalidFormat, ["not JSON", "line 3, column 3"]),
    ("[1]", .invalidFormat, ["the recipe is a list; an object is needed"]),
    ("5", .invalidFormat, ["the recipe is a number; an object is needed"]),
    ("{}", .invalidFormat, ["the recipe has no 'version'; a whole number is needed there"]),
    (#"{"version": 1}"#, .invalidFormat, ["the recipe has no 'columns'; a list of objects is needed there"]),
    (#"{"version": 2, "colour": 3}"#, .stateMismatch, ["version 2; this library reads 1"]),
    (#"{"version": "1"}"#, .invalidFormat, ["'version' is a text; a whole number is needed"]),
    (#"{"version": 1.5}"#, .invalidFormat, ["'version' is a number that does not fit; a whole number is needed"]),
    (#"{"vesion": 1, "columns": []}"#, .unknownName, ["'vesion'", "nearest is 'version'", "version, source, columns"]),
    (#"{"version": 1, "columns": []}"#, .invalidOption, ["'columns' is empty", "at least one"]),
    (#"{"version": 1, "columns": {}}"#, .invalidFormat, ["'columns' is an object; a list of objects is needed"]),
    (#"{"version": 1, "columns": null}"#, .invalidFormat, ["'columns' is null; a list of objects is needed"]),
    (#"{"version": 1, "columns": [\#(column), 7]}"#, .invalidFormat, ["'columns[1]' is a number; an object is needed"]),
    (
      #"{"version": 1, "columns": [\#(column)], "source": "bar"}"#, .unknownName,
      ["'source' is 'bar'; the nearest is 'bars'; allowed are 'bars', 'ticks'"]
    ),
    (
      #"{"version": 1, "columns": [\#(column)], "source": true}"#, .invalidFormat,
      ["'source' is true; a text is needed"]
    ),
    (
      #"{"version": 1, "columns": [{"nmae": "a", "expression": "RSI"}]}"#, .unknownName,
      ["'columns[0]' has an unknown key 'nmae'; the nearest is 'name'; allowed are name, expression"]
    ),
    (#"{"version": 1, "columns": [{"name": "a"}]}"#, .invalidFormat, ["'columns[0]' has no 'expression'; a text"]),
    (
      #"{"version": 1, "columns": [\#(column), \#(column), {"name": "b", "expression": 14}]}"#, .invalidFormat,
      ["'columns[2].expression' is a number; a text"]
    ),
    (
      #"{"version": 1, "columns": [{"name": 3, "expression": "RSI"}]}"#, .invalidFormat,
      ["'columns[0].name' is a number"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "", "expression": "RSI"}]}"#, .invalidOption, ["'columns[0]'", "not blank"]
    ),
    (
      #"{"version": 1, "columns": [{"name": " ", "expression": "RSI"}]}"#, .invalidOption,
      ["'columns[0]'", "not blank"]
    ),
    (
      #"{"version": 1, "columns": [\#(column), {"name": "b", "expression": "MOM"}, \#(column)]}"#, .invalidOption,
      ["'columns[0]' and 'columns[2]' both have the name 'a'"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": "SMA(clos, 5)"}]}"#, .unknownName,
      ["'columns[0].expression': there is no function or column 'clos'; the nearest is 'close'"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "SMA", "inputs": ["close", 5]}}]}"#,
      .invalidFormat, ["'columns[0].expression.inputs[1]' is a number; a text"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "SMA", "parameters": ["5"]}}]}"#,
      .invalidFormat, ["'columns[0].expression.parameters[0]' is a text; a number is needed"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "SMA", "parameters": 5}}]}"#,
      .invalidFormat, ["'columns[0].expression.parameters' is a number; a list of numbers is needed"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "SMA", "parameters": [1e999]}}]}"#,
      .invalidFormat, ["a list of numbers is needed"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "RSI", "parameters": [1]}}]}"#,
      .invalidOption, ["'columns[0].expression': RSI: timeperiod is 1"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "STOCH", "result": 2}}]}"#, .unknownName,
      ["'columns[0].expression': STOCH has no result '#3'", "#2 or #slowd"]
    ),
    (
      #"{"version": 1, "columns": [{"name": "a", "expression": {"function": "SMA", "period": 5}}]}"#, .unknownName,
      ["'columns[0].expression' has an unknown key 'period'", "function, inputs, parameters, result"]
    ),
    (#"{"version": 1, "columns": [{"name": "a", "expression": {}}]}"#, .invalidFormat, ["no 'function'; a text"]),
    (
      #"{"version": 1, "source": "ticks", "columns": [{"name": "k", "expression": "STOCH"}]}"#, .invalidOption,
      ["column 'k': STOCH reads 'high', which a tick does not have"]
    ),
  ]

  @Test("a recipe of indicators says what is wrong, where, and what is allowed", arguments: recipes.indices)
  func indicators(_ index: Int) throws {
    let (text, code, parts) = Self.recipes[index]
    let error = #expect(throws: FeatureError.self) { try IndicatorRecipe(json: Data(text.utf8)) }
    #expect(error?.code == code, "\(text)")
    for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "") for \(part)") }
    // A decoder of the caller's own meets the same checks, but for what is no JSON at all.
    guard parts[0] != "not JSON" else { return }
    let own = #expect(throws: FeatureError.self) {
      try JSONDecoder().decode(IndicatorRecipe.self, from: Data(text.utf8))
    }
    #expect(own == error)
  }

  private static let others: [(String, FeatureError.Code, [String])] = [
    ("{", .invalidFormat, ["not JSON"]),
    (#"{"features": []}"#, .invalidFormat, ["the recipe has no 'target'; a text is needed there"]),
    (#"{"target": "A", "features": []}"#, .invalidOption, ["'features' is empty"]),
    (
      #"{"target": "A", "feature": []}"#, .unknownName,
      ["'feature'", "nearest is 'features'", "target, features, join"]
    ),
    (#"{"target": "A", "features": [{}]}"#, .invalidFormat, ["'features[0]' has no key", "market, priceRatio"]),
    (
      #"{"target": "A", "features": [{"markt": {}}]}"#, .unknownName,
      ["'features[0]' has an unknown key 'markt'; the nearest is 'market'"]
    ),
    (
      #"{"target": "A", "features": [{"market": {}, "leadLag": {}}]}"#, .invalidFormat,
      ["'features[0]' has market and leadLag; exactly one of market, priceRatio"]
    ),
    (#"{"target": "A", "features": [{"market": 5}]}"#, .invalidFormat, ["'features[0].market' is a number; an object"]),
    (
      #"{"target": "A", "features": [{"market": {"basket": {"symbols": ["B"]}}}]}"#, .invalidFormat,
      ["'features[0].market' has no 'rows'; a whole number is needed there"]
    ),
    (
      #"{"target": "A", "features": [{"market": {"basket": {"symbols": ["B"]}, "rows": 1}}]}"#, .invalidOption,
      ["'features[0].market': a window of 1 return;"]
    ),
    (
      #"{"target": "A", "features": [{"market": {"basket": {"symbols": []}, "rows": 1}}]}"#, .invalidOption,
      ["'features[0].market.basket': a basket of []"]
    ),
    (
      #"{"target": "A", "features": [{"market": {"basket": {"symbols": ["B", 5]}, "rows": 9}}]}"#, .invalidFormat,
      ["'features[0].market.basket.symbols[1]' is a number; a text is needed"]
    ),
    (
      #"{"target": "A", "features": [{"market": {"basket": {"symbols": ["B"], "weight": [1]}, "rows": 9}}]}"#,
      .unknownName,
      ["'features[0].market.basket' has an unknown key 'weight'; the nearest is 'weights'"]
    ),
    (
      #"{"target": "A", "features": [{"priceRatio": {"symbol": "B", "rows": 2.5}}]}"#, .invalidFormat,
      ["'features[0].priceRatio.rows' is a number that does not fit; a whole number is needed"]
    ),
    (
      #"{"target": "A", "features": [{"priceRatio": {"symbol": "B", "rows": 2, "lags": [1]}}]}"#, .unknownName,
      ["'features[0].priceRatio' has an unknown key 'lags'; allowed are symbol, rows"]
    ),
    (
      #"{"target": "A", "features": [{"leadLag": {"symbol": "B", "lags": [0], "span": {"ticks": {"_0": 9}}}}]}"#,
      .unknownName, ["'features[0].leadLag.span.ticks' has an unknown key '_0'; allowed are count"]
    ),
    (
      #"{"target": "A", "features": [{"leadLag": {"symbol": "B", "lags": [0], "span": {"ticks": {"count": 1}}}}]}"#,
      .invalidOption, ["'features[0].leadLag': a window of 1 tick;"]
    ),
    (
      #"{"target": "A", "join": {"tie": "arrived"}, "features": [{"priceRatio": {"symbol": "B", "rows": 2}}]}"#,
      .unknownName,
      ["'join' has an unknown key 'tie'; the nearest is 'ties'; allowed are ties, tolerance, skipsMissing"]
    ),
    (
      #"{"target": "A", "join": {"ties": "same"}, "features": [{"priceRatio": {"symbol": "B", "rows": 2}}]}"#,
      .unknownName, ["'join.ties' is 'same'; allowed are 'arrived', 'strictlyBefore', 'sameTime'"]
    ),
    (
      #"{"target": "A", "features": [{"priceRatio": {"symbol": "B", "rows": 2}}, {"priceRatio": {"symbol": "B", "rows": 2}}]}"#,
      .invalidOption, ["'features[0]' and 'features[1]' both give 'price_ratio(B, 2)'"]
    ),
  ]

  @Test("so does a recipe of other symbols", arguments: others.indices)
  func crossAsset(_ index: Int) throws {
    let (text, code, parts) = Self.others[index]
    let error = #expect(throws: FeatureError.self) { try CrossAssetRecipe(json: Data(text.utf8)) }
    #expect(error?.code == code, "\(text)")
    for part in parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "") for \(part)") }
  }

  @Test("so does a recipe of standard columns, and what it wrote itself it reads")
  func standard() throws {
    let recipe = try FeatureRecipe(lookbacks: [5, 9], calendar: .nse, selection: ["sma_5", "macd"])
    let text = String(decoding: try JSONEncoder().encode(recipe), as: UTF8.self)
    #expect(try FeatureRecipe(json: Data(text.utf8)) == recipe)
    for (old, new, code, part) in [
      (
        "\"lookbacks\":[5,9]", "\"lookbacks\":[5,\"9\"]", FeatureError.Code.invalidFormat,
        "'lookbacks[1]' is a text; a whole number"
      ),
      ("\"lookbacks\":", "\"lookback\":", .unknownName, "'lookback'; the nearest is 'lookbacks'"),
      ("\"sma_5\"", "\"sam_5\"", .unknownName, "'sam_5'; the nearest is 'sma_5'"),
      ("\"sma_5\"", "\"profit\"", .unknownName, "no feature column 'profit'"),
      (
        "\"includesQuotes\":true", "\"includesQuotes\":1", .invalidFormat, "'includesQuotes' is a number; true or false"
      ),
      ("Asia\\/Kolkata", "Asia\\/Calcuta", .invalidOption, "'calendar': 'Asia/Calcuta'"),
      ("\"version\":1", "\"version\":7", .stateMismatch, "version 7"),
    ] {
      #expect(text.contains(old))
      let changed = text.replacingOccurrences(of: old, with: new)
      let error = #expect(throws: FeatureError.self) { try FeatureRecipe(json: Data(changed.utf8)) }
      #expect(error?.code == code && error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test("what recipes write they read")
  func recoded() throws {
    let recipe = try IndicatorRecipe(
      functions: "MACD,ZSCORE(RSI(14), 100),STOCH#slowd,CORREL(close, SMA(volume, 20), 60)")
    #expect(try IndicatorRecipe(json: JSONEncoder().encode(recipe)) == recipe)
    let other = try CrossAssetRecipe(
      target: "A",
      features: [
        .market(basket: Basket(["B", "C"], weights: [1, -2]), rows: 5), .priceRatio(symbol: "B", rows: 2),
        .excessReturn(basket: Basket(["B"]), rows: 3), .groupMean(symbols: ["B"], rows: 2, includesTarget: true),
        .leadLag(symbol: "B", lags: [-5, 5], span: .ticks(7)),
        .leadLag(symbol: "B", lags: [-5, 5], span: .time(nanoseconds: 7)),
      ], join: AsOfOptions(tolerance: 9, skipsMissing: false), returns: .simple, step: 1000)
    let json = try JSONEncoder().encode(other)
    #expect(try CrossAssetRecipe(json: json) == other)
    #expect(String(decoding: json, as: UTF8.self).contains(#""ticks":{"count":7}"#))
  }

  @Test("what is absent takes its default")
  func defaults() throws {
    func recipe(_ join: String) throws -> CrossAssetRecipe {
      let features = #"[{"groupMean": {"symbols": ["B"], "rows": 2}}]"#
      return try CrossAssetRecipe(json: Data(#"{"target": "A", "join": \#(join), "features": \#(features)}"#.utf8))
    }
    #expect(try recipe("{}").join == AsOfOptions())
    #expect(try recipe("null").join == AsOfOptions())
    #expect(try recipe(#"{"tolerance": 5}"#).join == AsOfOptions(tolerance: 5))
    #expect(try recipe(#"{"ties": "strictlyBefore"}"#).join == AsOfOptions(ties: .strictlyBefore))
    #expect(try recipe(#"{"skipsMissing": false}"#).join == AsOfOptions(skipsMissing: false))
    #expect(try recipe("{}").features == [.groupMean(symbols: ["B"], rows: 2, includesTarget: false)])
  }

  @Test("lead-lag features that differ in lags only are two, with names of their own")
  func lags() throws {
    func feature(_ lags: [Int64]) -> CrossAssetFeature {
      .leadLag(symbol: "B", lags: lags, span: .ticks(9))
    }
    let second: Int64 = 1_000_000_000
    let recipe = try CrossAssetRecipe(
      target: "A",
      features: [
        feature([-2 * second, -second, 0, second, 2 * second]), feature([-2 * second, 0, 2 * second]),
        feature([-2 * second, 0, second]), feature([-second]),
      ])
    #expect(
      recipe.columnNames.filter { $0.hasPrefix("lead_lag_ratio") } == [
        "lead_lag_ratio(B, 9, lags -2 to 2 by 1 s)", "lead_lag_ratio(B, 9, lags -2 to 2 by 2 s)",
        "lead_lag_ratio(B, 9, lags -2 0 1 s)", "lead_lag_ratio(B, 9, lags -1 s)",
      ])
    #expect(throws: FeatureError.self) { try CrossAssetRecipe(target: "A", features: [feature([1]), feature([1])]) }
  }
}
