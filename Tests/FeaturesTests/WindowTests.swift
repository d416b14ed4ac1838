import Compute
import Features
import Testing

/// Windows of every kind against their definitions, computed anew for each place; over columns of many lengths, in pieces.
@Suite("Windows against their definitions") struct WindowTests {
  private static let lengths = [2, 3, 4, 5, 7, 8, 9, 14, 15, 16, 17, 20, 31, 32, 33, 63, 64, 65, 100]
  private static let pieces = [1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 64, 127, 255, 1023, 1025, 1500]

  /// A walk on a grid, so that there are ties.
  private static func walk(_ seed: UInt64, _ count: Int = 4500) -> [Double] {
    var random = RandomStream(seed: seed)
    var value = 100.0
    return (0..<count).map { _ in
      value += ((random.uniform() - 0.5) * 8).rounded() / 4
      return value
    }
  }

  /// The results of pieces put together; they must not differ from those of the whole in a bit.
  private static func inPieces<I: Indicator>(_ indicator: I, _ columns: [[Double]]) throws -> [[Double]] {
    let whole = try indicator.results(of: columns)
    var state = indicator
    var start = 0
    var turn = 0
    while start < columns[0].count {
      let end = min(columns[0].count, start + pieces[turn % pieces.count])
      let part = try state.append(columns.map { Array($0[start..<end]) })
      for (output, values) in part.enumerated() {
        for (offset, value) in values.enumerated() {
          #expect(value.bitPattern == whole[output][start + offset].bitPattern, "row \(start + offset)")
        }
      }
      start = end
      turn += 1
    }
    return whole
  }

  private static func check(_ found: [Double], _ length: Int, tolerance: Double, _ expected: (Int) -> Double) {
    for row in found.indices where row >= length - 1 {
      let wanted = expected(row)
      if !(abs(found[row] - wanted) <= tolerance * max(1, abs(wanted))) {
        Issue.record("row \(row) of a window of \(length): \(found[row]), not \(wanted)")
        return
      }
    }
  }

  @Test("sums and weighted sums", arguments: lengths) func sums(_ length: Int) throws {
    let values = Self.walk(1)
    // Quarters: all sums are exact.
    let sums = try Self.inPieces(SUM(timePeriod: length), [values])[0]
    Self.check(sums, length, tolerance: 0) { row in values[row - length + 1...row].reduce(0, +) }
    let means = try Self.inPieces(WMA(timePeriod: length), [values])[0]
    Self.check(means, length, tolerance: 1e-13) { row in
      let weighted = (0..<length).reduce(0.0) { $0 + Double($1 + 1) * values[row - length + 1 + $1] }
      return weighted / Double(length * (length + 1) / 2)
    }
  }

  @Test("extrema and their places", arguments: lengths) func extrema(_ length: Int) throws {
    let values = Self.walk(2)
    let window = { (row: Int) in values[row - length + 1...row] }
    Self.check(try Self.inPieces(MAX(timePeriod: length), [values])[0], length, tolerance: 0) { window($0).max() ?? 0 }
    Self.check(try Self.inPieces(MIN(timePeriod: length), [values])[0], length, tolerance: 0) { window($0).min() ?? 0 }
    // TA-Lib's rule of ties, step by step.
    var held = -1
    let places = values.indices.map { row -> Double in
      guard row >= length - 1 else { return .nan }
      let largest = window(row).max() ?? 0
      if held <= row - length {
        held = window(row).firstIndex(of: largest) ?? 0
      } else if values[row] >= largest {
        held = row
      }
      return Double(held)
    }
    Self.check(try Self.inPieces(MAXINDEX(timePeriod: length), [values])[0], length, tolerance: 0) { places[$0] }
    let lows = values.map { $0 - 1 }
    let aroon = try Self.inPieces(AROON(timePeriod: length), [values, lows])
    Self.check(aroon[1], length + 1, tolerance: 1e-14) { row in
      let wider = values[row - length...row]
      let newest = wider.lastIndex(of: wider.max() ?? 0) ?? 0
      return 100 * Double(newest - (row - length)) / Double(length)
    }
  }

