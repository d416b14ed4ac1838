import Foundation

/// Computes a recipe's columns from bars, over history or bar by bar, from one state.
///
/// Functions that several columns share are computed once. A missing number in a bar is NaN; each function treats it by
/// its own rule, see ``IndicatorDefinition/MissingValues``.
public struct IndicatorEngine: Sendable {
  /// A function of the recipe, its inputs and where its results are.
  private struct Node: Sendable {
    var indicator: any Indicator
    /// Numbers of the columns it reads: the five of the bar, then results of earlier nodes.
    let inputs: [Int]
    let firstOutput: Int
  }

  private static let barColumns = 5

  /// What is computed.
  public let recipe: IndicatorRecipe
  private var nodes: [Node] = []
  /// For each column of the recipe the number of the column that holds it.
  private var results: [Int] = []
  private var columnCount = IndicatorEngine.barColumns
  /// Bars taken.
  public private(set) var barCount = 0

  /// Makes an engine that has seen nothing.
  public init(recipe: IndicatorRecipe) {
    self.recipe = recipe
    var places: [IndicatorExpression: Int] = [:]
    do {
      for column in recipe.columns { results.append(try place(of: column.expression, &places)) }
    } catch {
      preconditionFailure("a checked recipe was refused: \(error)")
    }
  }

  private mutating func place(
    of expression: IndicatorExpression, _ places: inout [IndicatorExpression: Int]
  ) throws(FeatureError) -> Int {
    guard case .function(let name, let given, let parameters, let result) = expression else {
      if case .column(let column) = expression { return column.barPlace ?? 3 }
      return 3
    }
    let whole = IndicatorExpression.function(name: name, inputs: given, parameters: parameters, result: 0)
    if let first = places[whole] { return first + result }
    let indicator = try IndicatorCatalogue.make(name, parameters)
    let definition = type(of: indicator).definition
    var inputs: [Int] = []
    for (index, input) in definition.inputs.enumerated() {
      inputs.append(given.isEmpty ? input.barPlace ?? (index == 0 ? 3 : 4) : try place(of: given[index], &places))
    }
    places[whole] = columnCount
    nodes.append(Node(indicator: indicator, inputs: inputs, firstOutput: columnCount))
    columnCount += definition.outputs.count
    return columnCount - definition.outputs.count + result
  }

  /// Bars before each column can have its first value, in the order of the recipe.
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

  /// Takes bars, oldest first, and returns the recipe's columns for them.
  ///
  /// - Parameter bars: Open, high, low, close and volume: columns of one length; NaN where a number is missing.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if there are not five columns of one length.
  public mutating func append(_ bars: [[Double]]) throws(FeatureError) -> [[Double]] {
    guard bars.count == Self.barColumns, let count = bars.first?.count, bars.allSatisfy({ $0.count == count }) else {
      throw FeatureError(
        .shapeMismatch,
        "open, high, low, close and volume of one length are needed; columns of \(bars.map(\.count)) rows "
          + "were given")
    }
    var storage = [Double](repeating: .nan, count: count * columnCount)
    for (index, column) in bars.enumerated() {
      storage.replaceSubrange(index * count..<(index + 1) * count, with: column)
    }
    run(&storage, count)
    barCount += count
    return results.map { Array(storage[$0 * count..<($0 + 1) * count]) }
  }

  /// Takes the next bar and returns the recipe's columns for it.
  public mutating func update(_ bar: OHLCV) -> [Double] {
    var row = firstRow(bar)
    run(&row, 1)
    barCount += 1
    return results.map { row[$0] }
  }

  /// The recipe's columns for a bar that still forms; the state stays.
  public func peek(_ bar: OHLCV) -> [Double] {
    var row = firstRow(bar)
    row.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for node in nodes {
        node.indicator.peek(
          inputs(of: node, base, 1), into: OutputColumns(base: base + node.firstOutput, stride: 1))
      }
    }
    return results.map { row[$0] }
  }

  private func firstRow(_ bar: OHLCV) -> [Double] {
    [bar.open, bar.high, bar.low, bar.close, bar.volume]
      + [Double](repeating: .nan, count: columnCount - Self.barColumns)
  }

  private mutating func run(_ storage: inout [Double], _ count: Int) {
    guard count > 0 else { return }
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for index in nodes.indices {
        let inputs = inputs(of: nodes[index], base, count)
        let outputs = OutputColumns(base: base + nodes[index].firstOutput * count, stride: count)
        nodes[index].indicator.run(inputs, count: count, into: outputs)
      }
    }
  }

  private func inputs(of node: Node, _ base: UnsafeMutablePointer<Double>, _ count: Int) -> InputColumns {
    InputColumns(
      node.inputs.map { UnsafePointer(base + $0 * count) }, for: type(of: node.indicator).definition.inputs)
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
