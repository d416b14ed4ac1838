import CKernels

/// A run over columns by kernels that look at each value while they work on it, and stop where one is missing or enormous.
///
/// As ``Indicator/runInChunks(_:_:_:scratch:writesOnce:isSteady:_:)``, without a check of the values beforehand: that would read
/// memory while nothing is written.
extension Indicator {
  /// - Parameters:
  ///   - place: Where in a block of sums the next row goes, from 0; nil before all parts have their first results.
  ///   - work: Computes results from the start of a block on, at most of as many rows as it is given; returns of how many. It may
  ///     read the row before the first. The last argument says that results of long columns may be written past the caches.
  @inline(__always)
  mutating func runInGroups(
    _ inputs: InputColumns, _ count: Int, _ outputs: OutputColumns, place: (Self) -> Int?,
    _ work: (inout Self, InputColumns, Int, OutputColumns, Int32) -> Int
  ) {
    makeUnique()
    let past: Int32 = count >= 1 << 20 ? 1 : 0
    var start = 0
    while start < count {
      // Before the parts are steady small steps; after rows that the kernel stopped at all of its block.
      var length = 64
      if let place = place(self) {
        if place > 0 || start == 0 {
          length = start == 0 ? 1 : 8 - place
        } else {
          start += work(&self, inputs.advanced(by: start), count - start, outputs.advanced(by: start), past)
          length = 128
        }
      }
      length = min(length, count - start)
      self = Self.afterUpdates(self, inputs.advanced(by: start), 0..<length, outputs.advanced(by: start))
      start += length
    }
  }
}

extension DecayingSum {
  /// The sum at the start of a block, as kernels know it.
  func kernelSum(weight: Double) -> kernel_sum {
    let powers = blockPowers
    return kernel_sum(
      weight: weight, rest: rest, anchor: anchorValue,
      powers: (powers[0], powers[1], powers[2], powers[3], powers[4], powers[5], powers[6], powers[7]))
  }
}

extension ExponentialAverage {
  /// Lets a kernel push values into the steady mean at the start of a block.
  @inline(__always)
  mutating func withKernelSum(_ body: (UnsafeMutablePointer<kernel_sum>) -> Int) -> Int {
    var state = sum.kernelSum(weight: weight)
    let taken = body(&state)
    sum.start(state.anchor)
    return taken
  }

  /// Lets a kernel push values into several such means.
  static func withKernelSums(_ means: inout [ExponentialAverage], _ body: (UnsafeMutablePointer<kernel_sum>) -> Int)
    -> Int
  {
    var states = means.map { $0.sum.kernelSum(weight: $0.weight) }
    let taken = states.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) ?? 0 }
    for (index, state) in states.enumerated() { means[index].sum.start(state.anchor) }
    return taken
  }
}
