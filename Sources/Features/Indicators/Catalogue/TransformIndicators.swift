extension IndicatorCatalogue {
  static let transforms: [any Indicator.Type] = [
    DIFF.self, FRACDIFF.self, LAG.self, RANK.self, WINSORIZE.self, ZSCORE.self,
  ]
}
