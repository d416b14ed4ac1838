/// Sum of price times volume over that of the volume in n bars; NaN without volume.
///
/// NaN where a window holds a missing number.
public struct VWMA: Indicator {
  /// TA-Lib's VWMA.
  public static let definition = IndicatorDefinition(
    "VWMA", .overlap, "volume-weighted moving average", inputs: [.close, .volume],
    parameters: [.period("timeperiod", 30, from: 1)])

  private var money: WindowSum
  private var volume: WindowSum

  /// Makes the indicator of TA-Lib's parameters.
  public init(timePeriod: Int = 30) throws(FeatureError) {
    try self.init(parameters: IndicatorParameters([Double(timePeriod)], for: Self.definition))
  }

  /// Makes the indicator of checked parameters.
  public init(parameters: IndicatorParameters) {
    money = WindowSum(parameters.integer(0))
    volume = money
  }

  /// Inputs before the first result.
  public var lookback: Int { money.length - 1 }

  /// Takes a bar.
  @inline(__always)
  public mutating func update(_ bar: OHLCV, commit: Bool) -> Double {
    let sum = money.push(bar.close * bar.volume, commit: commit)
    let size = volume.push(bar.volume + bar.close * 0, commit: commit)
    if money.length == 1 { return bar.close + size * 0 }
    return sum / size
  }

  /// Makes the storage its own before writes.
  public mutating func makeUnique() {
    money.makeUnique()
    volume.makeUnique()
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(
      inputs, count, outputs, scratch: 1, isSteady: { $0.money.isSteady && $0.volume.isSteady && $0.money.length > 1 }
    ) {
      state, columns, count, results, scratch in
      let (y, size, close, volume) = (results[0], scratch[0], columns.fourth, columns.fifth)
      for row in 0..<count { y[row] = close[row] * volume[row] }
      state.money.run(y, count: count, into: y)
      for row in 0..<count { size[row] = volume[row] + close[row] * 0 }
      state.volume.run(size, count: count, into: size)
      for row in 0..<count { y[row] /= size[row] }
    }
  }
}
