/// A function of columns as data: `RSI(14)`, `ZSCORE(RSI(14), 100)`, `CORREL(close, SMA(volume, 20), 60)`.
///
/// In text a function is given its inputs first, then its parameters; what is left out at the end takes its default, and a
/// function without inputs reads the columns that its definition names. `#2` after a function takes its second result.
/// Names are TA-Lib's, in capitals or not. In JSON it is a tree of objects.
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
  /// - Throws: ``FeatureError``: `unknownName` with the nearest name there is, `invalidOption` for inputs and parameters.
  public func check() throws(FeatureError) {
    guard case .function(let name, let inputs, let parameters, let result) = self else { return }
    let definition = try IndicatorCatalogue.type(named: name).definition
    guard inputs.isEmpty || inputs.count == definition.inputs.count else {
      throw FeatureError(
        .invalidOption,
        "\(name) reads \(definition.inputs.count) columns (\(definition.inputs.map(\.rawValue).joined(separator: ", "))); "
          + "\(inputs.count) were given")
    }
    _ = try IndicatorParameters(parameters, for: definition)
    guard definition.outputs.indices.contains(result) else {
      throw FeatureError(
        .invalidOption, "\(name) has \(definition.outputs.count) results; number \(result + 1) was asked for")
    }
    for input in inputs { try input.check() }
  }
}

extension IndicatorExpression {
  /// A column it reads that rows of a source do not have, or nil.
  func columnOutside(_ source: IndicatorRecipe.Source) -> IndicatorDefinition.Input? {
    switch self {
    case .column(let column):
      return source.has(column) ? nil : column
    case .function(let name, let inputs, _, _):
      if !inputs.isEmpty { return inputs.lazy.compactMap { $0.columnOutside(source) }.first }
      // A name that is not known was refused before.
      let own = IndicatorCatalogue.definitions.first { $0.name == name }?.inputs ?? []
      return own.first { !source.has($0) }
    }
  }
}

extension IndicatorExpression: Codable {
  private enum CodingKeys: String, CodingKey {
    case function
    case inputs
    case parameters
    case result
  }

  /// Reads a tree, or a text as ``init(parsing:)`` does.
  public init(from decoder: any Decoder) throws {
    // What is no text is a tree, and its errors are the ones to tell.
    if let container = try? decoder.singleValueContainer(), let text = try? container.decode(String.self) {
      self = try IndicatorExpression(parsing: text)
      return
    }
    let tree = try decoder.container(keyedBy: CodingKeys.self)
    self = .function(
      name: try tree.decode(String.self, forKey: .function).uppercased(),
      inputs: try tree.decodeIfPresent([IndicatorExpression].self, forKey: .inputs) ?? [],
      parameters: try tree.decodeIfPresent([Double].self, forKey: .parameters) ?? [],
      result: try tree.decodeIfPresent(Int.self, forKey: .result) ?? 0)
    try check()
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
