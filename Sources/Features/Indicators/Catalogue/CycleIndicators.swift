extension IndicatorCatalogue {
  static let cycle: [any Indicator.Type] = [
    HT_DCPERIOD.self, HT_DCPHASE.self, HT_PHASOR.self, HT_SINE.self, HT_TRENDMODE.self,
  ]
}
