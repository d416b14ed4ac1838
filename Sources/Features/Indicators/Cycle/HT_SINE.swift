/// Sine of the dominant cycle phase, and of the phase 45 degrees ahead.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001); a missing value gives NaN and is skipped.
public struct HT_SINE: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Sine of the phase.
    public var sine: Double
    /// Sine 45 degrees ahead.
    public var leadSine: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? sine : leadSine }
  }

  /// TA-Lib's HT_SINE.
  public static let definition = IndicatorDefinition(
    "HT_SINE", .cycle, "Hilbert transform: sine wave", outputs: ["sine", "leadsine"], missing: .skipped)

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
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    guard cycle.push(value, needs: .phase, commit: commit) else { return Output(sine: .nan, leadSine: .nan) }
    return Output(sine: cycle.sine, leadSine: cycle.leadSine)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    cycle.makeUnique()
  }
}
