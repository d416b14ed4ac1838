/// Phase of the dominant cycle in degrees, −45 to 315.
///
/// O(cycle length) a value.
/// Source: Ehlers, "Rocket Science for Traders" (2001); a missing value gives NaN and is skipped.
public struct HT_DCPHASE: Indicator {
  /// TA-Lib's HT_DCPHASE.
  public static let definition = IndicatorDefinition(
    "HT_DCPHASE", .cycle, "Hilbert transform: dominant cycle phase", missing: .skipped)

  private var cycle = CyclePhase()

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { HilbertTransform.longLookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    cycle.push(value, needs: .phase, commit: commit) ? cycle.phase : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    cycle.makeUnique()
  }
}
