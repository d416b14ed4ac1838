import Foundation

/// Computes a recipe's columns from bars or ticks, over history or one by one, from one state.
///
/// Functions that several columns share are computed once. A missing number in a row is NaN; each function treats it by
/// its own rule, see ``IndicatorDefinition/MissingValues``.
public struct IndicatorEngine: Sendable {
  /// A function of the recipe, its inputs and where its results are.
  private struct Node: Sendable {
    var indicator: any Indicator
    /// Numbers of the columns it reads: those of the row, then results of earlier nodes.
    let inputs: [Int]
    /// The column behind each of its pointers.
    let slots: SIMD8<Int>
    let firstOutput: Int
  }

  /// What is computed.
  public let recipe: IndicatorRecipe
  private var nodes: [Node] = []
  /// For each column of the recipe the number of the column that holds it.
  private var results: [Int] = []
  private var columnCount: Int
  /// A row of all columns, for one update after another.
  private var row: [Double]
  /// Rows taken: bars, or ticks.
  public private(set) var barCount = 0

  /// Makes an engine that has seen nothing.
  public init(recipe: IndicatorRecipe) {
    self.recipe = recipe
    columnCount = recipe.source.columns.count
    row = []
    var places: [IndicatorExpression: Int] = [:]
    do {
      for column in recipe.columns { results.append(try place(of: column.expression, &places)) }
    } catch {
      preconditionFailure("a checked recipe was refused: \(error)")
    }
    row = [Double](repeating: .nan, count: columnCount)
  }

  private mutating func place(
    of expression: IndicatorExpression, _ places: inout [IndicatorExpression: Int]
  ) throws(FeatureError) -> Int {
    guard case .function(let name, let given, let parameters, let result) = expression else {
      if case .column(let column) = expression { return recipe.source.defaultPlace(of: column, at: 0) }
      return 0
    }
    let whole = IndicatorExpression.function(name: name, inputs: given, parameters: parameters, result: 0)
    if let first = places[whole] { return first + result }
    let indicator = try IndicatorCatalogue.make(name, parameters)
    let definition = type(of: indicator).definition
    var inputs: [Int] = []
    for (index, input) in definition.inputs.enumerated() {
      inputs.append(
        given.isEmpty ? recipe.source.defaultPlace(of: input, at: index) : try place(of: given[index], &places))
    }
    places[whole] = columnCount
    nodes.append(
      Node(
        indicator: indicator, inputs: inputs, slots: InputColumns.slots(inputs, for: definition.inputs),
        firstOutput: columnCount))
    columnCount += definition.outputs.count
    return columnCount - definition.outputs.count + result
  }

  /// Rows before each column can have its first value, in the order of the recipe.
  public var lookbacks: [Int] {
    var own = [Int](repeating: 0, count: columnCount)
    for node in nodes {
      let before = node.inputs.map { own[$0] }.max() ?? 0
      for output in type(of: node.indicator).definition.outputs.indices {
        own[node.firstOutput + output] = before + node.indicator.lookback
      }
    }
    return results.map { own[$0] }
  }

  /// Takes bars or ticks, oldest first, and returns the recipe's columns for them.
  ///
  /// - Parameter columns: Those of the recipe's ``IndicatorRecipe/Source/columns``, of one length: open, high, low, close and
  ///   volume of bars; price, size, bid, ask, bid size, ask size, side and time in seconds of ticks. NaN where a number is missing.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if they are not so many of one length.
  public mutating func append(_ columns: [[Double]]) throws(FeatureError) -> [[Double]] {
    let names = recipe.source.columns.map(\.rawValue)
    guard columns.count == names.count, let count = columns.first?.count, columns.allSatisfy({ $0.count == count })
    else {
      throw FeatureError(
        .shapeMismatch,
        "\(names.joined(separator: ", ")) of one length are needed; columns of \(columns.map(\.count)) rows were given")
    }
    var storage = [Double](repeating: .nan, count: count * columnCount)
    for (index, column) in columns.enumerated() {
      storage.replaceSubrange(index * count..<(index + 1) * count, with: column)
    }
    run(&storage, count)
    barCount += count
    return results.map { Array(storage[$0 * count..<($0 + 1) * count]) }
  }

  private mutating func run(_ storage: inout [Double], _ count: Int) {
    guard count > 0 else { return }
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for index in nodes.indices {
        let inputs = InputColumns(UnsafePointer(base), stride: count, slots: nodes[index].slots)
        let outputs = OutputColumns(base: base + nodes[index].firstOutput * count, stride: count)
        nodes[index].indicator.run(inputs, count: count, into: outputs)
      }
    }
  }
}

