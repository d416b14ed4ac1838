/// Where the sums of each feature stand in a histogram.
///
/// First 256 bins a feature, features padded to a multiple of 8; then the bins of those that have more, in their order;
/// then a word a feature that says whether a search has found a split of it: 1 or 0.
struct HistogramLayout: Sendable {
  /// Blocks of eight features.
  let blocks: Int
  /// All sums.
  let length: Int
  /// First bin of each feature.
  let starts: [Int]
  /// The features with more than 256 bins.
  let wide: [Int]
  /// Most bins of a feature.
  let mostBins: Int
  /// First bin of the wide features from each block on, and the end.
  private let wideStarts: [Int]

  init(_ mappers: [BinMapper]) {
    blocks = (mappers.count + 7) / 8
    var next = blocks * 8 * binsPerFeature
    var starts: [Int] = []
    var wideStarts: [Int] = []
    for (feature, mapper) in mappers.enumerated() {
      if feature % 8 == 0 { wideStarts.append(next) }
      starts.append(mapper.isWide ? next : feature * binsPerFeature)
      if mapper.isWide { next += mapper.binCount }
    }
    wideStarts.append(next)
    length = next
    (self.starts, self.wideStarts) = (starts, wideStarts)
    wide = mappers.indices.filter { mappers[$0].isWide }
    mostBins = max(binsPerFeature, mappers.map(\.binCount).max() ?? 0)
  }

  /// The sums of some blocks: those of 256 bins a feature, and the wide ones.
  func places(_ own: Range<Int>) -> [Range<Int>] {
    let wide = wideStarts[own.lowerBound]..<wideStarts[own.upperBound]
    let first = own.lowerBound * 8 * binsPerFeature..<own.upperBound * 8 * binsPerFeature
    return wide.isEmpty ? [first] : [first, wide]
  }
}

/// Histograms of open leaves, reused from tree to tree.
///
/// Not safe for concurrent use; the grower takes and gives back histograms on one thread.
final class HistogramPool {
  let layout: HistogramLayout
  private var all: [UnsafeMutablePointer<Int64>] = []
  private var free: [UnsafeMutablePointer<Int64>] = []

  init(_ layout: HistogramLayout) { self.layout = layout }

  deinit {
    for histogram in all { histogram.deallocate() }
  }

  /// A histogram with any content; whoever fills it clears it first.
  func take() -> UnsafeMutablePointer<Int64> {
    if let histogram = free.popLast() { return histogram }
    let histogram = UnsafeMutablePointer<Int64>.allocate(capacity: layout.length + layout.blocks * 8)
    all.append(histogram)
    return histogram
  }

  func giveBack(_ histogram: UnsafeMutablePointer<Int64>) { free.append(histogram) }
}
