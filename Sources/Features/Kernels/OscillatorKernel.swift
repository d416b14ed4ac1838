/// The technical indicators with fixed periods: RSI, MACD, Bollinger bands, stochastic and Williams %R.
struct OscillatorKernel: FeatureKernel {
  private var strength = RelativeStrengthIndex(period: 14)
  private var convergence = MovingAverageConvergence(fast: 12, slow: 26, signal: 9)

  var outputs: [FeatureColumn] {
    [
      FeatureColumn("rsi_14", 14), FeatureColumn("macd", 33), FeatureColumn("macd_signal", 33),
      FeatureColumn("macd_histogram", 33),
    ]
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    output.write(strength.update(price) ?? .nan, 0, row)
    let value = convergence.update(price)
    output.write(value?.line ?? .nan, 1, row)
    output.write(value?.signal ?? .nan, 2, row)
    output.write(value?.histogram ?? .nan, 3, row)
  }
}

/// Bollinger bands, slow stochastic and Williams %R.
struct RangeKernel: FeatureKernel {
  private var bands = BollingerBands(period: 20, deviations: 2)
  private var stochastic = Stochastic(period: 14, slowing: 3, signal: 3)

  var outputs: [FeatureColumn] {
    ["bb_upper", "bb_middle", "bb_lower", "bb_position", "bb_width"].map { FeatureColumn($0, 19) }
      + [FeatureColumn("stoch_k", 17), FeatureColumn("stoch_d", 17), FeatureColumn("williams_r", 13)]
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    if let value = bands.update(price) {
      let width = value.upper - value.lower
      output.write(value.upper, 0, row)
      output.write(value.middle, 1, row)
      output.write(value.lower, 2, row)
      output.write(width > 0 ? (price - value.lower) / width : 0.5, 3, row)
      output.write(width / value.middle, 4, row)
    } else {
      for slot in 0..<5 { output.write(.nan, slot, row) }
    }
    let value = stochastic.update(price)
    output.write(value?.slowK ?? .nan, 5, row)
    output.write(value?.slowD ?? .nan, 6, row)
    output.write(value?.williamsR ?? .nan, 7, row)
  }
}
