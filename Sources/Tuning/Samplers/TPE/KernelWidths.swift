/// How wide the kernel around each of some places is: the larger gap to a neighbour, within limits.
package enum KernelWidths {
  /// The widths.
  ///
  /// - Parameters:
  ///   - places: Where the kernels are, between the ends of the range.
  ///   - range: The ends.
  ///   - narrowest: The least that a width may be; the whole range is the most.
  ///   - considersEndpoints: Whether the ends of the range are neighbours of the outermost kernels; else those have the inner gap.
  /// - Complexity: O(n), or O(n log n) if `narrowest` is below a 200th of the range.
  package static func values(
    _ places: [Double], _ range: (low: Double, high: Double), narrowest: Double, considersEndpoints: Bool
  ) -> [Double] {
    let size = range.high - range.low
    // A range that was changed in mid-study may leave places outside of it, even infinitely far.
    guard places.count >= 64, size > 0, narrowest * Double(buckets) > size * 1.1,
      places.allSatisfy({ range.low...range.high ~= $0 })
    else {
      return sorted(places, range, narrowest: narrowest, considersEndpoints: considersEndpoints)
    }
    // What lies between the first and the last of a bucket has neighbours nearer than the narrowest width, so only first and last
    // ones need their gaps: there is nothing to sort.
    var firsts = [Int32](repeating: -1, count: buckets)
    var lasts = firsts
    let scale = Double(buckets) / size
    for index in places.indices {
      let place = places[index]
      let bucket = min(buckets - 1, max(0, Int((place - range.low) * scale)))
      if firsts[bucket] < 0 || place < places[Int(firsts[bucket])] { firsts[bucket] = Int32(index) }
      // Of equal ones the later is the outer.
      if lasts[bucket] < 0 || place >= places[Int(lasts[bucket])] { lasts[bucket] = Int32(index) }
    }
    var edges: [Int] = []
    for bucket in 0..<buckets where firsts[bucket] >= 0 {
      edges.append(Int(firsts[bucket]))
      if lasts[bucket] != firsts[bucket] { edges.append(Int(lasts[bucket])) }
    }
    var widths = [Double](repeating: narrowest, count: places.count)
    setGaps(edges, places, range, considersEndpoints: considersEndpoints, &widths)
    for index in edges { widths[index] = min(max(widths[index], narrowest), size) }
    return widths
  }

  /// The same by order.
  package static func sorted(
    _ places: [Double], _ range: (low: Double, high: Double), narrowest: Double, considersEndpoints: Bool
  ) -> [Double] {
    var widths = [Double](repeating: 0, count: places.count)
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    setGaps(order, places, range, considersEndpoints: considersEndpoints, &widths)
    return widths.map { min(max($0, narrowest), range.high - range.low) }
  }

  private static let buckets = 200

  private static func setGaps(
    _ order: [Int], _ places: [Double], _ range: (low: Double, high: Double), considersEndpoints: Bool,
    _ widths: inout [Double]
  ) {
    guard let first = order.first, let last = order.last else { return }
    for (rank, index) in order.enumerated() {
      let left = rank == 0 ? range.low : places[order[rank - 1]]
      let right = rank == order.count - 1 ? range.high : places[order[rank + 1]]
      widths[index] = max(places[index] - left, right - places[index])
    }
    if !considersEndpoints, order.count >= 2 {
      widths[first] = places[order[1]] - places[first]
      widths[last] = places[last] - places[order[order.count - 2]]
    }
  }
}
