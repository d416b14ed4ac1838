extension IndicatorCatalogue {
  static let price: [any Indicator.Type] = []
}
