/// How a row's bins are laid into bytes: features of few bins share one, so that one addition to a histogram serves all of
/// them.
///
/// A shared byte is a number in mixed radix, the sum of `bin · multiplier` over its features:
/// ```
/// features of 2, 3 and 40 bins    byte = bin0 + 2 · bin1 + 6 · bin2    below 240
/// ```
/// A feature's sums are those of the cells in which it has the same digit, so nothing is lost, whatever the columns; bundles
/// of exclusive columns (LightGBM's EFB) take rows out where two columns meet. A constant feature has a digit that is
/// always 0.
package struct RowLayout: Sendable {
  /// The features of each byte, by ascending multiplier; one alone has the whole byte.
  package let groups: [[Int]]
  /// The byte of each feature.
  package let byte: [Int]
  /// What each feature's bin is multiplied by.
  let multiplier: [Int]
  private let binCounts: [Int]
  /// Bytes between rows: the groups, filled up to whole words.
  package let stride: Int

  package init(_ mappers: [BinMapper]) { self.init(binCounts: mappers.map(\.binCount)) }

  /// - Parameters:
  ///   - binCounts: Bins of each feature; one of more than 256 has a byte of its own, which holds the low byte.
  ///   - shares: Whether features may share a byte.
  package init(binCounts: [Int], shares: Bool = true) {
    self.binCounts = binCounts.map { max(1, $0) }
    // Open groups by the number of bins that a feature may still have: the fullest group that has room takes the next.
    var open = [[Int]](repeating: [], count: RowLayout.cells + 1)
    var groups: [[Int]] = []
    let few = binCounts.indices.filter { shares && binCounts[$0] <= RowLayout.cells / 2 }
    for feature in few.sorted(by: { (binCounts[$0], $1) > (binCounts[$1], $0) }) {
      let count = max(1, binCounts[feature])
      if let room = (count...RowLayout.cells).first(where: { !open[$0].isEmpty }) {
        let group = open[room].removeLast()
        groups[group].append(feature)
        open[room / count].append(group)
      } else {
        groups.append([feature])
        open[RowLayout.cells / count].append(groups.count - 1)
      }
    }
    groups += binCounts.indices.filter { !shares || binCounts[$0] > RowLayout.cells / 2 }.map { [$0] }
    // In the order of the features, as far as one byte a group allows that.
    groups.sort { ($0.min() ?? 0) < ($1.min() ?? 0) }
    var byte = [Int](repeating: 0, count: binCounts.count)
    var multiplier = [Int](repeating: 1, count: binCounts.count)
    for (number, group) in groups.enumerated() {
      var next = 1
      for feature in group {
        (byte[feature], multiplier[feature]) = (number, next)
        next *= max(1, binCounts[feature])
      }
    }
    (self.groups, self.byte, self.multiplier) = (groups, byte, multiplier)
    stride = (groups.count + 7) / 8 * 8
  }

  /// Values of a byte.
  private static let cells = 256

  /// Whether a feature has its byte for itself, which then is its bin.
  package func isAlone(_ feature: Int) -> Bool { groups[byte[feature]].count == 1 }

  /// The bin of a feature in its byte; of one with more than 256 bins the low byte.
  package func bin(of feature: Int, in byte: UInt8) -> Int {
    isAlone(feature) ? Int(byte) : Int(byte) / multiplier[feature] % binCounts[feature]
  }

  /// Sets the bits, of 256, of the bytes in which a feature has a bin for which `holds` says yes; a byte of its own may say a bin above the last.
  func setBits(of feature: Int, in words: UnsafeMutablePointer<UInt64>, where holds: (Int) -> Bool) {
    let (width, bins) = isAlone(feature) ? (1, RowLayout.cells) : (multiplier[feature], binCounts[feature])
    var byte = 0
    while byte < RowLayout.cells {
      // Once for each value of the higher digits.
      for bin in 0..<bins {
        let end = min(byte + width, RowLayout.cells)
        if holds(bin) { for byte in byte..<end { words[byte / 64] |= 1 << UInt64(byte % 64) } }
        byte = end
      }
    }
  }
}
