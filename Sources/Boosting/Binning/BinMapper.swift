/// How the values of one feature map to bins, and back from a bin to a threshold.
///
/// Bin b holds the values in `(upperBounds[b-1], upperBounds[b]]`; the last bound is +inf. Where values are missing in
/// the training sample, one more bin at the end holds them.
package struct BinMapper: Sendable, Hashable {
  /// What NaN means for this feature.
  package enum Missing: Int8, Sendable, Hashable {
    /// No value was missing in training; later a NaN counts as 0.0 (LightGBM's rule).
    case none = 0
    /// NaN and values around zero have one bin and a learned direction (LightGBM's `zero_as_missing`).
    case zero = 1
    /// A NaN has its own bin and a learned direction.
    case nan = 2
    /// No value was missing; later a NaN goes right (XGBoost's rule).
    case right = 3
  }

  /// Upper bounds of the value bins, ascending, the last +inf.
  package let upperBounds: [Double]
  package let missing: Missing
  /// Smallest and largest value seen, for the model file.
  let minimum: Double
  let maximum: Double

  /// The categories of bins 1 and up, bin 0 being for all else; empty for numbers.
  package let categories: [Int32]

  package init(
    upperBounds: [Double], missing: Missing, minimum: Double, maximum: Double, categories: [Int32] = []
  ) {
    self.upperBounds = upperBounds
    self.categories = categories
    self.missing = missing
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Number of bins, the one of missing values included.
  var binCount: Int {
    isCategorical ? categories.count + 1 : upperBounds.count + (missingBin == nil ? 0 : 1)
  }
  package var isCategorical: Bool { !categories.isEmpty }
  /// Whether the bins need two bytes.
  var isWide: Bool { binCount > binsPerFeature }
  /// Whether no split is possible.
  package var isTrivial: Bool { binCount < 2 }
  /// The bin of missing values, or nil.
  var missingBin: Int? { (missing == .nan || missing == .zero) && !isCategorical ? upperBounds.count : nil }

  /// The bin of a number's value.
  ///
  /// O(log bins).
  package func bin(of value: Double) -> UInt8 {
    if missing == .zero, abs(value) <= LightGBMBins.zeroThreshold { return UInt8(upperBounds.count) }
    if value.isNaN {
      switch missing {
      case .nan, .zero: return UInt8(upperBounds.count)
      case .none: return bin(of: 0)
      case .right: return UInt8(upperBounds.count - 1)
      }
    }
    var low = 0
    var high = upperBounds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if value <= upperBounds[middle] { high = middle } else { low = middle + 1 }
    }
    return UInt8(low)
  }
}
