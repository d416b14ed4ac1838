/// Histograms of open leaves, reused from tree to tree.
///
/// Not safe for concurrent use; the grower takes and gives back histograms on one thread.
final class HistogramPool {
  /// Sums a histogram holds: 256 a feature, features padded to a multiple of 8.
  let length: Int
  /// Behind the sums each feature has a word that says whether a search has found a split of it: 1 or 0.
  private let flags: Int
  private var all: [UnsafeMutablePointer<Int64>] = []
  private var free: [UnsafeMutablePointer<Int64>] = []

  init(blocks: Int) {
    length = blocks * 8 * binsPerFeature
    flags = blocks * 8
  }

  deinit {
    for histogram in all { histogram.deallocate() }
  }

  /// A histogram with any content; whoever fills it clears it first.
  func take() -> UnsafeMutablePointer<Int64> {
    if let histogram = free.popLast() { return histogram }
    let histogram = UnsafeMutablePointer<Int64>.allocate(capacity: length + flags)
    all.append(histogram)
    return histogram
  }

  func giveBack(_ histogram: UnsafeMutablePointer<Int64>) { free.append(histogram) }
}
