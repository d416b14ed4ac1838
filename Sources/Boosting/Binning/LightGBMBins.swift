import Compute

/// Bins by LightGBM's rules: zero in a bin of its own, greedy bins of about equal counts on either side.
///
/// Source: the behaviour of LightGBM 4.7's BinMapper::FindBin, restated; checked against its thresholds.
package enum LightGBMBins {
  /// The bound around zero: 1e-35 rounded to single precision.
  package static let zeroThreshold = Double(Float(1e-35))

  /// Finds the bins of a feature.
  ///
  /// - Parameters:
  ///   - sample: Values of sampled rows in any order; NaN is missing.
  ///   - maxBin: Most bins, the missing one included.
  ///   - minDataInBin: Fewest sampled rows of a bin.
  ///   - missing: What NaN is: missing, zero like all other zeros (`none`), or missing like all zeros (`zero`).
  ///   - forced: Bounds that there are in any case, as far as `maxBin` allows.
  package static func mapper(
    sample: [Double], maxBin: Int, minDataInBin: Int, missing: BinMapper.Missing = .nan, forced: [Double] = []
  ) -> BinMapper {
    let sample = missing == .nan ? sample : sample.map { $0.isNaN ? 0 : $0 }
    let sorted = sortedValues(sample)
    let isMissing = sorted.count < sample.count
    let (values, counts) = distinct(sorted)
    guard let first = values.first, let last = values.last else {
      return BinMapper(upperBounds: [.infinity], missing: isMissing ? .nan : .none, minimum: 0, maximum: 0)
    }
    let limit = isMissing ? maxBin - 1 : maxBin
    let bounds =
      forced.isEmpty
      ? zeroAsOneBin(values, counts, limit, sorted.count, minDataInBin)
      : forcedBounds(forced, values, counts, limit, sorted.count, minDataInBin)
    // As LightGBM: zero alone beside one other bin is a value like any other.
    let isZeroMissing = missing == .zero && bounds.count > 2
    return BinMapper(
      upperBounds: bounds, missing: isMissing ? .nan : isZeroMissing ? .zero : .none, minimum: first, maximum: last)
  }

  /// Bounds around zero, then the forced ones, then what is left shared out between them by their rows.
  private static func forcedBounds(
    _ forced: [Double], _ values: [Double], _ counts: [Int], _ maxBin: Int, _ total: Int, _ minDataInBin: Int
  ) -> [Double] {
    let hasNegative = values.contains { $0 <= -zeroThreshold }
    let hasPositive = values.contains { $0 > zeroThreshold }
    var bounds: [Double] = []
    if maxBin == 2 {
      bounds.append(hasNegative ? -zeroThreshold : zeroThreshold)
    } else if maxBin > 2 {
      if hasNegative { bounds.append(-zeroThreshold) }
      if hasPositive { bounds.append(zeroThreshold) }
    }
    bounds.append(.infinity)
    bounds += forced.filter { abs($0) > zeroThreshold }.prefix(max(0, maxBin - bounds.count))
    bounds.sort()
    let free = maxBin - bounds.count
    var added: [Double] = []
    var place = 0
    for (index, bound) in bounds.enumerated() {
      let start = place
      while place < values.count, values[place] < bound || (bound == .infinity && index == bounds.count - 1) {
        place += 1
      }
      let rows = counts[start..<place].reduce(0, +)
      let remaining = maxBin - bounds.count - added.count
      let share = Int((Double(rows) * Double(free) / Double(total)).rounded())
      let pieces = index == bounds.count - 1 ? remaining + 1 : min(share, remaining) + 1
      guard place > start else { continue }
      added += greedy(values[start..<place], counts[start..<place], pieces, rows, minDataInBin).dropLast()
    }
    return (bounds + added).sorted()
  }

  /// Distinct values and their counts; neighbours one rounding step apart are one, the larger.
  private static func distinct(_ sorted: [Double]) -> ([Double], [Int]) {
    var counts: [Int] = []
    let values = [Double](unsafeUninitializedCapacity: sorted.count) { values, valueCount in
      counts = [Int](unsafeUninitializedCapacity: sorted.count) { counts, used in
        var last = -1
        for value in sorted {
          if last >= 0, value <= values[last].nextUp {
            values[last] = value
            counts[last] &+= 1
          } else {
            last &+= 1
            values[last] = value
            counts[last] = 1
          }
        }
        (valueCount, used) = (last + 1, last + 1)
      }
    }
    return (values, counts)
  }

  private static func zeroAsOneBin(
    _ values: [Double], _ counts: [Int], _ maxBin: Int, _ total: Int, _ minDataInBin: Int
  ) -> [Double] {
    let zero = zeroThreshold
    let leftEnd = values.firstPlace { $0 > -zero }
    let rightStart = values.firstPlace { $0 > zero }
    let leftCount = sum(counts[..<leftEnd])
    let rightCount = sum(counts[rightStart...])
    let zeroCount = total - leftCount - rightCount
    var bounds: [Double] = []
    if leftEnd > 0, maxBin > 1 {
      let share = Double(leftCount) / Double(total - zeroCount)
      let budget = max(1, Int(share * Double(maxBin - 1)))
      bounds = greedy(values[..<leftEnd], counts[..<leftEnd], budget, leftCount, minDataInBin)
      if !bounds.isEmpty { bounds[bounds.count - 1] = -zero }
    }
    let rightBudget = maxBin - 1 - bounds.count
    if rightStart < values.count, rightBudget > 0 {
      bounds.append(zero)
      bounds += greedy(values[rightStart...], counts[rightStart...], rightBudget, rightCount, minDataInBin)
    } else {
      bounds.append(.infinity)
    }
    return bounds
  }

  private static func sum(_ counts: ArraySlice<Int>) -> Int {
    counts.withUnsafeBufferPointer { counts in
      var sum = 0
      for count in counts { sum &+= count }
      return sum
    }
  }

  /// Closes a bin when it holds about its share; values with more than a share get a bin of their own.
  private static func greedy(
    _ values: ArraySlice<Double>, _ counts: ArraySlice<Int>, _ maxBin: Int, _ total: Int, _ minDataInBin: Int
  ) -> [Double] {
    // Through buffers, for a slice is slow to index.
    values.withUnsafeBufferPointer { values in
      counts.withUnsafeBufferPointer { counts in greedy(values, counts, maxBin, total, minDataInBin) }
    }
  }

  private static func greedy(
    _ values: UnsafeBufferPointer<Double>, _ counts: UnsafeBufferPointer<Int>, _ maxBin: Int, _ total: Int,
    _ minDataInBin: Int
  ) -> [Double] {
    var bounds: [Double] = []
    func close(between a: Double, and b: Double) {
      let bound = ((a + b) / 2).nextUp
      if bounds.isEmpty || bound > bounds[bounds.count - 1].nextUp { bounds.append(bound) }
    }
    if values.count <= maxBin {
      var inBin = 0
      for index in 0..<values.count - 1 {
        inBin += counts[index]
        if inBin >= minDataInBin {
          let before = bounds.count
          close(between: values[index], and: values[index + 1])
          if bounds.count > before { inBin = 0 }
        }
      }
      return bounds + [.infinity]
    }
    var limit = maxBin
    if minDataInBin > 0 { limit = max(1, min(maxBin, total / minDataInBin)) }
    var mean = Double(total) / Double(limit)
    let share = mean
    var restBins = limit
    var restRows = total
    for count in counts where Double(count) >= share {
      restBins -= 1
      restRows -= count
    }
    mean = Double(restRows) / Double(restBins)
    var uppers: [Double] = []
    var lowers: [Double] = []
    var inBin = 0
    for index in 0..<values.count - 1 {
      let isBig = Double(counts[index]) >= share
      if !isBig { restRows -= counts[index] }
      inBin += counts[index]
      let isFull =
        Double(inBin) >= mean || (Double(counts[index + 1]) >= share && Double(inBin) >= max(1, mean * 0.5))
      guard isBig || isFull else { continue }
      uppers.append(values[index])
      lowers.append(values[index + 1])
      if uppers.count >= limit - 1 { break }
      inBin = 0
      if !isBig {
        restBins -= 1
        mean = Double(restRows) / Double(restBins)
      }
    }
    for (upper, lower) in zip(uppers, lowers) { close(between: upper, and: lower) }
    return bounds + [.infinity]
  }
}
