import CKernels

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
      inputs, count, outputs, scratch: 2, writesOnce: true,
      isSteady: { $0.money.isSteady && $0.volume.isSteady && $0.money.length > 1 }
    ) {
      state, columns, count, results, scratch in
      let (money, size, volume) = (scratch[0], scratch[1], columns.fifth)
      kernel_combine(Int32(kernel_product_of.rawValue), columns.fourth, volume, count, money)
      state.money.run(money, count: count, into: money)
      state.volume.run(volume, count: count, into: size)
      kernel_combine(Int32(kernel_quotient_of.rawValue), money, size, count, results[0])
    }
  }
}
