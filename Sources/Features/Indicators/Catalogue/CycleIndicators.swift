extension IndicatorCatalogue {
  static let cycle: [any Indicator.Type] = []
}
