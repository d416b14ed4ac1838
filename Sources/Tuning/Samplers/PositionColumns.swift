/// The positions of the trials that have all parameters of a space, a column a parameter.
struct PositionColumns {
  private(set) var columns: [[Double]]
  private let names: [String]
  /// Where each parameter was in the trial before, and is most likely in the next.
  private var hints: [Int]
  private var row: [Double]

  init(_ space: SearchSpace, capacity: Int) {
    names = space.parameters.map(\.name)
    hints = [Int](repeating: 0, count: names.count)
    row = [Double](repeating: 0, count: names.count)
    columns = names.map { _ in
      var column: [Double] = []
      column.reserveCapacity(capacity)
      return column
    }
  }

  /// Takes the parameters of a trial, and leaves them out if one of the space is not among them.
  mutating func append(_ parameters: [TrialParameter]) {
    for place in names.indices {
      if hints[place] >= parameters.count || parameters[hints[place]].name != names[place] {
        guard let found = parameters.firstIndex(where: { $0.name == names[place] }) else { return }
        hints[place] = found
      }
      row[place] = parameters[hints[place]].position
    }
    for place in row.indices { columns[place].append(row[place]) }
  }
}
