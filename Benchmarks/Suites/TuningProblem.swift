#if Programs
import Foundation
import Tuning

/// Something to make small: a formula with a known minimum, or what boosting loses on data it has not seen.
struct TuningProblem: Sendable {
  let name: String
  let space: SearchSpace
  let value: @Sendable ([String: ParameterValue]) throws -> Double

  /// The formulas, and the boosting problems where a folder of their data is given.
  static func all(data folder: String?) throws -> [TuningProblem] {
    guard let folder else { return try formulas() }
    return try formulas() + [
      try BoostingProblem.binary(folder).problem, try BoostingProblem.electricity(folder).problem,
    ]
  }

  /// Formulas with known minima.
  static func formulas() throws -> [TuningProblem] {
    [
      try formula("branin", 2, 0...1) { x in
        let a = x[0] * 15 - 5
        let b = x[1] * 15
        return pow(b - 5.1 / (4 * .pi * .pi) * a * a + 5 / .pi * a - 6, 2) + 10 * (1 - 1 / (8 * .pi)) * cos(a) + 10
      },
      try formula("hartmann6", 6, 0...1, hartmann),
      try rosenbrock(),
      try formula("ackley5", 5, -32.768...32.768) { x in
        var squares = 0.0
        var waves = 0.0
        for value in x {
          squares += value * value / 5
          waves += cos(2 * .pi * value) / 5
        }
        return 20 - 20 * exp(-0.2 * squares.squareRoot()) - exp(waves) + exp(1)
      },
      try formula("styblinski5", 5, -5...5) { x in
        var total = 0.0
        for value in x { total += pow(value, 4) - 16 * value * value + 5 * value }
        return total / 2
      },
    ]
  }

  static func rosenbrock() throws -> TuningProblem {
    try formula("rosenbrock5", 5, -5...10) { x in
      var total = 0.0
      for i in 0..<4 { total += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2) }
      return total
    }
  }

  private static func formula(
    _ name: String, _ count: Int, _ range: ClosedRange<Double>, _ formula: @escaping @Sendable ([Double]) -> Double
  ) throws -> TuningProblem {
    var space = SearchSpace()
    for place in 0..<count { try space.add("x\(place)", .real(range)) }
    return TuningProblem(name: name, space: space) { values in
      formula(
        (0..<count).map { place in if case .real(let x) = values["x\(place)"] { x } else { .nan } })
    }
  }

  @Sendable private static func hartmann(_ x: [Double]) -> Double {
    let alpha = [1.0, 1.2, 3, 3.2]
    let a: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p: [[Double]] = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    var total = 0.0
    for i in 0..<4 {
      var square = 0.0
      for k in 0..<6 { square += a[i][k] * (x[k] - p[i][k]) * (x[k] - p[i][k]) }
      total -= alpha[i] * exp(-square)
    }
    return total
  }
}
#endif
