extension IndicatorCatalogue {
  static let volatility: [any Indicator.Type] = [
    ADR.self, ATR.self, CVI.self, MASSI.self, NATR.self, RVI.self, TRANGE.self,
  ]
}
