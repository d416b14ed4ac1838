/// Columns to compute from bars, each a name and an expression: what to compute as data, not code.
///
/// Read from and written as JSON: `{"version": 1, "columns": [{"name": "strength", "expression": "ZSCORE(RSI(14), 100)"}]}`;
/// an expression may also be a tree of objects, which is what is written.
public struct IndicatorRecipe: Sendable, Hashable, Codable {
  /// A column of the output.
  public struct Column: Sendable, Hashable, Codable {
    /// Its name.
    public let name: String
    /// What it holds.
    public let expression: IndicatorExpression

    /// Makes a column.
    public init(name: String, expression: IndicatorExpression) {
      self.name = name
      self.expression = expression
    }
  }

  /// The version of the recipe format that this library writes.
  public static let currentVersion = 1

  /// Format version; 1.
  public let version: Int
  /// The columns, in order.
  public let columns: [Column]

  /// Makes a recipe.
  ///
  /// - Throws: ``FeatureError``: `invalidOption` if there is no column, a name is repeated or an input is one of ticks; and what
  ///   ``IndicatorExpression/check()`` throws.
  public init(columns: [Column]) throws(FeatureError) {
    guard !columns.isEmpty, Set(columns.map(\.name)).count == columns.count else {
      throw FeatureError(
        .invalidOption,
        "a recipe needs columns, each of a name of its own: \(columns.map(\.name).joined(separator: ", "))")
    }
    for column in columns {
      try column.expression.check()
      if let missing = column.expression.columnOutsideBars {
        throw FeatureError(
          .invalidOption,
          "\(column.name) reads '\(missing.rawValue)', which a bar does not have; give its inputs by name")
      }
    }
    version = Self.currentVersion
    self.columns = columns
  }

  /// All results of functions, as compute-features names them: the expression, with `_1`, `_2` and so on for each of
  /// several results.
  ///
  /// - Parameter functions: Such as `RSI(14),MACD(12,26,9),CDLDOJI`.
  /// - Throws: As ``IndicatorExpression/init(parsing:)``.
  public init(functions: String) throws(FeatureError) {
    var columns: [Column] = []
    for expression in try IndicatorExpression.list(parsing: functions) {
      guard case .function(let name, let inputs, let parameters, 0) = expression,
        // The list has checked the name: without a definition there is nothing to number.
        let count = try? IndicatorCatalogue.type(named: name).definition.outputs.count, count > 1
      else {
        columns.append(Column(name: expression.text, expression: expression))
        continue
      }
      for result in 0..<count {
        let own = IndicatorExpression.function(name: name, inputs: inputs, parameters: parameters, result: result)
        columns.append(Column(name: "\(expression.text)_\(result + 1)", expression: own))
      }
    }
    try self.init(columns: columns)
  }

  private enum CodingKeys: String, CodingKey {
    case version
    case columns
  }

  /// Reads a recipe and checks it.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let version = try values.decode(Int.self, forKey: .version)
    guard version == Self.currentVersion else {
      throw FeatureError(.stateMismatch, "the recipe has version \(version); this library reads \(Self.currentVersion)")
    }
    try self.init(columns: values.decode([Column].self, forKey: .columns))
  }
}
