/// A histogram with the sums of features that share a byte taken apart: for one thread.
package struct HistogramReader {
  private let layout: HistogramLayout
  private let histogram: UnsafeMutablePointer<Int64>
  private let scratch: UnsafeMutablePointer<Int64>
  /// First member of the byte whose sums stand in `scratch`, one feature after another.
  private var apart = -1

  /// Words of scratch: what remains of the cells; the sums of the features of a byte, whose numbers of bins add up to no more
  /// than its cells and constant features; and room for a search that reads four words at a time, to the next multiple of
  /// four behind the last.
  package static func scratchCapacity(_ layout: HistogramLayout) -> Int {
    2 * binsPerFeature + layout.members.count + 4
  }

  package init(
    _ layout: HistogramLayout, _ histogram: UnsafeMutablePointer<Int64>, scratch: UnsafeMutablePointer<Int64>
  ) {
    self.layout = layout
    self.histogram = histogram
    self.scratch = scratch
  }

  /// The sums of a feature's bins; valid until the next call.
  package mutating func sums(of place: Int) -> UnsafePointer<Int64> {
    let member = layout.members[place]
    if member.group.count == 1 { return UnsafePointer(histogram + member.start) }
    if apart != member.group.lowerBound { takeApart(member) }
    var sums = scratch + binsPerFeature
    for before in member.group.lowerBound..<place { sums += layout.members[before].binCount }
    return UnsafePointer(sums)
  }

  /// From the highest digit down: its sums are those of neighbouring cells, and then the cells are added up over it.
  private mutating func takeApart(_ member: HistogramLayout.Member) {
    apart = member.group.lowerBound
    let members = layout.members
    var cells = UnsafePointer(histogram + member.start)
    var sums = scratch + binsPerFeature + member.group.reduce(0) { $0 + members[$1].binCount }
    for place in member.group.reversed() {
      let (size, count) = (members[place].multiplier, members[place].binCount)
      sums -= count
      // Nobody asks for the sum of a constant feature.
      if count == 1 { continue }
      for bin in 0..<count {
        var sum: Int64 = 0
        for cell in bin &* size..<(bin &+ 1) &* size { sum &+= cells[cell] }
        sums[bin] = sum
      }
      if size == 1 { continue }
      if cells != UnsafePointer(scratch) { scratch.update(from: cells, count: size) }
      for bin in 1..<max(1, count) {
        for cell in 0..<size { scratch[cell] &+= cells[bin &* size &+ cell] }
      }
      cells = UnsafePointer(scratch)
    }
  }

  /// Whether the last search found a split of the feature.
  func isSplittable(_ place: Int) -> Bool { histogram[layout.length + place] != 0 }

  func mark(_ place: Int, isSplittable: Bool) { histogram[layout.length + place] = isSplittable ? 1 : 0 }
}
