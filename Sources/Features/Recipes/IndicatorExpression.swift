/// A function of columns as data: `RSI(14)`, `ZSCORE(RSI(14), 100)`, `CORREL(close, SMA(volume, 20), 60)`.
///
/// In text a function is given its inputs first, then its parameters by place or by name, `RSI(timeperiod=14)`; what is left out
/// takes its default, and a function without inputs reads the columns that its definition names. `#2` or `#slowd` after a function
/// takes its second result. Names are TA-Lib's, in capitals or not. In JSON it is a text, or a tree of objects with the keys
/// `function`, `inputs`, `parameters` (by place) and `result` (from 0).
public indirect enum IndicatorExpression: Sendable, Hashable {
  /// A column of the bar or the tick; `real` is the close or the price.
  case column(IndicatorDefinition.Input)
  /// A function: its name, inputs (empty for those of its definition), parameters, and the number of the result from 0.
  case function(name: String, inputs: [IndicatorExpression], parameters: [Double], result: Int)

  /// The expression in text, in a normal form: equal expressions have equal texts.
  public var text: String {
    switch self {
    case .column(let column): return column.rawValue
    case .function(let name, let inputs, let parameters, let result):
      let arguments = inputs.map(\.text) + parameters.map(plain)
      return name + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
        + (result == 0 ? "" : "#\(result + 1)")
    }
  }

  /// Checks names, inputs and parameters.
  ///
  /// - Throws: ``FeatureError``: `unknownName` for a function, with the nearest one if one is near, or for a result, with all there are;
  ///   `invalidOption` for inputs and parameters.
  public func check() throws(FeatureError) {
    guard case .function(let name, let inputs, let parameters, let result) = self else { return }
    let definition = try IndicatorCatalogue.type(named: name).definition
    guard inputs.isEmpty || inputs.count == definition.inputs.count else {
      throw FeatureError(
        .invalidOption,
        "\(name) reads \(counted(definition.inputs.count, "column")) (\(definition.inputs.map(\.rawValue).joined(separator: ", "))); "
          + "\(counted(inputs.count, "input")) \(inputs.count == 1 ? "was" : "were") given")
    }
    _ = try IndicatorParameters(parameters, for: definition)
    guard definition.outputs.indices.contains(result) else { throw definition.unknownResult("\(result + 1)") }
    for input in inputs { try input.check() }
  }
}

extension IndicatorExpression {
  /// Refuses columns that rows of a source do not have.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption`, the function that reads the column, and all columns there are.
  func check(for source: IndicatorRecipe.Source) throws(FeatureError) {
    guard let (reader, column) = outside(source) else { return }
    let row = source == .bars ? "a bar" : "a tick"
    let all = source.columns.map(\.rawValue).joined(separator: ", ")
    throw FeatureError(
      .invalidOption,
      reader.map { "\($0) reads '\(column.rawValue)', which \(row) does not have; give its inputs by name, of \(all)" }
        ?? "'\(column.rawValue)' is a column that \(row) does not have; it has \(all)")
  }

  /// A column it reads that rows of a source do not have, and the function that reads it.
  private func outside(
    _ source: IndicatorRecipe.Source
  ) -> (reader: String?, column: IndicatorDefinition.Input)? {
    switch self {
    case .column(let column):
      return source.has(column) ? nil : (nil, column)
    case .function(let name, let inputs, _, _):
      for input in inputs {
        if let found = input.outside(source) { return (found.reader ?? name, found.column) }
      }
      // A name that is not known was refused before.
      let own = inputs.isEmpty ? (try? IndicatorCatalogue.type(named: name).definition.inputs) ?? [] : []
      return own.first { !source.has($0) }.map { (name, $0) }
    }
  }
}

extension IndicatorExpression: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case function
    case inputs
    case parameters
    case result
  }

  /// Reads a tree, or a text as ``init(parsing:)`` does.
  public init(from decoder: any Decoder) throws {
    // What is no text is a tree, and its errors are the ones to tell.
    if let container = try? decoder.singleValueContainer(), let text = try? container.decode(String.self) {
      self = try FeatureError.placed(decoder) { () throws(FeatureError) in try IndicatorExpression(parsing: text) }
      return
    }
    let tree = try RecipeFields<CodingKeys>(decoder, needed: IndicatorExpression.self)
    try tree.refuseKeys()
    let name: String = try tree.value(.function)
    self = .function(
      name: name.uppercased(), inputs: try tree.optional(.inputs) ?? [],
      parameters: try tree.optional(.parameters) ?? [],
      result: try tree.optional(.result) ?? 0)
    let own = self
    try FeatureError.placed(decoder) { () throws(FeatureError) in try own.check() }
  }

  /// Writes a column as its name and a function as a tree.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .column(let column):
      var container = encoder.singleValueContainer()
      try container.encode(column.rawValue)
    case .function(let name, let inputs, let parameters, let result):
      var tree = encoder.container(keyedBy: CodingKeys.self)
      try tree.encode(name, forKey: .function)
      if !inputs.isEmpty { try tree.encode(inputs, forKey: .inputs) }
      if !parameters.isEmpty { try tree.encode(parameters, forKey: .parameters) }
      if result != 0 { try tree.encode(result, forKey: .result) }
    }
  }
}
