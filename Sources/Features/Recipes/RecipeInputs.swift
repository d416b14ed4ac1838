extension IndicatorRecipe {
  /// The columns of a bar or a tick that the recipe reads, in the order of ``Source-swift.enum/columns``.
  ///
  /// A caller whose rows lack one of them (a file of bars without volumes) can refuse before it computes.
  public var inputs: [IndicatorDefinition.Input] {
    let read = Set(columns.flatMap { $0.expression.places(in: source) })
    return source.columns.enumerated().filter { read.contains($0.offset) }.map(\.element)
  }
}

extension IndicatorExpression {
  /// The places of a row that it reads; one may stand there twice.
  fileprivate func places(in source: IndicatorRecipe.Source) -> [Int] {
    switch self {
    case .column(let column): return [source.defaultPlace(of: column, at: 0)]
    case .function(let name, let inputs, _, _):
      if !inputs.isEmpty { return inputs.flatMap { $0.places(in: source) } }
      // A recipe holds no name that is not known.
      let own = IndicatorCatalogue.definitions.first { $0.name == name }?.inputs ?? []
      return own.enumerated().map { source.defaultPlace(of: $1, at: $0) }
    }
  }
}