// MARK: - One row after another

extension IndicatorEngine {
  /// Takes the next bar and returns the recipe's columns for it.
  ///
  /// - Precondition: The recipe is one of bars.
  public mutating func update(_ bar: OHLCV) -> [Double] {
    take(bar)
    return results.map { row[$0] }
  }

  /// Takes the next tick and returns the recipe's columns for it.
  ///
  /// - Precondition: The recipe is one of ticks.
  public mutating func update(_ tick: TradeQuote) -> [Double] {
    take(tick)
    return results.map { row[$0] }
  }

  /// Takes the next bar and writes the recipe's columns into a row, which is made as long as they are; no allocation else.
  ///
  /// - Precondition: The recipe is one of bars.
  public mutating func update(_ bar: OHLCV, into values: inout [Double]) {
    take(bar)
    copyResults(&values)
  }

  /// Takes the next tick and writes the recipe's columns into a row, which is made as long as they are; no allocation else.
  ///
  /// - Precondition: The recipe is one of ticks.
  public mutating func update(_ tick: TradeQuote, into values: inout [Double]) {
    take(tick)
    copyResults(&values)
  }

  /// The recipe's columns for a bar that still forms; the state stays.
  ///
  /// - Precondition: The recipe is one of bars.
  public func peek(_ bar: OHLCV) -> [Double] { peeked(bar) }

  /// The recipe's columns that a tick would have; the state stays.
  ///
  /// - Precondition: The recipe is one of ticks.
  public func peek(_ tick: TradeQuote) -> [Double] { peeked(tick) }

  private mutating func take(_ input: some RecipeRow) {
    // The row is taken out meanwhile, so that functions may change beside it.
    var row: [Double] = []
    swap(&row, &self.row)
    place(input, &row)
    barCount += 1
    row.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for index in nodes.indices {
        nodes[index].indicator.update(
          InputColumns(UnsafePointer(base), stride: 1, slots: nodes[index].slots),
          into: OutputColumns(base: base + nodes[index].firstOutput, stride: 1))
      }
    }
    swap(&row, &self.row)
  }

  private func peeked(_ input: some RecipeRow) -> [Double] {
    var row = row
    place(input, &row)
    row.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for node in nodes {
        node.indicator.peek(
          InputColumns(UnsafePointer(base), stride: 1, slots: node.slots),
          into: OutputColumns(base: base + node.firstOutput, stride: 1))
      }
    }
    return results.map { row[$0] }
  }

  private func place<Row: RecipeRow>(_ input: Row, _ row: inout [Double]) {
    precondition(Row.source == recipe.source, "a recipe of \(recipe.source) takes no row of \(Row.source)")
    input.write(into: &row)
  }

  private func copyResults(_ values: inout [Double]) {
    if values.count != results.count { values = [Double](repeating: .nan, count: results.count) }
    for index in results.indices { values[index] = row[results[index]] }
  }
}

extension IndicatorEngine: Codable {
  private enum CodingKeys: String, CodingKey {
    case recipe
    case barCount
    case states
  }

  /// Reads a saved engine; it goes on with the same bits.
  public init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    self.init(recipe: try saved.decode(IndicatorRecipe.self, forKey: .recipe))
    barCount = try saved.decode(Int.self, forKey: .barCount)
    var states = try saved.nestedUnkeyedContainer(forKey: .states)
    for index in nodes.indices {
      nodes[index].indicator = try restored(nodes[index].indicator, from: states.superDecoder())
    }
    guard states.isAtEnd else {
      throw FeatureError(.stateMismatch, "the saved engine has more states than its recipe has functions")
    }
  }

  /// Writes the recipe and the state of each function.
  public func encode(to encoder: any Encoder) throws {
    var saved = encoder.container(keyedBy: CodingKeys.self)
    try saved.encode(recipe, forKey: .recipe)
    try saved.encode(barCount, forKey: .barCount)
    var states = saved.nestedUnkeyedContainer(forKey: .states)
    for node in nodes { try node.indicator.encode(to: states.superEncoder()) }
  }
}

/// A state of the same type.
private func restored(_ indicator: some Indicator, from decoder: any Decoder) throws -> any Indicator {
  try type(of: indicator).init(from: decoder)
}