  @Test("variances and correlations", arguments: lengths) func moments(_ length: Int) throws {
    let (x, y) = (Self.walk(3), Self.walk(4))
    func deviations(_ values: [Double], _ row: Int) -> [Double] {
      let window = values[row - length + 1...row]
      let mean = window.reduce(0, +) / Double(length)
      return window.map { $0 - mean }
    }
    let variances = try Self.inPieces(VAR(timePeriod: length), [x])[0]
    Self.check(variances, length, tolerance: 1e-12) { row in
      deviations(x, row).reduce(0) { $0 + $1 * $1 } / Double(length)
    }
    let correlations = try Self.inPieces(CORREL(timePeriod: length), [x, y])[0]
    Self.check(correlations, length, tolerance: 1e-11) { row in
      let (a, b) = (deviations(x, row), deviations(y, row))
      let scale = (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }).squareRoot()
      return scale > 0 ? zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / scale : 0
    }
  }

  @Test("equal values vary by nothing, whatever their size", arguments: lengths) func constants(_ length: Int) throws {
    for value in [0.1, 1.0 / 3, 12_345.678_9, 1e-9, -7e12] {
      let values = [Double](repeating: value, count: 3 * length)
      let variances = try VAR(timePeriod: length).values(over: values)
      #expect(variances[(length - 1)...].allSatisfy { $0 == 0 }, "a constant of \(value)")
      let correlations = try CORREL(timePeriod: length).results(of: [values, Self.walk(5, values.count)])[0]
      #expect(correlations[(length - 1)...].allSatisfy { $0 == 0 }, "a constant of \(value)")
    }
  }
}

/// Columns longer than a chunk and a tile, with what seldom happens, against one update after the other.
@Suite("Long columns of every indicator") struct LongColumnTests {
  private static func columns(of definition: IndicatorDefinition) -> [[Double]] {
    var columns = IndicatorCheckTests.columns(of: definition, count: 9_500, seed: 77)
    for place in columns.indices {
      let isVolume = definition.inputs[place] == .volume
      for row in columns[place].indices {
        // No volume for a while, prices below zero for a while, and zeros.
        if isVolume, (5_000..<5_200).contains(row) { columns[place][row] = 0 }
        if !isVolume, (6_000..<6_400).contains(row) { columns[place][row] -= 100 }
      }
    }
    return columns
  }

  private static func update<I: Indicator>(_ indicator: I, _ columns: [[Double]]) -> [[Double]] {
    var state = indicator
    var results = [[Double]](repeating: [], count: I.Output.count)
    let pointers = columns.map { column in
      let copy = UnsafeMutablePointer<Double>.allocate(capacity: column.count)
      copy.initialize(from: column, count: column.count)
      return copy
    }
    defer { pointers.forEach { $0.deallocate() } }
    let inputs = InputColumns(pointers.map { UnsafePointer($0) }, for: I.definition.inputs)
    for row in columns[0].indices {
      let output = state.update(I.Input(inputs, row))
      for index in 0..<I.Output.count { results[index].append(output[index]) }
    }
    return results
  }

  private static func check<I: Indicator>(_ indicator: I, _ columns: [[Double]]) throws {
    let found = try indicator.results(of: columns)
    let expected = update(indicator, columns)
    for index in found.indices {
      for row in found[index].indices {
        let (a, b) = (found[index][row], expected[index][row])
        guard a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) else {
          Issue.record("result \(index) of row \(row): \(a) over columns, \(b) by updates")
          return
        }
      }
    }
  }

  @Test("have the bits of single updates", arguments: IndicatorCheckTests.names) func long(_ name: String) throws {
    let indicator = try IndicatorCatalogue.make(name)
    try Self.check(indicator, Self.columns(of: type(of: indicator).definition))
  }

  @Test("have them with missing numbers at the ends of chunks", arguments: IndicatorCheckTests.names)
  func gaps(_ name: String) throws {
    let indicator = try IndicatorCatalogue.make(name)
    var columns = Self.columns(of: type(of: indicator).definition)
    for row in [4_095, 4_096, 4_159, 4_160, 8_255, 8_256, 9_499] { columns[row % columns.count][row] = .nan }
    try Self.check(indicator, columns)
  }

  @Test("have them where results go past the caches") func veryLong() throws {
    var random = RandomStream(seed: 9)
    let columns = (0..<2).map { _ in (0..<(1 << 20) + 3).map { _ in random.uniform() * 9 + 1 } }
    for name in ["ADD", "DIV"] {
      let found = try IndicatorCatalogue.make(name).results(of: columns)[0]
      let expected = zip(columns[0], columns[1]).map { name == "ADD" ? $0 + $1 : $0 / $1 }
      #expect(found == expected)
    }
  }
}
