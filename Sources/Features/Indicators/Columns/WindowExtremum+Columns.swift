import CKernels

extension WindowExtremum {
  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; the extrema go to `results`, another place than the values'.
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    var row = 0
    while row < count, place != 0 {
      results[row] = push(values[row], commit: true)
      row &+= 1
    }
    let length = length
    let sign = sign
    if row &+ length <= count {
      let blocks = (count &- row) / length
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 &* length) { buffer in
        guard let spare = buffer.baseAddress else { return }
        block.withMutablePointer { tails in
          kernel_window_extremum(values + row, length, blocks, sign, tails, spare, results + row)
        }
      }
      row &+= blocks &* length
      run.push(finite: blocks &* length)
    }
    while row < count {
      results[row] = push(values[row], commit: true)
      row &+= 1
    }
  }
}
