import Features
import Foundation
import Testing

@Suite("Names in expressions") struct RecipeNameTests {
  @Test(
    "the nearest name may be a column, and is near",
    arguments: [
      ("clos", "'close'"), ("CLOS", "'close'"), ("prise", "'price'"), ("RSX(14)", "'RSI'"),
      ("SMA(volum, 5)", "'volume'"),
      ("bidsiez", "'bid_size'"), ("mcad", "'MACD'"), ("SMA(clsoe)", "'close'"), ("STOHC(5)", "'STOCH'"),
    ])
  func near(_ text: String, _ name: String) {
    let error = #expect(throws: FeatureError.self) { try IndicatorExpression(parsing: text) }
    #expect(error?.code == .unknownName)
    #expect(error?.message.hasSuffix("the nearest is \(name)") == true, "\(error?.message ?? "")")
  }

  @Test("a name that is far from all is answered with the columns there are")
  func far() {
    for text in ["sentiment", "xyz", "SMA(earnings, 5)"] {
      let error = #expect(throws: FeatureError.self) { try IndicatorExpression(parsing: text) }
      #expect(error?.message.contains("nearest") == false, "\(error?.message ?? "")")
      #expect(error?.message.contains("columns of bars are open, high, low, close, volume") == true)
    }
    let error = #expect(throws: FeatureError.self) { try IndicatorCatalogue.type(named: "sentiment") }
    #expect(error?.message == "there is no function 'sentiment'")
  }

  @Test(
    "parameters go by name too; the normal form is by place",
    arguments: [
      ("RSI(timeperiod=14)", "RSI(14)"), ("rsi( TimePeriod = 14 )", "RSI(14)"),
      ("RSI(close, timeperiod=9)", "RSI(close, 9)"),
      ("MACD(slowperiod=30)", "MACD(12, 30)"), ("MACD(signalperiod=5, fastperiod=10)", "MACD(10, 26, 5)"),
      ("MACD(10, signalperiod=5)", "MACD(10, 26, 5)"), ("BBANDS(nbdevdn=-1.5)", "BBANDS(20, 2, -1.5)"),
      ("ZSCORE(RSI(timeperiod=7), timeperiod=20)", "ZSCORE(RSI(7), 20)"), ("FRACDIFF(d=0.4)", "FRACDIFF(0.4)"),
    ])
  func named(_ text: String, _ plain: String) throws {
    let expression = try IndicatorExpression(parsing: text)
    #expect(expression.text == plain)
    #expect(try IndicatorExpression(parsing: plain) == expression)
  }

