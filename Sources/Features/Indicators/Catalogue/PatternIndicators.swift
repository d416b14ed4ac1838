extension IndicatorCatalogue {
  static let patterns: [any Indicator.Type] = []
}
