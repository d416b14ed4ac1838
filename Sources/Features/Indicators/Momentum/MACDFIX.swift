import CKernels

/// MACD whose means of 12 and 26 values have the weights 0.15 and 0.075 of Appel's first version.
public struct MACDFIX: Indicator {
  /// The results of a value.
  public struct Output: IndicatorOutput, Hashable {
    /// Fast less slow average.
    public var line: Double
    /// Average of the line.
    public var signal: Double
    /// Line less signal.
    public var histogram: Double

    /// Number of results.
    public static var count: Int { 3 }

    /// The results in TA-Lib's order.
    @inline(__always)
    public subscript(index: Int) -> Double { index == 0 ? line : (index == 1 ? signal : histogram) }
  }

  /// TA-Lib's MACDFIX.
  public static let definition = IndicatorDefinition(
    "MACDFIX", .momentum, "MACD with fixed weights 0.15 and 0.075", parameters: [.period("signalperiod", 9, from: 1)],
    outputs: ["macd", "macdsignal", "macdhist"], missing: .skipped)

  private var lines: Convergence

  /// Makes the indicator of TA-Lib's parameters.
  public init(signalPeriod: Int = 9) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(signalPeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lines = Convergence(ExponentialPair(12, 26, weights: (0.15, 0.075)), signal: parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { lines.lookback }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Output {
    let found = lines.push(value)
    return Output(line: found.line, signal: found.signal, histogram: found.histogram)
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.lines.place }) { state, columns, count, results, past in
      state.lines.run(columns.first, count: count, past: past, into: results)
    }
  }
}
