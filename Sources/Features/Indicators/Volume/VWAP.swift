import CKernels

/// Sum of typical price times volume divided by the sum of volume, since the first bar; the typical price while it is 0.
///
/// A bar with a missing number gives NaN and is skipped.
public struct VWAP: Indicator {
  /// TA-Lib's VWAP.
  public static let definition = IndicatorDefinition(
    "VWAP", .volume, "volume-weighted average price", inputs: [.high, .low, .close, .volume], missing: .skipped)

  private var money = RunningTotal()
  private var volume = RunningTotal()

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
    let price = (bar.high + bar.low + bar.close) / 3
    guard (price + bar.volume).isNumber else { return .nan }
    let paid = money.push(price * bar.volume)
    let size = volume.push(bar.volume)
    return size == 0 ? price : paid / size
  }

  /// Runs over columns, chunk by chunk.
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    runInChunks(inputs, count, outputs, scratch: 2, isSteady: { _ in true }) {
      state, columns, count, results, scratch in
      let (y, price, size, volume) = (results[0], scratch[0], scratch[1], columns.fifth)
      kernel_mean_price(3, columns.second, columns.third, columns.fourth, columns.second, count, price)
      kernel_combine(Int32(kernel_product_of.rawValue), price, volume, count, y)
      state.money.run(y, count: count, into: y)
      state.volume.run(volume, count: count, into: size)
      // Before the first volume the price stands.
      kernel_ratio_else(y, size, price, count, y)
    }
  }
}
