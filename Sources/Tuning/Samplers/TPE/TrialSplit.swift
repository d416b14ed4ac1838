import Foundation

/// Trials cut into good ones and the rest, each by number.
///
/// Good are the best complete ones; where those are too few, the pruned that came furthest, then those whose constraints are
/// broken least. Running ones are never good.
package struct TrialSplit {
  /// The good ones.
  package private(set) var below: [TrialRecord] = []
  /// The rest.
  package private(set) var above: [TrialRecord] = []

  package init(
    finished: some Collection<TrialRecord>, running: [TrialRecord], directions: [Direction], good wanted: Int
  ) {
    var complete: [(index: Int, record: TrialRecord)] = []
    var pruned: [(key: (Double, Double), index: Int)] = []
    var infeasible: [(key: Double, index: Int)] = []
    for (index, trial) in finished.enumerated() {
      guard trial.state == .complete || trial.state == .pruned else { continue }
      if trial.violation > 0 {
        infeasible.append((trial.violation, index))
      } else if trial.state == .complete {
        complete.append((index, trial))
      } else {
        pruned.append((Self.prunedKey(trial, directions[0]), index))
      }
    }
    var good = Set<Int>()
    if directions.count == 1 {
      good.formUnion(
        Self.smallest(complete.map { (key: directions[0].loss($0.record.values[0]), index: $0.index) }, wanted))
    } else {
      let losses = complete.map { trial in zip(directions, trial.record.values).map { $0.loss($1) } }
      good.formUnion(Nondomination.best(wanted, of: losses).map { complete[$0].index })
    }
    for (_, index) in pruned.sorted(by: { ($0.key.0, $0.key.1, $0.index) < ($1.key.0, $1.key.1, $1.index) }).prefix(
      max(0, wanted - good.count))
    {
      good.insert(index)
    }
    for index in Self.smallest(infeasible, max(0, wanted - good.count)) { good.insert(index) }
    split(finished, running, good)
  }

  private mutating func split(_ finished: some Collection<TrialRecord>, _ running: [TrialRecord], _ good: Set<Int>) {
    var waiting = running[...]
    for (index, trial) in finished.enumerated() where trial.state == .complete || trial.state == .pruned {
      while let first = waiting.first, first.number < trial.number {
        above.append(first)
        waiting.removeFirst()
      }
      if good.contains(index) { below.append(trial) } else { above.append(trial) }
    }
    above.append(contentsOf: waiting)
  }

  /// The indices of the smallest keys, earlier ones before later ones of the same key.
  private static func smallest(_ items: [(key: Double, index: Int)], _ count: Int) -> [Int] {
    if count >= items.count { return items.map(\.index) }
    if count <= 0 { return [] }
    // Insertion into the few best so far: most items are compared once and left.
    var best: [(key: Double, index: Int)] = []
    for item in items {
      if best.count == count, item.key >= best[count - 1].key { continue }
      var place = best.count
      while place > 0, best[place - 1].key > item.key { place -= 1 }
      best.insert(item, at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map(\.index)
  }

  private static func prunedKey(_ trial: TrialRecord, _ direction: Direction) -> (Double, Double) {
    guard let last = trial.lastReport else { return (1, 0) }
    return (-Double(last.step), last.value.isNaN ? .infinity : direction.loss(last.value))
  }
}
