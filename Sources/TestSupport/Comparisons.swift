/// Whether two numbers are equal to a relative tolerance, or both NaN; values below `floor` are compared absolutely.
package func isClose(_ a: Double, _ b: Double, relative: Double, floor: Double = 0) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  return abs(a - b) <= relative * max(abs(a), abs(b), floor)
}

/// The largest absolute difference of two columns; infinite if one is NaN where the other is not.
package func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    if pair.0.isNaN && pair.1.isNaN { return largest }
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

/// Whether two columns have the same bits.
package func isSameBits(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