  @Test(
    "parameters by name that cannot be are refused",
    arguments: [
      ("RSI(timperiod=14)", "RSI has no parameter 'timperiod'; the nearest is 'timeperiod'; allowed are timeperiod"),
      ("MACD(length=5)", "MACD has no parameter 'length'; allowed are fastperiod, slowperiod, signalperiod"),
      ("CDLDOJI(timeperiod=5)", "CDLDOJI has no parameter 'timeperiod'; it has none"),
      ("MACD(fastperiod=5, 30)", "MACD is given 30 after a parameter by name"),
      ("MACD(5, fastperiod=5)", "MACD is given fastperiod twice"),
      ("MACD(slowperiod=5, SLOWPERIOD=5)", "MACD is given slowperiod twice"),
      ("RSI(timeperiod=14, close)", "inputs stand before parameters in RSI"),
      ("RSI(timeperiod=close)", "'timeperiod' needs a number"), ("RSI(timeperiod=)", "'timeperiod' needs a number"),
      ("RSI(timeperiod=1)", "timeperiod is 1; a whole number in 2...100000"),
      ("timeperiod=14", "a function or a column"),
      ("close(14)", "'close' is a column"), ("CDLDOJI(5)", "CDLDOJI takes 0 parameters; 1 was given"),
      ("RSI(14, 15)", "RSI takes 1 parameter (timeperiod); 2 were given"),
      ("RSI(close, open, 14)", "RSI reads 1 column (real); 2 inputs were given"),
    ])
  func refused(_ text: String, _ part: String) {
    let error = #expect(throws: FeatureError.self) { try IndicatorExpression(parsing: text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test("every parameter and every result of the catalogue goes by its name")
  func catalogue() throws {
    var results = 0
    for definition in IndicatorCatalogue.definitions {
      for (place, parameter) in definition.parameters.enumerated() {
        let text = "\(definition.name)(\(parameter.name.uppercased())=\(parameter.defaultValue))"
        let defaults = definition.parameters[...place].map(\.defaultValue)
        let expected = IndicatorExpression.function(name: definition.name, inputs: [], parameters: defaults, result: 0)
        #expect(try IndicatorExpression(parsing: text) == expected)
      }
      for (place, output) in definition.outputs.enumerated() {
        let expected = IndicatorExpression.function(name: definition.name, inputs: [], parameters: [], result: place)
        #expect(try IndicatorExpression(parsing: "\(definition.name)#\(output.uppercased())") == expected)
        #expect(try IndicatorExpression(parsing: "\(definition.name)#\(place + 1)") == expected)
        results += 1
      }
      // A column of the same name would hide the function.
      #expect(try IndicatorExpression(parsing: definition.name).text == definition.name)
    }
    #expect(results > 250)
  }

  @Test("functions that stand too deep in each other are refused, not followed")
  func depth() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "RSI(", count: count) + "close" + String(repeating: ")", count: count)
    }
    #expect(try IndicatorExpression(parsing: nested(100)).text == nested(100))
    #expect { try IndicatorExpression(parsing: nested(100_000)) } throws: { "\($0)".contains("more than 100 deep") }
  }

  @Test("a result that a function does not have is refused with those it has")
  func results() {
    for (text, part) in [
      ("STOCH#slwod", "STOCH has no result '#slwod'; the nearest is 'slowd'; it has #1 or #slowk, #2 or #slowd"),
      ("STOCH#3", "STOCH has no result '#3'; it has #1 or #slowk"), ("STOCH#0", "STOCH has no result '#0'"),
      ("STOCH#", "the number or the name of a result is needed"), ("STOCH_2", "result 2 of STOCH is written 'STOCH#2'"),
      ("MACD(12, 26, 9)_2", "the second result of a function is written '#2'"),
    ] {
      let error = #expect(throws: FeatureError.self) { try IndicatorExpression(parsing: text) }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test("a result that is chosen is one column, and its name is that of all")
  func chosen() throws {
    func names(_ functions: String) throws -> [String] { try IndicatorRecipe(functions: functions).columns.map(\.name) }
    #expect(try names("STOCH") == ["STOCH_1", "STOCH_2"])
    #expect(try names("STOCH#1") == ["STOCH_1"])
    #expect(try names("STOCH#slowd,MACD(12,26,9)#macdhist") == ["STOCH_2", "MACD(12, 26, 9)_3"])
    #expect(try names("RSI(14)#1") == ["RSI(14)"])
    // What an inner function takes is not the outer one's choice.
    #expect(try names("KDJ(HT_SINE#2, high, low)") == (1...3).map { "KDJ(HT_SINE#2, high, low)_\($0)" })
    #expect(try names("ZSCORE(STOCH#1, 5)") == ["ZSCORE(STOCH, 5)"])
    #expect(throws: FeatureError.self) { try IndicatorRecipe(functions: "STOCH,STOCH#2") }
  }

  @Test("an error names the function that reads a column, not the name of an output")
  func readers() {
    for (functions, source, part) in [
      ("STOCH", IndicatorRecipe.Source.ticks, "STOCH reads 'high', which a tick does not have"),
      ("ZSCORE(MID, 20)", .bars, "MID reads 'bid', which a bar does not have"),
      ("SMA(bid, 5)", .bars, "SMA reads 'bid', which a bar does not have"),
      ("close", .ticks, "'close' is a column that a tick does not have; it has price, size"),
    ] {
      let error = #expect(throws: FeatureError.self) { try IndicatorRecipe(functions: functions, source: source) }
      #expect(error?.message.hasPrefix(part) == true, "\(error?.message ?? "")")
    }
  }

  @Test("a function is described in a line, and found by a word")
  func descriptions() throws {
    #expect(
      try IndicatorCatalogue.describe("stoch")
        == "STOCH(fastk_period=5, slowk_period=3, slowk_matype=0, slowd_period=3, slowd_matype=0): high, low, close -> "
        + "slowk, slowd; look-back 8; momentum: stochastic")
    #expect(
      try IndicatorCatalogue.describe("CDLDOJI").hasPrefix("CDLDOJI: open, high, low, close -> integer; look-back"))
    #expect(throws: FeatureError.self) { try IndicatorCatalogue.describe("STOCHX") }
    #expect(IndicatorCatalogue.definitions(matching: "Strength").contains { $0.name == "RSI" })
    #expect(IndicatorCatalogue.definitions(matching: "macd").map(\.name) == ["MACD", "MACDEXT", "MACDFIX"])
    #expect(IndicatorCatalogue.definitions(matching: "cycle").count >= 5)
    #expect(IndicatorCatalogue.definitions(matching: "").count == IndicatorCatalogue.all.count)
    #expect(IndicatorCatalogue.definitions(matching: "no such thing").isEmpty)
  }
}
