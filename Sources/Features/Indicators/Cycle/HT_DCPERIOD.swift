/// Length of the dominant cycle in inputs, smoothed.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001); a missing value gives NaN and is skipped.
public struct HT_DCPERIOD: Indicator {
  /// TA-Lib's HT_DCPERIOD.
  public static let definition = IndicatorDefinition(
    "HT_DCPERIOD", .cycle, "Hilbert transform: dominant cycle period", missing: .skipped)

  private var transform = HilbertTransform(lookback: HilbertTransform.shortLookback)
  private var smooth = 0.0

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { HilbertTransform.shortLookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    guard transform.push(value) else { return .nan }
    smooth = 0.33 * transform.period + 0.67 * smooth
    return transform.hasResult ? smooth : .nan
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.transform.hasResult }) {
      state, columns, count, results, _ in
      var smooth = state.smooth
      state.transform.run(columns.first, count: count) { row, count, found in
        for index in 0..<count {
          smooth = 0.33 * found.period[index] + 0.67 * smooth
          results[0][row &+ index] = smooth
        }
      }
      state.smooth = smooth
    }
  }
}
