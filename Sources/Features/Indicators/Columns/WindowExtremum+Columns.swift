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
      withUnsafeTemporaryAllocation(of: Double.self, capacity: length &+ 1) { buffer in
        guard let spare = buffer.baseAddress else { return }
        block.withMutablePointer { tails in
          var old = tails
          var new = spare
          new[length] = -Double.greatestFiniteMagnitude
          for _ in 0..<blocks {
            let x = values + row
            let y = results + row
            var head = -Double.greatestFiniteMagnitude
            var tail = -Double.greatestFiniteMagnitude
            var k = length
            for j in 0..<length {
              k &-= 1
              head = larger(x[j] * sign, head)
              tail = larger(x[k] * sign, tail)
              y[j] = larger(old[j &+ 1], head) * sign
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
