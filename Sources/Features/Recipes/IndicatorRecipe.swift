public import Foundation

/// Columns to compute from bars or from ticks, each a name and an expression: what to compute as data, not code.
///
/// Read from and written as JSON: `{"version": 1, "columns": [{"name": "strength", "expression": "ZSCORE(RSI(14), 100)"}]}`;
/// an expression may also be a tree of objects, which is what is written. `"source": "ticks"` makes it one of ticks:
/// `OFI(20)`, `RSI(price, 14)`.
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

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case name
      case expression
    }

    /// Reads a column and checks it.
    public init(from decoder: any Decoder) throws {
      let fields = try RecipeFields<CodingKeys>(decoder)
      try fields.refuseKeys()
      try self.init(name: fields.value(.name), expression: fields.value(.expression))
    }
  }

  /// What the rows are that a recipe reads.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
    /// Open, high, low, close, volume: ``OHLCV``.
    case bars
    /// Price, size, bid, ask, their sizes, side and time: ``TradeQuote``.
    case ticks

    /// The row's columns, in order.
    public var columns: [IndicatorDefinition.Input] {
      let all = IndicatorDefinition.Input.allCases
      return self == .bars ? all.filter { $0.barPlace != nil } : all.filter { $0.tickPlace != nil }
    }

    /// Whether a row has the column, or any stands for it.
    func has(_ column: IndicatorDefinition.Input) -> Bool { column.place == nil || place(of: column) != nil }

    /// The place of a column in the row.
    func place(of column: IndicatorDefinition.Input) -> Int? { self == .bars ? column.barPlace : column.tickPlace }

    /// The place of what an input reads where nothing is said: the close or the price, and the volume or the size second.
    func defaultPlace(of input: IndicatorDefinition.Input, at index: Int) -> Int {
      place(of: input) ?? (self == .bars ? (index == 0 ? 3 : 4) : min(index, 1))
    }
  }

  /// The version of the recipe format that this library writes.
  public static let currentVersion = 1

  /// Format version; 1.
  public let version: Int
  /// What it reads.
  public let source: Source
  /// The columns, in order.
  public let columns: [Column]

  /// Makes a recipe.
  ///
  /// - Throws: ``FeatureError``: `invalidOption` if there is no column, a name is empty or repeated, or an input is none of the source's;
  ///   and what ``IndicatorExpression/check()`` throws.
  public init(columns: [Column], source: Source = .bars) throws(FeatureError) {
    guard !columns.isEmpty else {
      throw FeatureError(.invalidOption, "'columns' is empty; a recipe needs at least one, of a name and an expression")
    }
    var places: [String: Int] = [:]
    for (place, column) in columns.enumerated() {
      guard !column.name.allSatisfy(\.isWhitespace) else {
        throw FeatureError(
          .invalidOption, "'columns[\(place)]' has the name '\(column.name)'; a name that is not blank is needed")
      }
      if let other = places.updateValue(place, forKey: column.name) {
        throw FeatureError(
          .invalidOption,
          "'columns[\(other)]' and 'columns[\(place)]' both have the name '\(column.name)'; each column needs one of its own"
        )
      }
      do {
        try column.expression.check()
        try column.expression.check(for: source)
      } catch {
        throw FeatureError(error.code, "column '\(column.name)': \(error.message)")
      }
    }
    version = Self.currentVersion
    self.source = source
    self.columns = columns
  }

  /// All results of functions, as compute-features names them: the expression, with `_1`, `_2` and so on for each of
  /// several results; `MACD#2` and `MACD#macdsignal` are `MACD_2` alone.
  ///
  /// - Parameters:
  ///   - functions: Such as `RSI(14),MACD(12,26,9),CDLDOJI`, or `OFI(20),ZSCORE(MICROPRICE, 100)` of ticks.
  ///   - source: What they read.
  /// - Throws: As ``IndicatorExpression/init(parsing:)`` and ``init(columns:source:)``.
  public init(functions: String, source: Source = .bars) throws(FeatureError) {
    var columns: [Column] = []
    for (expression, namesResult) in try IndicatorExpression.items(parsing: functions) {
      try expression.check(for: source)
      guard case .function(let name, let inputs, let parameters, let chosen) = expression,
        // The list has checked the name: without a definition there is nothing to number.
        let count = try? IndicatorCatalogue.type(named: name).definition.outputs.count, count > 1
      else {
        columns.append(Column(name: expression.text, expression: expression))
        continue
      }
      let first = IndicatorExpression.function(name: name, inputs: inputs, parameters: parameters, result: 0)
      for result in namesResult ? chosen..<chosen + 1 : 0..<count {
        let own = IndicatorExpression.function(name: name, inputs: inputs, parameters: parameters, result: result)
        columns.append(Column(name: "\(first.text)_\(result + 1)", expression: own))
      }
    }
    try self.init(columns: columns, source: source)
  }

  /// Reads a recipe from JSON.
  ///
  /// - Throws: ``FeatureError``: `invalidFormat` for what is not JSON, lacks a field or is of another type, with the place, what is
  ///   there and what is needed; `unknownName` for an unknown key, with all that are allowed; `stateMismatch` for another version;
  ///   and what ``init(columns:source:)`` and ``IndicatorExpression/init(parsing:)`` throw.
  public init(json: Data) throws(FeatureError) { self = try FeatureError.recipe(Self.self, json: json) }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case version
    case source
    case columns
  }

  /// Reads a recipe and checks it; without a source it is of bars.
  public init(from decoder: any Decoder) throws {
    let fields = try RecipeFields<CodingKeys>(decoder)
    try fields.checkVersion(.version, Self.currentVersion)
    try self.init(columns: fields.value(.columns), source: fields.choice(.source) ?? .bars)
  }
}
