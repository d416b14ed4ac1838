extension IndicatorCatalogue {
  static let statistic: [any Indicator.Type] = [
    BETA.self, CORREL.self, LINEARREG.self, LINEARREG_ANGLE.self, LINEARREG_INTERCEPT.self,
    LINEARREG_SLOPE.self, PERCENTILE.self, PERCENTRANK.self, STDDEV.self, TSF.self, VAR.self,
  ]
}
