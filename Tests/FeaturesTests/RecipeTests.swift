import Features
import Foundation
import TestSupport
import Testing

@Suite("Recipes of indicators") struct RecipeTests {
  private static let bars: [[Double]] = {
    let definition = IndicatorDefinition.bars
    return IndicatorCheckTests.columns(of: definition, count: 300, seed: 5)
  }()

  @Test("expressions read back from their text and from their tree")
  func expressions() throws {
    for text in [
      "RSI(14)", "ZSCORE(RSI(14), 100)", "CORREL(close, SMA(volume, 20), 60)", "MACD(12, 26, 9)#3", "CDLDOJI", "close",
    ] {
      guard text != "CDLDOJI" || !IndicatorCatalogue.definitions.filter({ $0.group == .pattern }).isEmpty else {
        continue
      }
      let expression = try IndicatorExpression(parsing: text)
      #expect(expression.text == text)
      let tree = try JSONEncoder().encode([expression])
      #expect(try JSONDecoder().decode([IndicatorExpression].self, from: tree) == [expression])
    }
    #expect(try IndicatorExpression(parsing: " rsi( 14 ) ") == IndicatorExpression(parsing: "RSI(14)"))
  }

  @Test(
    "what is not understood is refused and named",
    arguments: [
      ("RSX(14)", "'RSI'"), ("RSI(1)", "timeperiod"), ("RSI(14", "parenthesis"), ("RSI(14))", "')'"),
      ("14", "not a number"),
      ("RSI(close, open, 14)", "reads 1"), ("RSI(14)#2", "it has #1 or #real"), ("RSI(14, close)", "before"),
      ("", "name"),
      ("RSI(14.5)", "whole"),
    ])
  func refused(_ text: String, _ part: String) {
    #expect { try IndicatorExpression(parsing: text) } throws: { "\($0)".contains(part) }
  }

  @Test("a recipe of bars refuses columns of ticks", arguments: ["ESPREAD", "SMA(bid, 5)", "ZSCORE(MID, 20)"])
  func ticks(_ text: String) throws {
    #expect { try IndicatorRecipe(functions: text) } throws: { "\($0)".contains("a bar does not have") }
    // With inputs of the bar the same functions are welcome.
    _ = try IndicatorRecipe(functions: "ESPREAD(close, low, high, TICKRULE(close)),KYLE(20)")
  }

  @Test("a recipe is JSON, of texts or of trees")
  func json() throws {
    let text = #"{"version": 1, "columns": [{"name": "strength", "expression": "zscore(rsi(14), 100)"}]}"#
    let recipe = try JSONDecoder().decode(IndicatorRecipe.self, from: Data(text.utf8))
    #expect(recipe.columns[0].expression.text == "ZSCORE(RSI(14), 100)")
    let again = try JSONDecoder().decode(IndicatorRecipe.self, from: JSONEncoder().encode(recipe))
    #expect(again == recipe)
    #expect(throws: FeatureError.self) {
      try JSONDecoder().decode(IndicatorRecipe.self, from: Data(#"{"version": 2, "columns": []}"#.utf8))
    }
  }

  @Test("columns have the functions' names, with a number where there are several results")
  func names() throws {
    let recipe = try IndicatorRecipe(functions: "RSI(14),MACD(12,26,9)")
    #expect(recipe.columns.map(\.name) == ["RSI(14)", "MACD(12, 26, 9)_1", "MACD(12, 26, 9)_2", "MACD(12, 26, 9)_3"])
    #expect(throws: FeatureError.self) { try IndicatorRecipe(functions: "RSI(14),RSI(14)") }
  }

  @Test("compositions are what their functions give one after another")
  func composition() throws {
    let recipe = try IndicatorRecipe(functions: "ZSCORE(RSI(14), 20),CORREL(close, SMA(volume, 5), 30),STOCH#2,ATR(7)")
    var engine = IndicatorEngine(recipe: recipe)
    let found = try engine.append(Self.bars)
    let strength = try RSI(timePeriod: 14).values(over: Self.bars[3])
    let score = try ZSCORE(timePeriod: 20).values(over: strength)
    #expect(isSameNumbers(found[0], score))
    let means = try SMA(timePeriod: 5).values(over: Self.bars[4])
    #expect(isSameNumbers(found[1], try CORREL(timePeriod: 30).results(of: [Self.bars[3], means])[0]))
    #expect(isSameNumbers(found[2], try STOCH().results(of: Array(Self.bars[1...3]))[1]))
    #expect(engine.lookbacks == [33, 33, 8, 7])
    for (column, lookback) in zip(found, engine.lookbacks) {
      #expect(column.firstIndex { !$0.isNaN } == lookback)
    }
  }

  @Test("bar by bar, peeked, saved and restored the columns are the same")
  func stream() throws {
    let recipe = try IndicatorRecipe(
      functions: "ZSCORE(RSI(14), 20),BBANDS,KC,FRACDIFF(0.5),WINSORIZE(30),RANK(10),DIFF(2),LAG(3)")
    var batch = IndicatorEngine(recipe: recipe)
    let whole = try batch.append(Self.bars)
    var engine = IndicatorEngine(recipe: recipe)
    for row in 0..<300 {
      if row == 150 { engine = try JSONDecoder().decode(IndicatorEngine.self, from: JSONEncoder().encode(engine)) }
      let bar = OHLCV(
        open: Self.bars[0][row], high: Self.bars[1][row], low: Self.bars[2][row], close: Self.bars[3][row],
        volume: Self.bars[4][row])
      let peeked = engine.peek(bar)
      let found = engine.update(bar)
      #expect(isSameNumbers(peeked, found))
      #expect(isSameNumbers(found, whole.map { $0[row] }))
    }
    #expect(engine.barCount == 300)
  }

  /// Hosking's weights for d = 0.5 and pandas' rank of ties, worked out by hand.
  @Test("transforms follow their definitions")
  func transforms() throws {
    let impulse = [1.0] + [Double](repeating: 0, count: 9)
    let difference = try FRACDIFF(d: 0.5, threshold: 0.1).values(over: impulse + impulse)
    // Weights 1, -0.5, -0.125; the next, -0.0625, is below the threshold.
    #expect(difference[10...13] == [1, -0.5, -0.125, 0])
    #expect(try RANK(timePeriod: 4).values(over: [3, 1, 3, 3])[3] == 0.75)
    #expect(try RANK(timePeriod: 4).values(over: [1, 2, 3, 0])[3] == 0.25)
    #expect(try ZSCORE(timePeriod: 3).values(over: [1, 2, 3])[2] == 1)
    #expect(try ZSCORE(timePeriod: 3).values(over: [2, 2, 2])[2] == 0)
    #expect(try DIFF(order: 2).values(over: [1, 4, 9, 16])[3] == 2)
    #expect(try WINSORIZE(timePeriod: 5, lower: 20, upper: 80).values(over: [1, 2, 3, 4, 100])[4] == 4)
    #expect(try FRACDIFF(d: 1, threshold: 0.1).values(over: [1, 4, 9])[2] == 5)
  }

  private func isSameNumbers(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
  }
}

extension IndicatorDefinition {
  /// All five columns of a bar.
  static var bars: IndicatorDefinition {
    IndicatorDefinition(
      "BARS", .price, "the columns of a bar", inputs: [.open, .high, .low, .close, .volume])
  }
}
