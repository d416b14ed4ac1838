extension WindowWeightedSum {
  /// Whether the window is full of values that are not missing.
  @inline(__always)
  var isSteady: Bool { run.covers(length) }

  /// Pushes `count` finite values into a steady window; weighted sums go to `results`, plain ones to `sums`.
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>,
    sums: UnsafeMutablePointer<Double>
  ) {
    var row = 0
    while row < count, place != 0 {
      results[row] = push(values[row], commit: true)
      sums[row] = sum
      row &+= 1
    }
    let length = length
    if row &+ length <= count {
      let blocks = (count &- row) / length
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 &* (length &+ 1)) { buffer in
        guard let spare = buffer.baseAddress else { return }
        weightedBlock.withMutablePointer { weightedTails in
          block.withMutablePointer { tails in
            var old = (tails, weightedTails)
            var new = (spare, spare + (length &+ 1))
            new.0[length] = 0
            new.1[length] = 0
            for _ in 0..<blocks {
              let x = values + row
              let y = results + row
              let z = sums + row
              var head = 0.0
              var weightedHead = 0.0
              var tail = 0.0
              var weightedTail = 0.0
              var weight = 0.0
              var k = length
              for j in 0..<length {
                k &-= 1
                weight += 1
                head += x[j]
                weightedHead += x[j] * weight
                tail += x[k]
                weightedTail += tail
                z[j] = old.0[j &+ 1] + head
                y[j] = old.1[j &+ 1] + (weightedHead + head * (Double(length) - weight))
                new.0[k] = tail
                new.1[k] = weightedTail
              }
              swap(&old, &new)
              row &+= length
            }
            if old.0 != tails {
              tails.update(from: old.0, count: length)
              weightedTails.update(from: old.1, count: length)
            }
          }
        }
      }
      run.push(finite: blocks &* length)
      sum = sums[row &- 1]
    }
    while row < count {
      results[row] = push(values[row], commit: true)
      sums[row] = sum
      row &+= 1
    }
  }
}
