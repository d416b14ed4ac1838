extension IndicatorCatalogue {
  static let overlap: [any Indicator.Type] = [
    ACCBANDS.self, BBANDS.self, DEMA.self, DONCHIAN.self, EMA.self, HMA.self, HT_TRENDLINE.self, KAMA.self,
    KC.self, MA.self, MAMA.self, MAVP.self, MIDPOINT.self, MIDPRICE.self, RMA.self, SAR.self, SAREXT.self,
    SMA.self, SUPERTREND.self, T3.self, TEMA.self, TRIMA.self, VWMA.self, WMA.self, ZLEMA.self,
  ]
}
