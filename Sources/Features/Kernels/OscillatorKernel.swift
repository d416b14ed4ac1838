/// RSI and MACD of the price.
struct OscillatorKernel: FeatureKernel {
  private var changes = GainLoss(14)
  private var averages = ExponentialPair(12, 26)
  private var signal = ExponentialAverage(9)

  var outputs: [FeatureColumn] {
    [
      FeatureColumn("rsi_14", 14), FeatureColumn("macd", 33), FeatureColumn("macd_signal", 33),
      FeatureColumn("macd_histogram", 33),
    ]
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    let hasStrength = changes.push(price)
    let total = changes.gain + changes.loss
    output.write(hasStrength ? (total > 0 ? 100 * (changes.gain / total) : 0) : .nan, 0, row)
    let line = averages.push(price)
    let mean = line.isNaN ? .nan : signal.pushFinite(line)
    output.write(mean.isNaN ? .nan : line, 1, row)
    output.write(mean, 2, row)
    output.write(line - mean, 3, row)
  }
}

/// Bollinger bands, slow stochastic and Williams %R of the price, whose high and low are its own extremes in the window.
struct RangeKernel: FeatureKernel {
  private var bands = BandWindow(20, .sma)
  private var highest = WindowExtremum(14, smallest: false)
  private var lowest = WindowExtremum(14, smallest: true)
  private var slowK = WindowSum(3)
  private var slowD = WindowSum(3)

  var outputs: [FeatureColumn] {
    ["bb_upper", "bb_middle", "bb_lower", "bb_position", "bb_width"].map { FeatureColumn($0, 19) }
      + [FeatureColumn("stoch_k", 17), FeatureColumn("stoch_d", 17), FeatureColumn("williams_r", 13)]
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    bands.push(price, commit: true)
    let reach = 2 * bands.deviation
    let (upper, lower) = (bands.middle + reach, bands.middle - reach)
    let width = upper - lower
    output.write(upper, 0, row)
    output.write(bands.middle, 1, row)
    output.write(lower, 2, row)
    output.write(width == 0 ? 0.5 : (price - lower) / width, 3, row)
    output.write(width / bands.middle, 4, row)
    let high = highest.push(price, commit: true)
    let low = lowest.push(price, commit: true)
    let range = high - low
    // Without a branch, which could not be predicted: both differences are 0 where the range is.
    let divisor = range == 0 ? 1 : range
    let k = slowK.push(100 * ((price - low) / divisor), commit: true) * (1.0 / 3)
    let d = slowD.push(k, commit: true) * (1.0 / 3)
    output.write(d.isNaN ? .nan : k, 5, row)
    output.write(d, 6, row)
    output.write(0 - 100 * ((high - price) / divisor), 7, row)
  }

  mutating func makeUnique() {
    bands.makeUnique()
    highest.makeUnique()
    lowest.makeUnique()
    slowK.makeUnique()
    slowD.makeUnique()
  }
}
