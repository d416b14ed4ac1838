extension IndicatorRecipe {
  /// The first column that reads a column of the bar or the tick, or nil.
  ///
  /// A caller whose rows lack one (a file of bars without volumes) can refuse before it computes.
  public func firstColumn(reading input: IndicatorDefinition.Input) -> Column? {
    columns.first { $0.expression.reads(source.place(of: input), in: source) }
  }
}

extension IndicatorExpression {
  fileprivate func reads(_ place: Int?, in source: IndicatorRecipe.Source) -> Bool {
    switch self {
    case .column(let column): return source.defaultPlace(of: column, at: 0) == place
    case .function(let name, let inputs, _, _):
      if !inputs.isEmpty { return inputs.contains { $0.reads(place, in: source) } }
      // A recipe holds no name that is not known.
      let own = (try? IndicatorCatalogue.type(named: name).definition.inputs) ?? []
      return own.enumerated().contains { source.defaultPlace(of: $1, at: $0) == place }
    }
  }
}
