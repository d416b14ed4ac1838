/// The volume that points dominate, up to a reference point; small is better.
///
/// Exact: a sweep in two dimensions, slices of such sweeps in three, and the recursion of While, Bradstreet and Barone ("A fast
/// way of calculating exact hypervolumes", 2012) above.
public enum Hypervolume {
  /// The volume.
  ///
  /// - Parameters:
  ///   - points: Losses, each with as many numbers as the reference.
  ///   - reference: A point no better than any that counts; points that are not better than it everywhere add nothing.
  public static func of(_ points: [[Double]], reference: [Double]) -> Double {
    let inside = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
    if inside.isEmpty { return 0 }
    let front = ParetoFront.indices(inside).map { inside[$0] }
    switch reference.count {
    case 1: return reference[0] - (front.map { $0[0] }.min() ?? reference[0])
    case 2: return area(front, reference)
    case 3: return volume(front, reference)
    default: return recursive(front.sorted { $0.lexicographicallyPrecedes($1) }, reference)
    }
  }

  private static func area(_ front: [[Double]], _ reference: [Double]) -> Double {
    var total = 0.0
    var ceiling = reference[1]
    for point in front.sorted(by: { $0.lexicographicallyPrecedes($1) }) where point[1] < ceiling {
      total += (reference[0] - point[0]) * (ceiling - point[1])
      ceiling = point[1]
    }
    return total
  }

  private static func volume(_ front: [[Double]], _ reference: [Double]) -> Double {
    let sorted = front.sorted { $0[2] < $1[2] }
    var total = 0.0
    for (index, point) in sorted.enumerated() {
      let next = index + 1 < sorted.count ? sorted[index + 1][2] : reference[2]
      if next == point[2] { continue }
      total += area(sorted[...index].map { [$0[0], $0[1]] }, [reference[0], reference[1]]) * (next - point[2])
    }
    return total
  }

  /// Sums over the points what each adds to those after it.
  private static func recursive(_ front: [[Double]], _ reference: [Double]) -> Double {
    var total = 0.0
    for (index, point) in front.enumerated() {
      let own = zip(point, reference).reduce(1.0) { $0 * ($1.1 - $1.0) }
      let limited = front[(index + 1)...].map { other in zip(point, other).map { max($0, $1) } }
      total += own - of(limited, reference: reference)
    }
    return total
  }
}

/// Points of which the hypervolume is large, chosen one after the other.
///
/// Source: Guerreiro, Fonseca and Paquete, "Greedy hypervolume subset selection in low dimensions" (2016).
package enum HypervolumeSubset {
  /// The indices of the chosen points; their order is that of the choice.
  package static func greedy(_ count: Int, of losses: [[Double]]) -> [Int] {
    if count >= losses.count { return Array(losses.indices) }
    let unique = uniqueIndices(losses)
    if unique.count < count {
      let extra = losses.indices.filter { !unique.contains($0) }.prefix(count - unique.count)
      return (unique + extra).sorted()
    }
    let reference = reference(losses)
    guard reference.allSatisfy(\.isFinite), unique.count > count else { return Array(unique.prefix(count)) }
    var rest = unique
    // What each would add, or more: adding points to the set never raises what another one adds.
    var gains = rest.map { index in zip(losses[index], reference).reduce(1.0) { $0 * ($1.1 - $1.0) } }
    var chosen: [Int] = []
    var volume = 0.0
    while chosen.count < count {
      var best = 0
      for i in rest.indices where gains[i] > gains[best] { best = i }
      volume += gains[best]
      chosen.append(rest.remove(at: best))
      gains.remove(at: best)
      if chosen.count < count { update(&gains, rest, chosen, losses, reference, volume) }
    }
    return chosen
  }

  private static func update(
    _ gains: inout [Double], _ rest: [Int], _ chosen: [Int], _ losses: [[Double]], _ reference: [Double],
    _ volume: Double
  ) {
    var largest = 0.0
    for i in rest.indices.sorted(by: { (-gains[$0], $0) < (-gains[$1], $1) }) where gains[i] >= largest {
      gains[i] = Hypervolume.of((chosen + [rest[i]]).map { losses[$0] }, reference: reference) - volume
      largest = max(largest, gains[i])
    }
  }

  /// A point a tenth worse than the worst in every objective.
  package static func reference(_ losses: [[Double]]) -> [Double] {
    (0..<(losses.first?.count ?? 0)).map { place in
      let worst = losses.reduce(-Double.infinity) { max($0, $1[place]) }
      let point = max(1.1 * worst, 0.9 * worst)
      return point == 0 ? 1e-12 : point
    }
  }

  /// The first index of each different point, by the points.
  private static func uniqueIndices(_ losses: [[Double]]) -> [Int] {
    let order = losses.indices.sorted {
      losses[$0] == losses[$1] ? $0 < $1 : losses[$0].lexicographicallyPrecedes(losses[$1])
    }
    var unique: [Int] = []
    for index in order where unique.last.map({ losses[$0] != losses[index] }) ?? true { unique.append(index) }
    return unique
  }
}
