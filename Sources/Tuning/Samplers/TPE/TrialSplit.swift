import Foundation

/// Trials cut into good ones and the rest, each by number.
///
/// Good are the best complete ones; where those are too few, the pruned that came furthest, then those whose constraints are
/// broken least. Running ones are never good.
package struct TrialSplit {
  /// Where a trial is: records are large, and most of what has to do with thousands of them is copying.
  enum Place {
    case finished(Int)
    case running(Int)
  }

  private let finished: ArraySlice<TrialRecord>
  private let running: [TrialRecord]
  private(set) var good: [Place] = []
  private(set) var rest: [Place] = []

  /// The good ones.
  package var below: [TrialRecord] { good.map { self[$0] } }
  /// The rest.
  package var above: [TrialRecord] { rest.map { self[$0] } }

  package init(
    finished: ArraySlice<TrialRecord>, running: [TrialRecord], directions: [Direction], good wanted: Int
  ) {
    self.finished = finished
    self.running = running
    var complete: [(key: Double, index: Int)] = []
    var pruned: [(key: (Double, Double), index: Int)] = []
    var infeasible: [(key: Double, index: Int)] = []
    for index in finished.indices where Self.counts(finished[index].state) {
      let violation = finished[index].constraints.isEmpty ? 0 : finished[index].violation
      if violation > 0 {
        infeasible.append((violation, index))
      } else if finished[index].state == .complete {
        complete.append((directions[0].loss(finished[index].values[0]), index))
      } else {
        pruned.append((Self.prunedKey(finished[index], directions[0]), index))
      }
    }
    var best = Set<Int>()
    if directions.count == 1 {
      best.formUnion(Self.smallest(complete, wanted))
    } else {
      let losses = complete.map { trial in zip(directions, finished[trial.index].values).map { $0.loss($1) } }
      best.formUnion(Nondomination.best(wanted, of: losses).map { complete[$0].index })
    }
    for (_, index) in pruned.sorted(by: { ($0.key.0, $0.key.1, $0.index) < ($1.key.0, $1.key.1, $1.index) }).prefix(
      max(0, wanted - best.count))
    {
      best.insert(index)
    }
    for index in Self.smallest(infeasible, max(0, wanted - best.count)) { best.insert(index) }
    split(best)
  }

  /// Whether a trial in this state is good or bad, rather than neither.
  static func counts(_ state: TrialState) -> Bool { state == .complete || state == .pruned }

  private mutating func split(_ best: Set<Int>) {
    var waiting = running.indices
    for index in finished.indices where Self.counts(finished[index].state) {
      while let first = waiting.first, running[first].number < finished[index].number {
        rest.append(.running(first))
        waiting.removeFirst()
      }
      if best.contains(index) { good.append(.finished(index)) } else { rest.append(.finished(index)) }
    }
    rest.append(contentsOf: waiting.map { .running($0) })
  }

  private subscript(place: Place) -> TrialRecord {
    switch place {
    case .finished(let index): finished[index]
    case .running(let index): running[index]
    }
  }

  /// The positions of those trials that have all parameters of a space, a column a parameter.
  func columns(_ places: [Place], _ space: SearchSpace) -> [[Double]] {
    var columns = PositionColumns(space, capacity: places.count)
    for place in places {
      switch place {
      case .finished(let index): columns.append(finished[index].parameters)
      case .running(let index): columns.append(running[index].parameters)
      }
    }
    return columns.columns
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
