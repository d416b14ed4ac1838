/// Every indicator of the library by name.
public enum IndicatorCatalogue {
  /// The types, family after family, in alphabetical order within each.
  public static let all: [any Indicator.Type] = families.flatMap { $0 }

  private static let families: [[any Indicator.Type]] = [
    cycle, mathOperators, mathTransforms, momentum, overlap, patterns, price, statistic, volatility, volume, transforms,
    microstructure,
  ]

  /// The definitions, in the order of ``all``.
  public static var definitions: [IndicatorDefinition] { all.map { $0.definition } }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.definition.name, $0) })

  /// The names in alphabetical order.
  static let names = byName.keys.sorted()

  /// The type of a name, in capitals or not.
  ///
  /// - Throws: ``FeatureError`` with code `unknownName`, and the nearest name if one is near.
  public static func type(named name: String) throws(FeatureError) -> any Indicator.Type {
    let wanted = name.uppercased()
    if let type = byName[wanted] { return type }
    throw FeatureError(.unknownName, "there is no function '\(name)'\(suggestion(for: name, among: names))")
  }

  /// Makes an indicator of its name and parameters in the order of its definition.
  ///
  /// - Throws: ``FeatureError``: `unknownName` for the name, `invalidOption` for a parameter.
  public static func make(_ name: String, _ parameters: [Double] = []) throws(FeatureError) -> any Indicator {
    let type = try type(named: name)
    return try type.init(parameters: IndicatorParameters(parameters, for: type.definition))
  }

  /// A function in one line: its call with the defaults, inputs, results, look-back with the defaults, family and summary, as in
  /// `RSI(timeperiod=14): real -> real; look-back 14; momentum: relative strength index`.
  ///
  /// - Throws: ``FeatureError`` with code `unknownName`, and the nearest name if one is near.
  public static func describe(_ name: String) throws(FeatureError) -> String {
    let indicator = try make(name)
    let definition = Swift.type(of: indicator).definition
    let parameters = definition.parameters.map { "\($0.name)=\(plain($0.defaultValue))" }
    let call = definition.name + (parameters.isEmpty ? "" : "(\(parameters.joined(separator: ", ")))")
    let inputs = definition.inputs.map(\.rawValue).joined(separator: ", ")
    return "\(call): \(inputs) -> \(definition.outputs.joined(separator: ", ")); look-back \(indicator.lookback); "
      + "\(definition.group.rawValue): \(definition.summary)"
  }

  /// The definitions whose name, family or summary holds a text, in any case, in the order of ``all``; all for an empty text.
  ///
  /// - Complexity: O(definitions).
  public static func definitions(matching text: String) -> [IndicatorDefinition] {
    let wanted = text.lowercased()
    return definitions.filter { definition in
      wanted.isEmpty
        || [definition.name, definition.group.rawValue, definition.summary].contains {
          $0.lowercased().contains(wanted)
        }
    }
  }
}
