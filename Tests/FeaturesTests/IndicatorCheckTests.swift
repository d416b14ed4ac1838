import Compute
import Features
import TestSupport
import Testing

@Suite("Rules of every indicator") struct IndicatorCheckTests {
  static let names = IndicatorCatalogue.definitions.map(\.name)

  /// Bars of a random walk on a grid, with flat stretches, so that ties happen.
  static func columns(of definition: IndicatorDefinition, count: Int, seed: UInt64) -> [[Double]] {
    var random = RandomStream(seed: seed)
    var table: [IndicatorDefinition.Input: [Double]] = [:]
    var close = 100.0
    for row in 0..<count {
      let isFlat = (row / 40) % 4 == 3
      let open = close
      if !isFlat { close += ((random.uniform() - 0.5) * 16).rounded() / 4 }
      let reach = isFlat ? 0 : (random.uniform() * 4).rounded() / 4
      table[.open, default: []].append(open)
      table[.high, default: []].append(max(open, close) + reach)
      table[.low, default: []].append(min(open, close) - (isFlat ? 0 : (random.uniform() * 4).rounded() / 4))
      table[.close, default: []].append(close)
      table[.volume, default: []].append((random.uniform() * 50).rounded() + 1)
    }
    return definition.inputs.map { input in
      switch input {
      case .real: definition.group == .mathTransform ? table[.close, default: []].map { $0 / 400 } : table[.close] ?? []
      case .real1: definition.name == "MAVP" ? table[.volume] ?? [] : table[.high] ?? []
      default: table[input] ?? []
      }
    }
  }

  @Test(
    "keeps the rules: batch is stream, no look-ahead, restores, copies, peeks, missing values, scale", arguments: names)
  func rules(_ name: String) throws {
    let indicator = try IndicatorCatalogue.make(name)
    for seed: UInt64 in [1, 2] {
      let columns = Self.columns(of: type(of: indicator).definition, count: 420, seed: seed)
      let problems = try check(indicator, columns)
      #expect(problems.isEmpty, "\(name): \(problems)")
    }
  }

  @Test("and keeps them with the smallest parameters", arguments: names)
  func smallest(_ name: String) throws {
    let definition = try IndicatorCatalogue.type(named: name).definition
    guard !definition.parameters.isEmpty else { return }
    let values = definition.parameters.map { parameter in
      parameter.name.contains("period") || parameter.name.hasSuffix("bars")
        ? parameter.range.lowerBound : parameter.defaultValue
    }
    let indicator = try IndicatorCatalogue.make(name, values)
    let problems = try check(indicator, Self.columns(of: definition, count: 150, seed: 3))
    #expect(problems.isEmpty, "\(name)\(values): \(problems)")
  }

  private func check(_ indicator: some Indicator, _ columns: [[Double]]) throws -> [String] {
    try IndicatorCheck.problems(of: indicator, on: columns)
  }
}
