extension Lag {
  /// Calls `body` for pieces of `count` rows with the values and those as many rows before as the lag is long.
  ///
  /// Values and those that the ring holds are finite or NaN for missing.
  @inline(__always)
  mutating func run(
    _ values: UnsafePointer<Double>, count: Int,
    _ body: (_ row: Int, _ count: Int, _ before: UnsafePointer<Double>) -> Void
  ) {
    let own = min(count, length)
    // The ring's values first, then the column's own.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: own) { buffer in
      guard let before = buffer.baseAddress else { return }
      for row in 0..<own { before[row] = oldest(row) }
      body(0, own, UnsafePointer(before))
    }
    if count > length { body(length, count - length, values) }
    for row in max(0, count - length)..<count { _ = push(values[row], commit: true) }
  }
}
