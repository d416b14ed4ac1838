import Features
import Foundation
import TestSupport
import Testing

/// Results of the TA-Lib wheel that `Scripts/golden/make_indicators.py` wrote.
struct TALibGolden: Decodable {
  struct Case: Decodable {
    let name: String
    let market: String
    let parameters: [Double]
    let lookback: Int
    let results: [[Double]]

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      name = try list.decode(String.self)
      market = try list.decode(String.self)
      parameters = try list.decode([Double].self)
      lookback = try list.decode(Int.self)
      results = try list.decode([String].self).map(unpacked)
    }
  }

  let version: String
  let series: [String: [String: String]]
  let cases: [Case]

  static let shared: TALibGolden = {
    do {
      return try Golden.read("talib.json", as: TALibGolden.self)
    } catch {
      preconditionFailure("the golden file of the indicators cannot be read: \(error)")
    }
  }()

  static let columns: [String: [String: [Double]]] = shared.series.mapValues { $0.mapValues(unpacked) }

  /// The columns that a function reads, as TA-Lib's abstract interface chooses them.
  static func inputs(of definition: IndicatorDefinition, market: String) -> [[Double]] {
    let table = columns[market] ?? [:]
    let names =
      switch definition.name {
      case "MAVP": ["close", "periods"]
      case _ where definition.inputs == [.real, .real1]: ["high", "low"]
      default: definition.inputs.map { $0 == .real ? "close" : $0.rawValue }
      }
    return names.map { table[$0] ?? [] }
  }
}

private func unpacked(_ text: String) -> [Double] {
  guard let data = Data(base64Encoded: text) else { return [] }
  return data.withUnsafeBytes { bytes in
    stride(from: 0, to: bytes.count, by: 8).map { place in
      Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
    }
  }
}

@Suite("Indicators against TA-Lib") struct TALibTests {
  static let names = Set(TALibGolden.shared.cases.map(\.name)).sorted()

  /// Cases in which the results are of rounding noise or where ours is another on purpose, each with its reason.
  static let exceptions: [String: String] = [
    "HT_DCPHASE flat": "a flat input has no phase: TA-Lib's is the angle of rounding noise",
    "HT_SINE flat": "the sine of that phase",
    "HT_TRENDMODE flat": "the mode by that phase",
    "MAMA flat": "its weight follows that phase",
    "MA flat": "MAMA as the kind of average",
    "STOCHRSI flat": "the index is constant but for rounding, and the stochastic stretches that to 0 to 100",
    "VAR jumps": "TA-Lib's running sums keep what a price of three times the level left; ours equals the sum anew",
    "STDDEV jumps": "the root of that variance",
    "VWMA flat": "without volume there is no price: NaN; TA-Lib divides what rounding left by 0",
    "VWMA jumps": "as for flat",
  ]

  @Test("each function equals TA-Lib's, with its look-back", arguments: names)
  func equal(_ name: String) throws {
    for expected in TALibGolden.shared.cases where expected.name == name {
      let isException = Self.exceptions["\(name) \(expected.market)"] != nil
      let indicator = try IndicatorCatalogue.make(name, expected.parameters)
      let definition = type(of: indicator).definition
      #expect(indicator.lookback == expected.lookback, "\(name) \(expected.parameters)")
      let inputs = TALibGolden.inputs(of: definition, market: expected.market)
      let found = try indicator.results(of: inputs)
      try #require(found.count == expected.results.count)
      let scale = inputs.map { $0.lazy.map(abs).max() ?? 0 }.max() ?? 0
      for (index, column) in expected.results.enumerated() {
        for row in column.indices {
          let isSame =
            found[index][row] == column[row]
            || isClose(found[index][row], column[row], relative: 1e-9, floor: Self.floor(definition, scale))
          if isException && !isSame { break }
          #expect(
            isSame, "\(name)\(expected.parameters) \(expected.market) row \(row): \(found[index][row]), \(column[row])")
          if !isSame { break }
        }
      }
    }
  }

  /// Below this size differences are absolute, for the running sums of TA-Lib round otherwise than our blocks.
  ///
  /// A difference of near-equal operands keeps the operands' last bits: a ten-thousandth of the largest input. Numbers
  /// in percent or degrees are such differences divided by something: one, or a hundred where prices are a million and move
  /// by ones. Places and counts have none.
  static func floor(_ definition: IndicatorDefinition, _ scale: Double) -> Double {
    if definition.name.hasSuffix("INDEX") || definition.name.hasPrefix("AROON") { return 0 }
    let isRatio: Set = [
      "FOSC", "PPO", "PVO", "TRIX", "COPPOCK", "MFI", "STOCH", "STOCHF", "STOCHRSI", "KDJ", "CCI",
      "LINEARREG_ANGLE", "HT_DCPHASE", "HT_SINE", "CMOU", "CMO", "RSI", "SMI", "TSI", "WILLR", "VHF", "BETA", "CORREL",
    ]
    return isRatio.contains(definition.name) ? (scale > 1e5 ? 100 : 1) : 1e-4 * scale
  }

  @Test("every function of TA-Lib 0.8 but the patterns is there")
  func complete() {
    let own = Set(IndicatorCatalogue.definitions.filter { $0.group != .pattern }.map(\.name))
    #expect(Set(Self.names).subtracting(own).isEmpty)
  }
}
