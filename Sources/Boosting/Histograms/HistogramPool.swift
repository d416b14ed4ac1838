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
    let histogram = UnsafeMutablePointer<Int64>.allocate(capacity: layout.length + layout.members.count)
    all.append(histogram)
    return histogram
  }

  func giveBack(_ histogram: UnsafeMutablePointer<Int64>) { free.append(histogram) }
}
