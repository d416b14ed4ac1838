import Features
import Foundation
import TestSupport
import Testing

/// Spreadsheets and tables that others worked out, where their definitions are ours; Docs/Guide-Indicators.md lists the others.
@Suite("Indicators against tables made by others", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
struct VendorVectorTests {
  /// Workbooks of Stock.Indicators: file, column of the sheet, our function.
  static let sheets: [(String, String, String)] = [
    ("Adl", "adl", "AD"),

    ("Atr", "TR", "TRANGE"), ("Atr", "ATR", "ATR(14)"),
    ("BollingerBands", "sma", "BBANDS(20)#2"), ("BollingerBands", "upper", "BBANDS(20)#1"),
    ("BollingerBands", "lower", "BBANDS(20)#3"), ("Cmf", "cmf", "CMF(20)"),
    ("Ema", "ema", "EMA(20)"), ("Hma", "hma", "HMA(20)"), ("Mfi", "mf", "MFI(14)"), ("Roc", "roc", "ROC(20)"),
    ("Rsi", "RSI(14)", "RSI(14)"), ("Slope", "m", "LINEARREG_SLOPE(20)"), ("Sma", "SMA", "SMA(20)"),
    ("Smma", "SMMA", "RMA(20)"), ("StdDev", "stddev", "STDDEV(10)"), ("Stoch", "%K", "STOCH(14, 3, 0, 3, 0)#1"),
    ("Stoch", "%D", "STOCH(14, 3, 0, 3, 0)#2"), ("Tr", "TR", "TRANGE"), ("Vwap", "VWAP", "VWAP"),
    ("Vwma", "vwma", "VWMA(10)"), ("WilliamsR", "%R", "WILLR(14)"), ("Wma", "wma", "WMA(20)"),
    ("Kama", "KAMA", "KAMA(10)"),
  ]

  /// The cells hold all digits of their results: the same rounding error as anywhere, relative 1e-9.
  @Test("the workbooks' columns", arguments: sheets.indices)
  func sheet(_ index: Int) throws {
    let (file, column, function) = Self.sheets[index]
    let text = try String(contentsOfFile: SharedData.path("ta/skender_calc/\(file).csv"), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(rows.first)
    func values(_ name: String) -> [Double] {
      guard let place = header.firstIndex(of: name) else { return rows.dropFirst().map { _ in .nan } }
      return rows.dropFirst().map { place < $0.count ? Double($0[place]) ?? .nan : .nan }
    }
    let bars = ["open", "high", "low", "close", "volume"].map(values)
    let expected = values(column)
    var engine = IndicatorEngine(recipe: try IndicatorRecipe(functions: function))
    let found = try engine.append(bars)[0]
    var compared = 0
    for row in expected.indices where !expected[row].isNaN && !found[row].isNaN {
      compared += 1
      let isSame = isClose(found[row], expected[row], relative: 1e-9, floor: 1)
      #expect(isSame, "\(function) row \(row): \(found[row]), \(expected[row])")
      if !isSame { return }
    }
    // Two workbooks keep only their last rows.
    #expect(compared >= 2, "\(function): only \(compared) rows to compare")
  }

  /// Tulip's names and ours.
  static let tulip: [String: String] = [
    "acos": "ACOS", "ad": "AD", "add": "ADD", "adosc": "ADOSC", "aroon": "AROON",
    "aroonosc": "AROONOSC", "asin": "ASIN", "atan": "ATAN", "avgprice": "AVGPRICE", "bop": "BOP",
    "cci": "CCI", "ceil": "CEIL", "cmo": "CMOU", "cos": "COS", "cosh": "COSH", "di": "PLUS_DI", "div": "DIV",
    "dm": "PLUS_DM", "exp": "EXP", "floor": "FLOOR", "fosc": "FOSC", "hma": "HMA", "linreg": "LINEARREG",
    "linregintercept": "LINEARREG_INTERCEPT", "linregslope": "LINEARREG_SLOPE", "ln": "LN", "log10": "LOG10",
    "marketfi": "MARKETFI", "max": "MAX", "md": "AVGDEV", "medprice": "MEDPRICE", "mfi": "MFI", "min": "MIN",
    "mom": "MOM", "mul": "MULT", "nvi": "NVI", "pvi": "PVI", "qstick": "QSTICK",
    "rsi": "RSI", "sin": "SIN", "sinh": "SINH", "sma": "SMA", "sqrt": "SQRT", "stddev": "STDDEV", "stoch": "STOCH",
    "sub": "SUB", "sum": "SUM", "tan": "TAN", "tanh": "TANH", "tr": "TRANGE", "trima": "TRIMA", "tsf": "TSF",
    "typprice": "TYPPRICE", "ultosc": "ULTOSC", "var": "VAR", "vhf": "VHF", "vwma": "VWMA", "wad": "WAD",
    "wcprice": "WCLPRICE", "wilders": "RMA", "willr": "WILLR", "wma": "WMA",
  ]

  struct Vector {
    let name: String
    let options: [Double]
    let columns: [[Double]]
  }

  static func vectors(_ file: String) throws -> [Vector] {
    let text = try String(contentsOfFile: SharedData.path("ta/tulip/\(file).txt"), encoding: .utf8)
    var found: [Vector] = []
    for line in text.split(whereSeparator: \.isNewline).map(String.init) where !line.hasPrefix("#") {
      if line.hasPrefix("{"), let last = found.last {
        let numbers = line.trimmingCharacters(in: CharacterSet(charactersIn: "{} \r")).split(separator: ",")
        found[found.count - 1] = Vector(
          name: last.name, options: last.options,
          columns: last.columns + [numbers.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }])
      } else if line.first?.isLetter == true {
        let words = line.split(separator: " ").map(String.init)
        found.append(Vector(name: words[0], options: words.dropFirst().compactMap(Double.init), columns: []))
      }
    }
    return found
  }

  /// The files print three or four digits behind the point: half a unit of the last, and of what Achelis rounded.
  @Test("Tulip's tables and Achelis' book", arguments: ["untest", "atoz", "extra"])
  func tables(_ file: String) throws {
    var compared = 0
    for vector in try Self.vectors(file) {
      guard let name = Self.tulip[vector.name] else { continue }
      let definition = try IndicatorCatalogue.type(named: name).definition
      var options = vector.options
      // Tulip's stochastic has no kinds of averages.
      if name == "STOCH" { options = [options[0], options[1], 0, options[2], 0] }
      let indicator = try IndicatorCatalogue.make(name, options)
      let inputs = Array(vector.columns.prefix(definition.inputs.count))
      let results = try indicator.results(of: inputs)
      for (index, expected) in vector.columns.dropFirst(inputs.count).enumerated() where index < results.count {
        let found = results[index].suffix(expected.count)
        compared += 1
        let isSame = zip(found, expected).allSatisfy { $0.isNaN || isClose($0, $1, relative: 2e-4, floor: 10) }
        #expect(isSame, "\(file) \(name)\(options): \(Array(found.suffix(4))), \(expected.suffix(4))")
      }
    }
    #expect(compared > 15, "\(file): only \(compared) columns compared")
  }
}
