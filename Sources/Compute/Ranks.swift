/// Ranks from 1 in ascending order, ties by their mean, and the size of each group of equal values.
///
/// - Parameter values: Without NaN.
/// - Complexity: O(n log n).
package func meanRanks(_ values: [Double]) -> (ranks: [Double], ties: [Int]) {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var ties: [Int] = []
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
    ties.append(end - start)
    start = end
  }
  return (ranks, ties)
}
