/// Where a rule finds the prices of the bar under judgement (0) and of the bars before it (1, 2, ...).
protocol CandleSource {
  func open(_ back: Int) -> BarPair
  func high(_ back: Int) -> BarPair
  func low(_ back: Int) -> BarPair
  func close(_ back: Int) -> BarPair
  /// Both shadows together.
  func shadows(_ back: Int) -> BarPair
}

extension CandleSource {
  /// The sum of both shadows, from the prices.
  @inline(__always)
  func shadowSum(_ back: Int) -> BarPair {
    let top = open(back).larger(close(back))
    let bottom = open(back).smaller(close(back))
    return (high(back) - top) + (bottom - low(back))
  }

  /// The measure that a setting averages, of one bar.
  @inline(__always)
  func range(_ range: CandleRange, _ back: Int) -> BarPair {
    switch range {
    case .body: (close(back) - open(back)).magnitudes
    case .highLow: high(back) - low(back)
    case .shadows: shadows(back)
    }
  }
}

/// Bars as a rule sees them: `k` in every function is the number of bars before the one under judgement.
struct Candles<Pattern: CandlestickPattern, Source: CandleSource> {
  let source: Source
  let totals: CandleSlots<BarPair>

  @inline(__always)
  func open(_ k: Int) -> BarPair { source.open(k) }
  @inline(__always)
  func high(_ k: Int) -> BarPair { source.high(k) }
  @inline(__always)
  func low(_ k: Int) -> BarPair { source.low(k) }
  @inline(__always)
  func close(_ k: Int) -> BarPair { source.close(k) }

  /// Length of the real body.
  @inline(__always)
  func body(_ k: Int) -> BarPair { source.range(.body, k) }
  /// Upper end of the real body.
  @inline(__always)
  func top(_ k: Int) -> BarPair { source.open(k).larger(source.close(k)) }
  /// Lower end of the real body.
  @inline(__always)
  func bottom(_ k: Int) -> BarPair { source.open(k).smaller(source.close(k)) }
  @inline(__always)
  func upperShadow(_ k: Int) -> BarPair { high(k) - top(k) }
  @inline(__always)
  func lowerShadow(_ k: Int) -> BarPair { bottom(k) - low(k) }

  /// Whether the bar did not fall; a bar whose close is its open is white.
  @inline(__always)
  func isWhite(_ k: Int) -> BarPairMask { close(k) .>= open(k) }
  @inline(__always)
  func isBlack(_ k: Int) -> BarPairMask { close(k) .< open(k) }
  @inline(__always)
  func sameColor(_ k: Int, _ other: Int) -> BarPairMask { .!(isWhite(k) .^ isWhite(other)) }
  @inline(__always)
  func oppositeColor(_ k: Int, _ other: Int) -> BarPairMask { isWhite(k) .^ isWhite(other) }
  /// 1 for a white bar, −1 for a black one.
  @inline(__always)
  func color(_ k: Int) -> BarPair { isWhite(k).marked(1, else: -1) }

  /// Whether the body of bar `k` lies above the body of another.
  @inline(__always)
  func bodyGapsUp(_ k: Int, from other: Int) -> BarPairMask { bottom(k) .> top(other) }
  /// Whether the body of bar `k` lies below the body of another.
  @inline(__always)
  func bodyGapsDown(_ k: Int, from other: Int) -> BarPairMask { top(k) .< bottom(other) }
  /// Whether bar `k` with its shadows lies above another.
  @inline(__always)
  func gapsUp(_ k: Int, from other: Int) -> BarPairMask { low(k) .> high(other) }
  /// Whether bar `k` with its shadows lies below another.
  @inline(__always)
  func gapsDown(_ k: Int, from other: Int) -> BarPairMask { high(k) .< low(other) }

  /// Whether a number lies between two others and is neither.
  @inline(__always)
  func isBetween(_ value: BarPair, _ low: BarPair, _ high: BarPair) -> BarPairMask { (value .> low) .& (value .< high) }
  /// Whether a number is at most a distance away from another.
  @inline(__always)
  func isClose(_ value: BarPair, to other: BarPair, within distance: BarPair) -> BarPairMask {
    (value .<= other + distance) .& (value .>= other - distance)
  }

  /// What the setting means for bar `k`: its share of the mean over the bars before, or of the bar itself.
  @inline(__always)
  func average(_ setting: CandleSetting, _ k: Int) -> BarPair {
    // factor · (total / period), halved for shadows: the order of operations decides ties.
    var mean =
      setting.period == 0
      ? source.range(setting.range, k) : totals[Pattern.averages.slot(setting, k)] / Double(setting.period)
    mean *= setting.factor
    return setting.range == .shadows ? mean * 0.5 : mean
  }
}
