import Foundation

/// Rules that every indicator keeps, checked on columns of the caller's choice.
///
/// They are what makes one definition serve history and live data: the same bits over columns, value by value, after a
/// restart and in a prefix. The tests run it over every indicator of the catalogue.
///
/// ```swift
/// let problems = try IndicatorCheck.problems(of: RSI(timePeriod: 14), on: [closes])
/// ```
public enum IndicatorCheck {
  /// What is wrong with an indicator, in sentences; empty if it keeps every rule.
  ///
  /// - Parameters:
  ///   - indicator: The indicator in its first state.
  ///   - columns: Finite values in the order of the definition's inputs, several times the look-back, and for indicators
  ///     with `isHomogeneous` not so large that twice them overflow.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if columns are missing or of different lengths; errors of coding.
  /// - Complexity: some twenty runs over the columns.
  public static func problems<I: Indicator>(of indicator: I, on columns: [[Double]]) throws -> [String] {
    let run = try CheckRun(indicator, columns)
    return try run.results() + run.lookBack() + run.chunks() + run.prefixes() + run.peeks() + run.copies()
      + run.restores() + run.missingValues() + run.scaling()
  }
}

/// One indicator on one set of columns.
private struct CheckRun<I: Indicator> {
  let indicator: I
  let columns: [[Double]]
  let whole: [[Double]]
  let count: Int

  init(_ indicator: I, _ columns: [[Double]]) throws {
    self.indicator = indicator
    self.columns = columns
    whole = try indicator.results(of: columns)
    count = columns[0].count
  }

  private var definition: IndicatorDefinition { I.definition }

  func results() -> [String] {
    var state = indicator
    var found = [[Double]](repeating: [], count: whole.count)
    for row in 0..<count {
      let result = update(&state, row)
      for index in found.indices { found[index].append(result[index]) }
    }
    return differences(whole, found, "value by value the result differs")
  }

  func lookBack() -> [String] {
    whole.enumerated().compactMap { index, column in
      let first = column.firstIndex { !$0.isNaN } ?? count
      if first == indicator.lookback { return nil }
      return "result \(index) exists from input \(first) on; its look-back is \(indicator.lookback)"
    }
  }

  func chunks() throws -> [String] {
    for size in [1, 3, indicator.lookback + 2, 61] {
      var state = indicator
      var found = [[Double]](repeating: [], count: whole.count)
      for start in stride(from: 0, to: count, by: size) {
        let part = try state.append(columns.map { Array($0[start..<min(start + size, count)]) })
        for index in found.indices { found[index] += part[index] }
      }
      let problems = differences(whole, found, "in chunks of \(size) the result differs")
      if !problems.isEmpty { return problems }
    }
    return []
  }

  func prefixes() throws -> [String] {
    for length in [indicator.lookback, indicator.lookback + 1, count / 2, count - 1] where length <= count {
      let part = try indicator.results(of: columns.map { Array($0[..<length]) })
      let problems = differences(whole.map { Array($0[..<length]) }, part, "the result changes with what comes later")
      if !problems.isEmpty { return problems }
    }
    return []
  }

  func peeks() -> [String] {
    var state = indicator
    for row in 0..<count {
      // Another value first: whatever a forming bar shows must leave no trace.
      _ = state.peek(input((row * 7 + 3) % count))
      let seen = state.peek(input(row))
      let taken = update(&state, row)
      for index in 0..<I.Output.count where !isSame(seen[index], taken[index]) {
        return ["at input \(row) a peek gives \(seen[index]), the update \(taken[index])"]
      }
      for index in 0..<I.Output.count where !isSame(taken[index], whole[index][row]) {
        return ["peeks change later results: input \(row)"]
      }
    }
    return []
  }

  func copies() throws -> [String] {
    let cut = count / 2
    var state = indicator
    _ = try state.append(columns.map { Array($0[..<cut]) })
    let copy = state
    // The copy goes another way, over columns and value by value.
    var other = copy
    _ = try other.append(columns.map { Array($0[..<cut].reversed()) })
    var another = copy
    for row in 0..<min(cut, 50) { _ = update(&another, row) }
    let rest = try state.append(columns.map { Array($0[cut...]) })
    return differences(whole.map { Array($0[cut...]) }, rest, "a copy changes the original")
  }

