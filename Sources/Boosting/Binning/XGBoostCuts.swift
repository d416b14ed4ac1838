import Compute

/// Bins by XGBoost's rules: cuts are data values in single precision, and a value equal to a cut lies right of it.
///
/// XGBoost approximates the quantiles by a sketch; here they are those of the sample, exactly.
package enum XGBoostCuts {
  /// Finds the bins of a feature with at most `maxBin` value bins (one fewer at 256 where values are missing).
  package static func mapper(sample: [Double], maxBin: Int) -> BinMapper {
    let sorted = sortedValues(sample.map { Double(Float($0)) }).map { Float($0) }
    let isMissing = sorted.count < sample.count
    let missing: BinMapper.Missing = isMissing ? .nan : .right
    guard let first = sorted.first, let last = sorted.last else {
      return BinMapper(upperBounds: [.infinity], missing: missing, minimum: 0, maximum: 0)
    }
    let limit = min(maxBin, isMissing ? 255 : 256)
    var cuts: [Float] = []
    var distinct: [Float] = []
    for value in sorted where distinct.count <= limit && distinct.last != value { distinct.append(value) }
    if distinct.count <= limit {
      cuts = Array(distinct.dropFirst())
    } else {
      for index in 1..<limit {
        let cut = sorted[index * sorted.count / limit]
        if cut > first, cuts.last != cut { cuts.append(cut) }
      }
    }
    return BinMapper(
      upperBounds: cuts.map { largestDouble(below: $0) } + [.infinity], missing: missing, minimum: Double(first),
      maximum: Double(last))
  }

  /// The largest double t for which `x <= t` says the same as `Float(x) < cut`: how XGBoost's rule is kept in doubles.
  ///
  /// Doubles up to the midpoint between the float below and the cut round down; the midpoint itself rounds to the one
  /// with the even significand.
  package static func largestDouble(below cut: Float) -> Double {
    let lower = cut.nextDown
    guard lower.isFinite else { return -Double.greatestFiniteMagnitude }
    let middle = (Double(lower) + Double(cut)) / 2
    return Float(middle) < cut ? middle : middle.nextDown
  }

  /// The cut of a bound made by ``largestDouble(below:)``; nil for any other number.
  ///
  /// The bound +inf, which parts all values from the missing ones, becomes the largest finite cut.
  package static func cut(ofBound bound: Double) -> Float? {
    if bound == .infinity { return .greatestFiniteMagnitude }
    let cut = Float(bound).nextUp
    return largestDouble(below: cut) == bound ? cut : nil
  }
}
