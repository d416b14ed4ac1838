extension IndicatorCatalogue {
  static let momentum: [any Indicator.Type] = [
    AC.self, ADX.self, ADXR.self, AO.self, APO.self, AROON.self, AROONOSC.self, BOP.self, CCI.self, CMO.self,
    CMOU.self, COPPOCK.self, DPO.self, DX.self, ER.self, ERI.self, FOSC.self, FRACTAL.self, IMI.self,
    KDJ.self, MACD.self, MACDEXT.self, MACDFIX.self, MFI.self, MINUS_DI.self, MINUS_DM.self, MOM.self,
    PLUS_DI.self, PLUS_DM.self, PPO.self, QSTICK.self, ROC.self, ROCP.self, ROCR.self, ROCR100.self, RSI.self,
    SMI.self, STOCH.self, STOCHF.self, STOCHRSI.self, TRIX.self, TSI.self, ULTOSC.self, VHF.self, VORTEX.self,
    WAD.self, WILLR.self,
  ]
}
