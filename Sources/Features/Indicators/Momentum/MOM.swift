import CKernels

/// Change over n inputs; a missing value gives NaN, then and n inputs later.
public struct MOM: Indicator {
  /// TA-Lib's MOM.
  public static let definition = IndicatorDefinition(
    "MOM", .momentum, "momentum", parameters: [.period("timeperiod", 10, from: 1)])

  private var lag: Lag

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 10) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    lag = Lag(parameters.integer(0))
  }

  /// Inputs before the first result.
  public var lookback: Int { lag.length }

  /// Takes a value.
  @inline(__always)
  public mutating func update(_ value: Double, commit: Bool) -> Double {
    value - lag.push(value, commit: commit)
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    lag.makeUnique()
  }

  /// Runs over columns.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    makeUnique()
    let (x, y) = (inputs.first, outputs[0])
    lag.run(x, count: count) { start, count, before in
      kernel_differences(x + start, before, count, y + start)
    }
  }
}
