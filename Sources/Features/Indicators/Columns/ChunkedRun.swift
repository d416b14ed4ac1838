import CKernels

/// A run over columns chunk by chunk, in which an indicator may work a whole chunk at once.
///
/// Column by column the parts of an indicator keep several sums in flight, which value by value wait for each other. They do
/// the same operations in the same order, so the bits are those of ``Indicator/update(_:commit:)``, which still takes the
/// chunks that have missing or enormous values and those before the parts are seeded.
extension Indicator {
  /// - Parameters:
  ///   - scratch: Columns of a chunk's length that `work` needs.
  ///   - writesOnce: Whether `work` writes each result once, with its last kernel, and does not read it again: results of
  ///     long columns then go past the caches, which they would only push other numbers out of.
  ///   - isSteady: Whether all parts have their first results.
  ///   - work: Computes the results of a chunk of finite values from a steady state.
  @inline(__always)
  mutating func runInChunks(
    _ inputs: InputColumns, _ count: Int, _ outputs: OutputColumns, scratch: Int, writesOnce: Bool = false,
    isSteady: (Self) -> Bool,
    _ work: (inout Self, InputColumns, Int, OutputColumns, Scratch) -> Void
  ) {
    makeUnique()
    let longest = min(max(4096, 4 * lookback), 65_536)
    let used = Self.definition.inputs
    let goesPast = writesOnce && count >= 1 << 20
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, scratch * min(longest, count))) { buffer in
      guard let base = buffer.baseAddress else { return }
      let columns = Scratch(base: base, stride: min(longest, count))
      var start = 0
      while start < count {
        let isReady = isSteady(self)
        // Before the parts are steady small steps, so that little is taken value by value.
        let length = min(count - start, isReady ? longest : 64)
        let own = inputs.advanced(by: start)
        let results = outputs.advanced(by: start)
        let next = min(count - start - length, longest)
        if isReady && own.areModerate(used, length, results, Output.count, next: next, goesPast) {
          work(&self, own, length, results, columns)
        } else {
          self = Self.afterUpdates(self, own, 0..<length, results)
        }
        start += length
      }
      kernel_plan_ahead(nil, 0, nil, 0, 0, 0, 0)
    }
  }
}

/// Columns for what lies between inputs and results; valid during the call that lends them.
struct Scratch {
  fileprivate let base: UnsafeMutablePointer<Double>
  fileprivate let stride: Int

  @inline(__always)
  subscript(index: Int) -> UnsafeMutablePointer<Double> { base + index &* stride }
}

extension InputColumns {
  /// Whether all values of the columns that a definition reads are finite and so small that their products are; if so, lets
  /// kernels ask for the rows of the next chunk, which begins after these.
  fileprivate func areModerate(
    _ inputs: [IndicatorDefinition.Input], _ count: Int, _ results: OutputColumns, _ outputs: Int, next: Int,
    _ goesPast: Bool
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: inputs.count + outputs) { columns in
      for (place, input) in inputs.enumerated() {
        columns[place] = column(inputs.count == 1 ? 0 : input.place ?? place)
      }
      for place in 0..<outputs { columns[inputs.count + place] = UnsafePointer(results[place]) }
      guard let base = columns.baseAddress, kernel_are_moderate(base, inputs.count, count) != 0 else { return false }
      kernel_plan_ahead(base, inputs.count, base + inputs.count, outputs, count, next, goesPast ? 1 : 0)
      return true
    }
  }

  private func column(_ place: Int) -> UnsafePointer<Double> {
    switch place {
    case 0: first
    case 1: second
    case 2: third
    case 3: fourth
    case 4: fifth
    case 5: sixth
    case 6: seventh
    default: eighth
    }
  }
}

/// Whether all values of a column made on the way are finite and so small that their products are.
func areModerate(_ column: UnsafePointer<Double>, _ count: Int) -> Bool {
  var first: UnsafePointer<Double>? = column
  return kernel_are_moderate(&first, 1, count) != 0
}
