extension IndicatorCatalogue {
  static let price: [any Indicator.Type] = [
    AVGDEV.self, AVGPRICE.self, HA.self, MEDPRICE.self, TYPPRICE.self, WCLPRICE.self,
  ]
}
