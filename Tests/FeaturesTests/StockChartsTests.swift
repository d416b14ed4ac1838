import Features
import Foundation
import TestSupport
import Testing

/// The example sheets of StockCharts, as the Python package ta keeps them, where their definitions are ours.
///
/// Docs/Guide-Indicators.md lists those that are not.
@Suite("Indicators against StockCharts' sheets", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
struct StockChartsTests {
  /// A column of a sheet, our function, and the largest difference: a unit of the last digit that the sheet prints.
  ///
  /// Before row `start` the sheet's first values still count, which are seeded otherwise than ours.
  struct Sheet: Sendable {
    let file: String
    let column: String
    let function: String
    let tolerance: Double
    var start = 0
  }

  static let sheets: [Sheet] = [
    Sheet(file: "accum", column: "ADLine", function: "AD", tolerance: 1e-4),
    Sheet(file: "adx", column: "TR", function: "TRANGE", tolerance: 1e-9),
    Sheet(file: "adx", column: "+DI14", function: "PLUS_DI(14)", tolerance: 1e-5, start: 200),
    Sheet(file: "adx", column: "-DI14", function: "MINUS_DI(14)", tolerance: 1e-5, start: 200),
    Sheet(file: "adx", column: "DX", function: "DX(14)", tolerance: 1e-5, start: 250),
    Sheet(file: "adx", column: "ADX", function: "ADX(14)", tolerance: 1e-5, start: 300),
    Sheet(file: "atr", column: "TR", function: "TRANGE", tolerance: 1e-9),
    Sheet(file: "bbands", column: "MiddleBand", function: "BBANDS(20)#2", tolerance: 1e-6),
    Sheet(file: "bbands", column: "20-day Standard Deviation", function: "STDDEV(20)", tolerance: 1e-6),
    Sheet(file: "bbands", column: "HighBand", function: "BBANDS(20)#1", tolerance: 1e-6),
    Sheet(file: "bbands", column: "LowBand", function: "BBANDS(20)#3", tolerance: 1e-6),
    Sheet(file: "cci", column: "Typical Price", function: "TYPPRICE", tolerance: 1e-4),
    Sheet(file: "cci", column: "20-day Mean Deviation", function: "AVGDEV(TYPPRICE, 20)", tolerance: 1e-4),
    Sheet(file: "cci", column: "CCI", function: "CCI(20)", tolerance: 1e-4),
    Sheet(file: "dc", column: "upper_band", function: "DONCHIAN(20)#1", tolerance: 1e-9),
    Sheet(file: "dc", column: "lower_band", function: "DONCHIAN(20)#3", tolerance: 1e-9),
    Sheet(file: "dc", column: "middle_band", function: "DONCHIAN(20)#2", tolerance: 0.0051),
    Sheet(file: "fi", column: "FI_1", function: "EFI(1)", tolerance: 1e-9),
    Sheet(file: "kama", column: "ER", function: "ER(10)", tolerance: 1e-6),
    Sheet(file: "kama", column: "KAMA", function: "KAMA(10)", tolerance: 1e-6),
    Sheet(file: "kc", column: "true_range", function: "TRANGE", tolerance: 1e-9),
    Sheet(file: "macd", column: "short_ema", function: "EMA(12)", tolerance: 1e-6, start: 100),
    Sheet(file: "mfi", column: "MFI", function: "MFI(14)", tolerance: 1e-5),
    Sheet(file: "obv", column: "OBV", function: "OBV", tolerance: 1e-9),
    Sheet(file: "percentr", column: "Williams_%R", function: "WILLR(14)", tolerance: 1e-6),
    Sheet(file: "percentr", column: "Highest High (14)", function: "MAX(high, 14)", tolerance: 1e-9),
    Sheet(file: "percentr", column: "Lowest Low (14)", function: "MIN(low, 14)", tolerance: 1e-9),
    Sheet(file: "psar", column: "psar_up", function: "SAR", tolerance: 1e-6),
    // The sheet's first trade has another stop; the reversal ends it.
    Sheet(file: "psar", column: "psar_down", function: "SAR", tolerance: 1e-6, start: 8),
    Sheet(file: "roc", column: "ROC", function: "ROC(12)", tolerance: 1e-6),
    Sheet(file: "soo", column: "SO", function: "STOCHF(14, 3)#1", tolerance: 1e-6),
    Sheet(file: "soo", column: "SO_SIG", function: "STOCHF(14, 3)#2", tolerance: 1e-6),
    Sheet(file: "tsi", column: "Momentum", function: "MOM(1)", tolerance: 1e-9),
    // The sheet rounds the weights of its means to a few digits.
    Sheet(file: "tsi", column: "TSI", function: "TSI(25, 13)", tolerance: 0.02),
    Sheet(file: "ultosc", column: "True Range", function: "TRANGE", tolerance: 1e-9),
    Sheet(file: "ultosc", column: "Ult_Osc", function: "ULTOSC(7, 14, 28)", tolerance: 1e-6),
    Sheet(file: "vortex", column: "TR14", function: "SUM(TRANGE, 14)", tolerance: 1e-9),
    Sheet(file: "vortex", column: "+VI14", function: "VORTEX(14)#1", tolerance: 1e-6),
    Sheet(file: "vortex", column: "-VI14", function: "VORTEX(14)#2", tolerance: 1e-6),
    Sheet(file: "vpt", column: "unsmoothed vpt", function: "PVT", tolerance: 1e-9),
    Sheet(
      file: "vwap", column: "vwap", function: "DIV(SUM(MULT(TYPPRICE, volume), 14), SUM(volume, 14))", tolerance: 1e-9),
    Sheet(file: "wma", column: "WMA", function: "WMA(9)", tolerance: 1e-4),
  ]

  /// The columns of a sheet by name; NaN where a cell is empty or no number.
  static func columns(_ file: String) throws -> [String: [Double]] {
    let text = try String(contentsOfFile: SharedData.path("ta/bukosabino_ta/cs-\(file).csv"), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }
    var columns: [String: [Double]] = [:]
    for (place, name) in (rows.first ?? []).enumerated() where columns[name] == nil {
      columns[name] = rows.dropFirst().map { place < $0.count ? Double($0[place]) ?? .nan : .nan }
    }
    return columns
  }

  @Test("the sheets' columns", arguments: sheets.indices)
  func sheet(_ index: Int) throws {
    let sheet = Self.sheets[index]
    let columns = try Self.columns(sheet.file)
    let expected = try #require(columns[sheet.column], "\(sheet.file) has no column \(sheet.column)")
    let missing = expected.map { _ in Double.nan }
    // Sheets write the names of bars in capitals or not, and leave out what they do not need.
    let bars = ["open", "high", "low", "close", "volume"].map { columns[$0] ?? columns[$0.capitalized] ?? missing }
    var engine = IndicatorEngine(recipe: try IndicatorRecipe(functions: sheet.function))
    let found = try engine.append(bars)[0]
    var compared = 0
    for row in expected.indices.dropFirst(sheet.start) where !expected[row].isNaN && !found[row].isNaN {
      compared += 1
      let isSame = abs(found[row] - expected[row]) <= sheet.tolerance
      #expect(isSame, "\(sheet.file) \(sheet.function) row \(row): \(found[row]), \(expected[row])")
      if !isSame { return }
    }
    #expect(compared >= 2, "\(sheet.function): only \(compared) rows to compare")
  }
}
