extension IndicatorCatalogue {
  static let mathOperators: [any Indicator.Type] = [
    ADD.self, CUMSUM.self, DIV.self, MAX.self, MAXINDEX.self, MIN.self, MININDEX.self, MINMAX.self,
    MINMAXINDEX.self, MULT.self, SUB.self, SUM.self,
  ]
}
