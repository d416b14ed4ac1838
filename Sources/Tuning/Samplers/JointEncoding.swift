/// Points of a space as points of a unit cube, for samplers that know numbers only; a choice takes a coordinate a value.
struct JointEncoding {
  let space: SearchSpace
  /// How many coordinates there are.
  let count: Int

  init(_ space: SearchSpace) {
    self.space = space
    count = space.parameters.reduce(0) { $0 + ($1.distribution.choices ?? 1) }
  }

  /// The point of some positions, one a parameter.
  func encode(_ positions: [Double]) -> [Double] {
    var point: [Double] = []
    for (parameter, position) in zip(space.parameters, positions) {
      if let choices = parameter.distribution.choices {
        for choice in 0..<choices { point.append(Double(choice) == position ? 1 : 0) }
      } else {
        point.append(UnitInterval.share(position, parameter.distribution))
      }
    }
    return point
  }

  /// The positions of a point: the nearest value, and of a choice the one with the largest coordinate.
  func decode(_ point: [Double]) -> [Double] {
    var rest = point[...]
    return space.parameters.map { parameter in
      let width = parameter.distribution.choices ?? 1
      defer { rest = rest.dropFirst(width) }
      if parameter.distribution.choices != nil {
        var best = 0
        for (index, value) in rest.prefix(width).enumerated() where value > rest[rest.startIndex + best] {
          best = index
        }
        return Double(best)
      }
      return UnitInterval.position(min(1, max(0, rest[rest.startIndex])), parameter.distribution)
    }
  }

  /// Positions by name.
  func named(_ positions: [Double]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(space.parameters, positions).map { ($0.name, $1) })
  }
}
