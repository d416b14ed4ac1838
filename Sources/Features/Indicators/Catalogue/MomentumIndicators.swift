extension IndicatorCatalogue {
  static let momentum: [any Indicator.Type] = [RSI.self]
}
