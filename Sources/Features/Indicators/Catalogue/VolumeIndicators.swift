extension IndicatorCatalogue {
  static let volume: [any Indicator.Type] = []
}
