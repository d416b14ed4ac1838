/// Points that no other point beats in every objective; small is better.
package enum ParetoFront {
  /// Whether a point is at least as good everywhere and better somewhere.
  package static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
    var isBetter = false
    for (x, y) in zip(a, b) {
      if x > y { return false }
      if x < y { isBetter = true }
    }
    return isBetter
  }

  /// The indices of the points of the front, in their order; equal points are all of it or none.
  package static func indices(_ losses: [[Double]]) -> [Int] {
    let order = losses.indices.sorted { losses[$0].lexicographicallyPrecedes(losses[$1]) }
    // A later point of this order never dominates an earlier one, so only the front so far needs to be asked.
    var front: [Int] = []
    for index in order where !front.contains(where: { dominates(losses[$0], losses[index]) }) { front.append(index) }
    return front.sorted()
  }
}

/// Ranks of nondomination: 0 for the front, 1 for the front of the rest, and so on.
package enum Nondomination {
  /// The ranks; points after the first `needed` share the last one.
  package static func ranks(_ losses: [[Double]], needed: Int) -> [Int] {
    var ranks = [Int](repeating: 0, count: losses.count)
    var rest = Array(losses.indices)
    var rank = 0
    while losses.count - rest.count < needed, !rest.isEmpty {
      let front = Set(ParetoFront.indices(rest.map { losses[$0] }).map { rest[$0] })
      for index in front { ranks[index] = rank }
      rest.removeAll { front.contains($0) }
      rank += 1
    }
    for index in rest { ranks[index] = rank }
    return ranks
  }

  /// The indices of the best `count` points: whole ranks, and of the last rank those that together have most hypervolume.
  package static func best(_ count: Int, of losses: [[Double]]) -> [Int] {
    if count <= 0 { return [] }
    if count >= losses.count { return Array(losses.indices) }
    let ranks = ranks(losses, needed: count)
    var chosen: [Int] = []
    var rank = 0
    while true {
      let members = losses.indices.filter { ranks[$0] == rank }
      if chosen.count + members.count > count {
        let subset = HypervolumeSubset.greedy(count - chosen.count, of: members.map { losses[$0] })
        return chosen + subset.map { members[$0] }
      }
      chosen += members
      if chosen.count == count { return chosen }
      rank += 1
    }
  }
}
