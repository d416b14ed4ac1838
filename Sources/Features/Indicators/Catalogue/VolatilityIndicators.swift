extension IndicatorCatalogue {
  static let volatility: [any Indicator.Type] = []
}
