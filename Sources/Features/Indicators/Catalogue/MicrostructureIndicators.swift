extension IndicatorCatalogue {
  static let microstructure: [any Indicator.Type] = [
    AMIHUD.self, AMIHUD_T.self, BEKKERPARKINSON.self, BIPOWER.self, BVC.self, CORWINSCHULTZ.self, DUPCOUNT.self,
    ENTROPY_KONTO.self, ENTROPY_LZ.self, ENTROPY_PLUGIN.self, ENTROPY_SHANNON.self, ESPREAD.self, GAPCOUNT.self,
    HASBROUCK.self, HASBROUCK_T.self, IMPACT.self, INTENSITY.self, INTERARRIVAL.self, JUMP.self, KYLE.self,
    KYLE_T.self, LATECOUNT.self, LEEREADY.self, MEDRV.self, MICROPRICE.self, MID.self, MINRV.self, OFI.self,
    QIMB.self, QSPREAD.self, REALSPREAD.self, RKERNEL.self, ROLL.self, RQ.self, RSPREAD.self, RV.self, SIGNEDVOL.self,
    TICKRULE.self, TIMESINCE.self, TSRV.self, VPIN.self,
  ]
}
