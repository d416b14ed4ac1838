import CKernels

extension TrueRange {
  /// Whether there is a previous close.
  @inline(__always)
  var isSteady: Bool { hasClose }

  /// The true ranges of `count` bars of finite prices after a previous one.
  @inline(__always)
  mutating func run(
    _ high: UnsafePointer<Double>, _ low: UnsafePointer<Double>, _ close: UnsafePointer<Double>, count: Int,
    into results: UnsafeMutablePointer<Double>
  ) {
    results[0] = Self.range(high[0], low[0], previousClose)
    kernel_true_range(high + 1, low + 1, close, count &- 1, results + 1)
    previousClose = close[count &- 1]
  }
}

extension GainLoss {
  /// Whether the means have been seeded.
  @inline(__always)
  var isSteady: Bool { gains.isSteady && losses.isSteady }

  /// The means after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, gains up: UnsafeMutablePointer<Double>,
    losses down: UnsafeMutablePointer<Double>
  ) {
    let change = values[0] - previous
    up[0] = positive(change)
    down[0] = up[0] - change
    kernel_gain_loss(values + 1, values, count &- 1, up + 1, down + 1)
    previous = values[count &- 1]
    gains.run(up, count: count, into: up)
    losses.run(down, count: count, into: down)
    gainValue.value = up[count &- 1]
    lossValue.value = down[count &- 1]
  }
}

extension ExponentialPair {
  /// Whether both means have been seeded.
  @inline(__always)
  var isSteady: Bool { fast.isSteady && slow.isSteady }

  /// The differences after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>
  ) {
    ExponentialAverage.runDifference(&fast, &slow, values, count: count, into: results)
  }
}

extension ExponentialCascade {
  /// Whether all means have been seeded.
  @inline(__always)
  var isSteady: Bool { sixthAverage.isSteady }

  /// The sum of the last four means times their shares, in that order, after each of `count` finite values.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, shares: SIMD4<Double>, into results: UnsafeMutablePointer<Double>
  ) {
    var means = [firstAverage, secondAverage, thirdAverage, fourthAverage, fifthAverage, sixthAverage]
    ExponentialAverage.runCascade(&means, values, count: count, shares: shares, into: results)
    (firstAverage, secondAverage, thirdAverage) = (means[0], means[1], means[2])
    (fourthAverage, fifthAverage, sixthAverage) = (means[3], means[4], means[5])
  }
}

extension MeanDifference {
  /// Whether both windows are full.
  @inline(__always)
  var isSteady: Bool { fast.isSteady && slow.isSteady }

  /// The differences after each of `count` finite values, whose place is used on the way.
  @inline(__always)
  mutating func run(
    _ values: UnsafeMutablePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    slow.run(values, count: count, times: inverses.y, into: scratch)
    fast.run(values, count: count, times: inverses.x, into: values)
    kernel_subtract(values, scratch, count, results)
  }
}

extension WindowLine {
  /// Whether the window is full.
  @inline(__always)
  var isSteady: Bool { window.isSteady }

  /// The lines' values at a place, or their slopes where there is none, after each of `count` finite values.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, at place: Double?, into results: UnsafeMutablePointer<Double>,
    sums: UnsafeMutablePointer<Double>
  ) {
    window.run(values, count: count, into: results, sums: sums)
    let last = count &- 1
    mean.value = sums[last] * inverse
    slopeValue.value = (results[last] - sums[last] * (middle + 1)) * inverseSpread
    if let place {
      kernel_lines(results, sums, middle + 1, inverseSpread, inverse, place - middle, count, results)
    } else {
      kernel_slopes(results, sums, middle + 1, inverseSpread, count, results)
    }
  }
}
