/// Where the sums of each feature stand in a histogram.
///
/// First 256 sums a byte of the rows, bytes padded to a multiple of 8; then the bins of features that have more, in their
/// order; then a word a feature that says whether a search has found a split of it: 1 or 0.
package struct HistogramLayout: Sendable {
  /// A feature's sums.
  package struct Member: Sendable {
    package let feature: Int
    /// First of the sums, or of those of the byte that it shares.
    let start: Int
    /// Features of the byte, by ascending multiplier, as members; one alone has no others.
    package let group: Range<Int>
    /// What the bins of a feature that shares a byte are multiplied by.
    let multiplier: Int
    let binCount: Int
  }

  /// Blocks of eight bytes.
  package let blocks: Int
  /// All sums.
  package let length: Int
  /// The features, block after block; their flags stand in the same order.
  package let members: [Member]
  /// The features with more than 256 bins.
  let wide: [Int]
  /// Most bins of a feature.
  let mostBins: Int
  /// The place of each feature in ``members``.
  let places: [Int]
  /// First bin of the features with more than 256 bins.
  let wideStarts: [Int: Int]
  /// First bin of the wide features, and first member, from each block on, and the ends.
  private let wideBounds: [Int]
  private let memberBounds: [Int]

  package init(_ mappers: [BinMapper], _ rows: RowLayout) {
    blocks = (rows.groups.count + 7) / 8
    var next = blocks * 8 * binsPerFeature
    var members: [Member] = []
    var (wideStarts, wideBounds, memberBounds): ([Int: Int], [Int], [Int]) = ([:], [], [])
    for (byte, group) in rows.groups.enumerated() {
      if byte % 8 == 0 {
        wideBounds.append(next)
        memberBounds.append(members.count)
      }
      let places = members.count..<members.count + group.count
      for feature in group {
        let mapper = mappers[feature]
        members.append(
          Member(
            feature: feature, start: mapper.isWide ? next : byte * binsPerFeature, group: places,
            multiplier: rows.multiplier[feature], binCount: max(1, mapper.binCount)))
        if mapper.isWide {
          wideStarts[feature] = next
          next += mapper.binCount
        }
      }
    }
    wideBounds.append(next)
    memberBounds.append(members.count)
    length = next
    var order = [Int](repeating: 0, count: mappers.count)
    for (place, member) in members.enumerated() { order[member.feature] = place }
    places = order
    (self.members, self.wideStarts, self.wideBounds, self.memberBounds) = (
      members, wideStarts, wideBounds, memberBounds
    )
    wide = mappers.indices.filter { mappers[$0].isWide }
    mostBins = max(binsPerFeature, mappers.map(\.binCount).max() ?? 0)
  }

  /// The sums of some blocks: those of 256 bins a byte, and the wide ones.
  func places(_ own: Range<Int>) -> [Range<Int>] {
    let wide = wideBounds[own.lowerBound]..<wideBounds[own.upperBound]
    let first = own.lowerBound * 8 * binsPerFeature..<own.upperBound * 8 * binsPerFeature
    return wide.isEmpty ? [first] : [first, wide]
  }

  /// The features of some blocks, as places in ``members``.
  func members(of own: Range<Int>) -> Range<Int> { memberBounds[own.lowerBound]..<memberBounds[own.upperBound] }
}
