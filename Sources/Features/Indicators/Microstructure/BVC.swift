/// Volume that buyers began, of a bar's, by the size of its price change: V · Φ(ΔP / σ), σ over the last n changes.
///
/// Half the volume where the price does not change. A window that holds a missing number gives NaN. Source: Easley,
/// López de Prado and O'Hara, "Flow toxicity and liquidity in a high-frequency world" (2012).
public struct BVC: Indicator {
  /// Bulk volume classification.
  public static let definition = IndicatorDefinition(
    "BVC", .microstructure, "bulk volume classification", inputs: [.close, .volume],
    parameters: [.period("timeperiod", 20)])

  private var bulk: BulkVolume

  /// Makes the indicator.
  public init(timePeriod: Int = 20) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    bulk = BulkVolume(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { bulk.length }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    bulk.push(bar.close, bar.volume, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() { bulk.makeUnique() }
}
