/// Bins of categories: whole numbers of at least 0, each in a bin of its own, the most frequent first.
///
/// Bin 0 holds what is no category: NaN, negative numbers, categories that are too rare for a bin, and those that training
/// did not see.
enum CategoricalBins {
  /// Categories above are no categories: XGBoost's limit, beyond which single precision skips whole numbers.
  static let largest = 16_777_215
  /// Stands for the bin of what is neither missing nor a known category, which level-wise has its own.
  static let others: Int32 = -1
  /// Most bins of a feature.
  static let limit = 65_536

  /// Finds the bins by LightGBM's rules (`BinMapper::FindBin`, restated): until 99 % of the sampled rows have one and
  /// `maxBin` is reached, none for categories of fewer than `minDataInBin` rows but for the first two.
  static func lightGBM(sample: [Double], maxBin: Int, minDataInBin: Int) -> BinMapper {
    let counts = counts(sample)
    let known = counts.reduce(0) { $0 + $1.count }
    let enough = Int((Float(known) * 0.99).rounded())
    let missing = sample.count - known
    let most = min(counts.count + (missing > 0 ? 1 : 0), maxBin)
    var categories: [Int32] = []
    var used = 0
    for (category, count) in counts where categories.count + 1 < limit {
      guard used < enough || categories.count + 1 < most else { break }
      if count < minDataInBin, categories.count > 1 { break }
      categories.append(category)
      used += count
    }
    return mapper(categories, isComplete: categories.count == counts.count && missing == 0)
  }

  /// One bin for every category, as XGBoost's `hist` does, and one for what is none: XGBoost sends it left, missing values
  /// where they are learned to go.
  static func xgboost(sample: [Double]) -> BinMapper {
    let counts = counts(sample)
    let missing = sample.count - counts.reduce(0) { $0 + $1.count }
    let categories = counts.prefix(limit - 2).map(\.category).sorted()
    return mapper(
      categories.isEmpty ? [] : categories + [others], isComplete: missing == 0 && categories.count == counts.count)
  }

  private static func mapper(_ categories: [Int32], isComplete: Bool) -> BinMapper {
    let (low, high) = (max(0, categories.min() ?? 0), categories.max() ?? 0)
    return BinMapper(
      upperBounds: [.infinity], missing: isComplete || categories.isEmpty ? .none : .nan, minimum: Double(low),
      maximum: Double(high), categories: categories)
  }

  /// The categories and their rows, the most frequent first, at equal counts the smaller number.
  private static func counts(_ sample: [Double]) -> [(category: Int32, count: Int)] {
    var counts: [Int32: Int] = [:]
    for value in sample { if let category = category(of: value) { counts[category, default: 0] += 1 } }
    return counts.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  /// The category that a value stands for, its fraction cut off as LightGBM does; nil for none.
  @inline(__always)
  static func category(of value: Double) -> Int32? {
    // NaN is not above −1 either.
    guard value > -1, value < Double(largest) + 1 else { return nil }
    return Int32(value)
  }
}

/// From a value to the bin of its category.
struct CategoryLookup: Sendable {
  /// Bins by category, where categories are small numbers.
  private var dense: [UInt16] = []
  private var sparse: [Int32: UInt16] = [:]
  /// The bin of what is no known category, nor missing; 0 where it shares that of missing values.
  private var others: UInt16 = 0

  init(_ categories: [Int32]) {
    guard let largest = categories.max() else { return }
    if categories.last == CategoricalBins.others { others = UInt16(categories.count) }
    if largest < 1 << 20 { dense = [UInt16](repeating: 0, count: Int(largest) + 1) }
    for (place, category) in categories.enumerated() where category != CategoricalBins.others {
      if dense.isEmpty {
        sparse[category] = UInt16(place + 1)
      } else {
        dense[Int(category)] = UInt16(place + 1)
      }
    }
  }

  /// The bin of a value.
  @inline(__always)
  func bin(of value: Double) -> UInt16 {
    if value.isNaN { return 0 }
    // XGBoost looks at the sign before it cuts a fraction off.
    guard others == 0 || value >= 0, let category = CategoricalBins.category(of: value) else { return others }
    if dense.isEmpty { return sparse[category] ?? others }
    let bin = Int(category) < dense.count ? dense[Int(category)] : 0
    return bin == 0 ? others : bin
  }
}
