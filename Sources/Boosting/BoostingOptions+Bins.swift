extension BoostingOptions {
  /// Whether data binned by these options may be trained on with others.
  package func binsAlike(_ other: BoostingOptions) -> Bool {
    growth == other.growth && maxBin == other.maxBin && maxBinByFeature == other.maxBinByFeature
      && minDataInBin == other.minDataInBin && binConstructSampleCount == other.binConstructSampleCount
      && useMissing == other.useMissing && zeroAsMissing == other.zeroAsMissing && forcedBins == other.forcedBins
      && categoricalFeatures == other.categoricalFeatures && linearTree == other.linearTree
  }
}
