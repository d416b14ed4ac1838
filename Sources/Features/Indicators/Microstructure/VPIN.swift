/// Probability of informed trading by volume: mean |bought − sold| over mean volume of the last n bars of equal volume.
///
/// Bought is ``BVC`` with σ over `sigmaperiod` changes. ``Variant/currentBar`` divides by the newest bar's volume
/// instead, as some libraries do: the same only where all volumes are. 0 without volume. A window that holds a missing
/// number gives NaN. Source: Easley, López de Prado and O'Hara (2012).
public struct VPIN: Indicator {
  /// What the mean imbalance is divided by.
  public enum Variant: Int, Sendable, Codable {
    /// The mean volume of the window.
    case meanVolume = 0
    /// The volume of the newest bar.
    case currentBar = 1
  }

  /// Volume-synchronised probability of informed trading.
  public static let definition = IndicatorDefinition(
    "VPIN", .microstructure, "volume-synchronised probability of informed trading", inputs: [.close, .volume],
    parameters: [.period("timeperiod", 50, from: 1), .period("sigmaperiod", 20), .period("variant", 0, from: 0, to: 1)])

  private let variant: Variant
  private var bulk: BulkVolume
  private var imbalances: WindowSum
  private var volumes: WindowSum

  /// Makes the indicator.
  public init(timePeriod: Int = 50, sigmaPeriod: Int = 20, variant: Variant = .meanVolume) throws(FeatureError) {
    try self.init(
      parameters: IndicatorParameters(
        [Double(timePeriod), Double(sigmaPeriod), Double(variant.rawValue)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    imbalances = WindowSum(parameters.integer(0))
    volumes = WindowSum(parameters.integer(0))
    bulk = BulkVolume(parameters.integer(1))
    variant = Variant(rawValue: parameters.integer(2)) ?? .meanVolume
  }

  /// Inputs before the first result.
  public var lookback: Int { bulk.length + volumes.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let bought = bulk.push(bar.close, bar.volume, commit: commit)
    let imbalance = imbalances.push(abs(2 * bought - bar.volume), commit: commit)
    let volume = volumes.push(bar.volume, commit: commit)
    let total = variant == .currentBar ? bar.volume * Double(volumes.length) : volume
    return total == 0 ? imbalance * 0 : imbalance / total
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    bulk.makeUnique()
    imbalances.makeUnique()
    volumes.makeUnique()
  }
}
