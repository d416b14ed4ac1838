extension IndicatorCatalogue {
  static let mathOperators: [any Indicator.Type] = []
}
