import CKernels

/// Chaikin's accumulation/distribution: running sum of volume · ((close − low) − (high − close))/(high − low).
///
/// A bar whose high is its low adds nothing; one with a missing number gives NaN and is skipped.
public struct AD: Indicator {
  /// TA-Lib's AD.
  public static let definition = IndicatorDefinition(
    "AD", .volume, "accumulation/distribution line", inputs: [.high, .low, .close, .volume], missing: .skipped)

  private var line = AccumulationLine()

  /// Makes the indicator of TA-Lib's parameters.
  public init() {
  }

  /// Makes the indicator; it takes no parameters.
  public init(parameters: IndicatorParameters) { self.init() }

  /// Inputs before the first result.
  public var lookback: Int { 0 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    line.push(bar)
  }

  /// Runs over columns; results of long ones go past the caches.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInGroups(inputs, count, outputs, place: { $0.line.place }) { state, columns, count, results, past in
      state.line.run(columns, count: count, sums: nil, past: past, into: results[0])
    }
  }
}
