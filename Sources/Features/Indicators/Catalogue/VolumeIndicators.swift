extension IndicatorCatalogue {
  static let volume: [any Indicator.Type] = [
    AD.self, ADOSC.self, CMF.self, EFI.self, MARKETFI.self, NVI.self, OBV.self, PVI.self, PVO.self, PVT.self,
    RVOL.self, VWAP.self,
  ]
}
