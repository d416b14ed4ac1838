/// Ehlers' instantaneous trendline: mean of the value over the dominant cycle, smoothed; a missing value is skipped.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001).
public struct HT_TRENDLINE: Indicator {
  /// TA-Lib's HT_TRENDLINE.
  public static let definition = IndicatorDefinition(
    "HT_TRENDLINE", .overlap, "Hilbert transform: instantaneous trendline", missing: .skipped)

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
    cycle.push(value, needs: .trend, commit: commit) ? cycle.trendline : .nan
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    cycle.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.cycle.isSteady }) {
      state, columns, count, results, _ in
      state.cycle.runTrend(columns.first, count: count, into: results[0])
    }
  }
}