  func restores() throws -> [String] {
    for cut in [0, 1, indicator.lookback, indicator.lookback + 1, count / 3, count / 2 + 1] where cut < count {
      var state = indicator
      for row in 0..<cut { _ = update(&state, row) }
      var restored = try JSONDecoder().decode(I.self, from: JSONEncoder().encode(state))
      let rest = try restored.append(columns.map { Array($0[cut...]) })
      let problems = differences(
        whole.map { Array($0[cut...]) }, rest, "saved after \(counted(cut, "input")) and restored the result differs")
      if !problems.isEmpty { return problems }
    }
    return []
  }

  func missingValues() throws -> [String] {
    let lookback = indicator.lookback
    for place in [lookback / 2, lookback + 3, count / 2] where place + 2 * lookback + 4 < count {
      for column in columns.indices {
        var holed = columns
        holed[column][place] = .nan
        let found = try indicator.results(of: holed)
        // A result may do without an input; not all of them.
        if found.allSatisfy({ !$0[place].isNaN }) {
          return ["every result exists at a missing \(definition.inputs[column].rawValue)"]
        }
        let problems = try check(found, place)
        if !problems.isEmpty { return problems }
      }
    }
    return []
  }

  private func check(_ found: [[Double]], _ place: Int) throws -> [String] {
    let lookback = indicator.lookback
    switch definition.missing {
    case .window:
      let first = place + lookback + 1
      return differences(
        whole.map { Array($0[first...]) }, found.map { Array($0[first...]) },
        "a missing value at input \(place) changes results after its window")
    case .skipped:
      let without = try indicator.results(of: columns.map { $0.removing(place) })
      return differences(
        without, found.map { $0.removing(place) }, "a missing value at input \(place) is not as if it had not been")
    case .recovers:
      let first = place + 2 * lookback + 2
      return found.enumerated().compactMap { index, column in
        column[first...].contains { $0.isNaN } ? "result \(index) does not recover from a missing value" : nil
      }
    }
  }

  func scaling() throws -> [String] {
    guard definition.isHomogeneous else { return [] }
    let doubled = columns.enumerated().map { index, column in
      definition.inputs[index].isNoPrice && definition.inputs.count > 1 ? column : column.map { $0 * 2 }
    }
    let found = try indicator.results(of: doubled)
    return whole.indices.compactMap { index in
      let factors = [1, 2, 4, 0.5, 0.25]
      let holds = factors.contains { factor in
        zip(whole[index], found[index]).allSatisfy { ($0 * factor) == $1 || ($0.isNaN && $1.isNaN) }
      }
      return holds ? nil : "twice the prices do not give a power of two times result \(index)"
    }
  }

  private func input(_ row: Int) -> I.Input {
    let row = columns.map { $0[row] }
    return row.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an indicator has inputs") }
      return I.Input(InputColumns(row.indices.map { base + $0 }, for: definition.inputs), 0)
    }
  }

  private func update(_ state: inout I, _ row: Int) -> [Double] {
    let result = state.update(input(row))
    return (0..<I.Output.count).map { result[$0] }
  }

  private func differences(_ expected: [[Double]], _ found: [[Double]], _ text: String) -> [String] {
    for (index, pair) in zip(expected, found).enumerated() {
      guard pair.0.count == pair.1.count else {
        return ["\(text): \(counted(pair.1.count, "result")) for \(pair.0.count)"]
      }
      for row in pair.0.indices where !isSame(pair.0[row], pair.1[row]) {
        return ["\(text): result \(index), row \(row): \(pair.1[row]) for \(pair.0[row])"]
      }
    }
    return []
  }

  /// The same bits; one NaN is as good as another.
  private func isSame(_ a: Double, _ b: Double) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }
}

extension Array {
  fileprivate func removing(_ place: Int) -> [Element] { Array(self[..<place]) + Array(self[(place + 1)...]) }
}
