extension IndicatorCatalogue {
  static let overlap: [any Indicator.Type] = [EMA.self, SMA.self]
}
