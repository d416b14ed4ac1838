extension IndicatorCatalogue {
  static let mathTransforms: [any Indicator.Type] = [
    ACOS.self, ASIN.self, ATAN.self, CEIL.self, COS.self, COSH.self, EXP.self, FLOOR.self, LN.self,
    LOG10.self, SIN.self, SINH.self, SQRT.self, TAN.self, TANH.self,
  ]
}
