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

  /// The type of a name, in capitals or not.
  ///
  /// - Throws: ``FeatureError`` with code `unknownName` and the nearest name there is.
  public static func type(named name: String) throws(FeatureError) -> any Indicator.Type {
    let wanted = name.uppercased()
    if let type = byName[wanted] { return type }
    let nearest = byName.keys.sorted().min { editDistance($0, wanted) < editDistance($1, wanted) } ?? ""
    throw FeatureError(.unknownName, "there is no function '\(name)'; the nearest is '\(nearest)'")
  }

  /// Makes an indicator of its name and parameters in the order of its definition.
  ///
  /// - Throws: ``FeatureError``: `unknownName` for the name, `invalidOption` for a parameter.
  public static func make(_ name: String, _ parameters: [Double] = []) throws(FeatureError) -> any Indicator {
    let type = try type(named: name)
    return try type.init(parameters: IndicatorParameters(parameters, for: type.definition))
  }
}
