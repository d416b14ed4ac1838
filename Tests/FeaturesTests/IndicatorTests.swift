import Features
import TestSupport
import Testing
import TickData

@Suite("Features against TA-Lib and numpy") struct IndicatorTests {
  struct Golden: Decodable {
    let prices: [Double]
    let sizes: [Double]
    let columns: [String: [Double?]]
  }

  static let golden: Golden = {
    do {
      return try TestSupport.Golden.read("indicators.json", as: Golden.self)
    } catch {
      preconditionFailure("the golden file of the indicators cannot be read: \(error)")
    }
  }()

  static func table() throws -> FeatureTable {
    var ticks = TickSeries(symbol: "A")
    for (row, price) in golden.prices.enumerated() {
      ticks.append(Tick(symbol: "A", time: Int64(row) * 1_000_000_000, price: price, size: golden.sizes[row]))
    }
    return try FeatureRecipe(includesQuotes: false).features(of: TickTable([ticks]))
  }

  /// Relative 1e-9 of the value or of a hundred-thousandth of the price: TA-Lib sums a window anew in another order,
  /// which moves the last bits of differences of near-equal numbers.
  @Test("each column equals the original's", arguments: golden.columns.keys.sorted())
  func column(_ name: String) throws {
    let expected = try #require(Self.golden.columns[name]).map { $0 ?? .nan }
    let found = try #require(try Self.table().column(named: name))
    #expect(found.map(\.isNaN) == expected.map(\.isNaN))
    for row in expected.indices where !expected[row].isNaN {
      #expect(isClose(found[row], expected[row], relative: 1e-9, floor: 2e-3), "\(name) row \(row)")
    }
  }

  @Test("columns become defined at the tick they declare")
  func warmUp() throws {
    let table = try Self.table()
    for (index, column) in table.columns.enumerated() where !column.name.hasPrefix("minutes_") {
      let first = table.column(index).firstIndex { !$0.isNaN }
      #expect(first == column.firstDefined, "\(column.name)")
    }
  }

  @Test("names of the recipe are the standard ones, once each")
  func names() throws {
    let names = try FeatureRecipe().columnNames
    #expect(names.count == 110)
    #expect(Set(names).count == 110)
    #expect(try FeatureRecipe(includesQuotes: false).columnNames.count == 96)
    #expect(names.prefix(4) == ["price_change_5", "price_change_10", "price_change_20", "price_change_50"])
  }

  @Test("an unknown column is refused with the nearest name")
  func suggestion() {
    #expect { try FeatureRecipe(selection: ["rsi14"]) } throws: { "\($0)".contains("'rsi_14'") }
    #expect(throws: FeatureError.self) { try FeatureRecipe(lookbacks: [1]) }
    #expect(throws: FeatureError.self) { try FeatureRecipe(lookbacks: []) }
  }

  @Test("a constant window has a spread of exactly zero and a mean that is the price")
  func constant() throws {
    var series = TickSeries(symbol: "A")
    for row in 0..<300 {
      // A jump of six orders of magnitude first, which an ordinary running sum would not forget.
      let price = row == 3 ? 1e9 : row < 3 ? 0.1 : 1234.56
      series.append(Tick(symbol: "A", time: Int64(row), price: price, size: row == 4 ? 1e12 : 0.3))
    }
    let table = try FeatureRecipe().features(of: TickTable([series]))
    for n in [5, 10, 20, 50] {
      let last = table.rowCount - 1
      func value(_ name: String) throws -> Double { try #require(table.column(named: "\(name)_\(n)"))[last] }
      #expect(try value("price_std") == 0)
      #expect(try value("volume_std") == 0)
      #expect(try value("price_mean") == 1234.56)
      #expect(try value("volume_price_correlation") == 0)
      #expect(try value("price_vs_sma") == 0)
      #expect(try value("price_position") == 0.5)
    }
  }
}
