extension IndicatorCatalogue {
  static let statistic: [any Indicator.Type] = []
}
