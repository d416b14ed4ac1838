extension IndicatorCatalogue {
  static let mathTransforms: [any Indicator.Type] = []
}
