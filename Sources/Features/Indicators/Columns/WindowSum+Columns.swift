extension WindowSum {
  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; the sums go to `results`, another place than the values'.
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    var row = 0
    while row < count, place != 0 {
      results[row] = push(values[row], commit: true)
      row &+= 1
    }
    let length = length
    if row &+ length <= count {
      let blocks = (count &- row) / length
      withUnsafeTemporaryAllocation(of: Double.self, capacity: length &+ 1) { buffer in
        guard let spare = buffer.baseAddress else { return }
        block.withMutablePointer { tails in
          var old = tails
          var new = spare
          new[length] = 0
          for _ in 0..<blocks {
            // Sums from the block's start, and, for the next block, from each place to its end: two chains at once.
            let x = values + row
            let y = results + row
            var sum = 0.0
            var tail = 0.0
            var k = length
            for j in 0..<length {
              k &-= 1
              sum += x[j]
              tail += x[k]
              y[j] = old[j &+ 1] + sum
              new[k] = tail
            }
            swap(&old, &new)
            row &+= length
          }
          if old != tails { tails.update(from: old, count: length) }
        }
      }
      run.push(finite: blocks &* length)
    }
    while row < count {
      results[row] = push(values[row], commit: true)
      row &+= 1
    }
  }
}
