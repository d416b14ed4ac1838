/// In-phase and quadrature components of the value.
///
/// Source: Ehlers, "Rocket Science for Traders" (2001); a missing value gives NaN and is skipped.
public struct HT_PHASOR: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// In-phase component.
    public var inPhase: Double
    /// Quadrature component.
    public var quadrature: Double

    /// Number of results.
    public static var count: Int { 2 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? inPhase : quadrature }
  }

  /// TA-Lib's HT_PHASOR.
  public static let definition = IndicatorDefinition(
    "HT_PHASOR", .cycle, "Hilbert transform: phasor components", outputs: ["inphase", "quadrature"], missing: .skipped)

  private var transform = HilbertTransform(lookback: HilbertTransform.shortLookback)

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { HilbertTransform.shortLookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    guard transform.push(value), transform.hasResult else { return Output(inPhase: .nan, quadrature: .nan) }
    return Output(inPhase: transform.inPhase, quadrature: transform.quadrature)
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 0, isSteady: { $0.transform.hasResult }) {
      state, columns, count, results, _ in
      state.transform.run(columns.first, count: count) { row, count, found in
        (results[0] + row).update(from: found.inPhase, count: count)
        (results[1] + row).update(from: found.quadrature, count: count)
      }
    }
  }
}
