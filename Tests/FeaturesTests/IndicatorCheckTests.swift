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
    table.merge(ticks(count, seed: seed)) { bars, _ in bars }
    return definition.inputs.map { input in
      switch input {
      case .real: definition.group == .mathTransform ? table[.close, default: []].map { $0 / 400 } : table[.close] ?? []
      case .real1: definition.name == "MAVP" ? table[.volume] ?? [] : table[.high] ?? []
      default: table[input] ?? []
      }
    }
  }

  /// Trades and quotes of a random walk on a grid: at, inside and outside the quote, repeated rows, times that step back.
  private static func ticks(_ count: Int, seed: UInt64) -> [IndicatorDefinition.Input: [Double]] {
    var random = RandomStream(seed: seed &+ 1000)
    var table: [IndicatorDefinition.Input: [Double]] = [:]
    var row: [IndicatorDefinition.Input: Double] = [.time: 0]
    var mid = 100.0
    for index in 0..<count {
      if index == 0 || random.index(below: 12) > 0 {
        mid += (Double(random.index(below: 5)) - 2) / 8
        row[.bid] = mid - Double(random.index(below: 3) + 1) / 8
        row[.ask] = mid + Double(random.index(below: 3) + 1) / 8
        row[.price] = mid + (Double(random.index(below: 7)) - 3) / 8
        row[.size] = Double(random.index(below: 9) + 1)
        row[.bidSize] = Double(random.index(below: 9))
        row[.askSize] = Double(random.index(below: 9))
        row[.side] = Double(random.index(below: 3)) - 1
        // The first times rise, so that rates exist from their look-back on.
        row[.time, default: 0] += Double(random.index(below: 9)) / 4 + (index < 60 ? 0.25 : -0.5)
      }
      for (input, value) in row { table[input, default: []].append(value) }
    }
    return table
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

  @Test("and keeps them with every kind of moving average", arguments: MovingAverageType.allCases)
  func averages(_ type: MovingAverageType) throws {
    // MAMA's results are of rounding noise on a flat input, which twice the price changes.
    guard type != .mama else { return }
    for definition in IndicatorCatalogue.definitions
    where definition.parameters.contains(where: { $0.name.hasSuffix("matype") }) {
      // What a missing value does depends on the kind: the definition tells it of the default.
      let values = definition.parameters.map { parameter in
        parameter.name.hasSuffix("matype") ? Double(type.rawValue) : parameter.defaultValue
      }
      let indicator = try IndicatorCatalogue.make(definition.name, values)
      let columns = Self.columns(of: definition, count: 300, seed: 4)
      let problems = try check(indicator, columns).filter { !$0.contains("missing") && !$0.contains("power of two") }
      #expect(problems.isEmpty, "\(definition.name)\(values): \(problems)")
    }
  }

  private func check(_ indicator: some Indicator, _ columns: [[Double]]) throws -> [String] {
    try IndicatorCheck.problems(of: indicator, on: columns)
  }
}
