import Foundation

/// The kernels of one parameter in a ``ParzenEstimator``: truncated normals of a number, or shares of choices.
package enum ParzenDimension {
  case numeric(NumericKernels)
  case choice(ChoiceKernels)

  package init(_ observations: [Double], _ distribution: Distribution, _ options: TPEOptions, dimensions: Int) {
    if let choices = distribution.choices {
      self = .choice(ChoiceKernels(observations, choices: choices, priorWeight: options.priorWeight))
    } else {
      self = .numeric(NumericKernels(observations, distribution, options, dimensions: dimensions))
    }
  }

  package func sample(_ kernel: Int, _ share: Double) -> Double {
    switch self {
    case .numeric(let kernels): kernels.sample(kernel, share)
    case .choice(let kernels): kernels.sample(kernel, share)
    }
  }

  /// The logarithms of the densities of the kernels at some positions.
  package func terms(_ positions: [Double]) -> DensityTerms {
    switch self {
    case .numeric(let kernels): kernels.terms(positions)
    case .choice(let kernels): kernels.terms(positions)
    }
  }
}

/// Shares of the choices of a parameter, a row a kernel: all the same for the prior, one raised for each observation.
package struct ChoiceKernels {
  /// How many choices there are.
  package let choices: Int
  /// The observed choice of each kernel; for the prior as many as there are choices.
  private let observed: [Int32]
  /// The logarithms of the share of the observed choice, of another, and of any in the prior.
  private let logHit: Double
  private let logMiss: Double
  private let logPrior: Double

  package init(_ observations: [Double], choices: Int, priorWeight: Double) {
    self.choices = choices
    observed = observations.map { Int32($0) } + [Int32(choices)]
    let base = priorWeight / Double(observations.count + 1)
    let total = base * Double(choices) + 1
    logHit = Foundation.log((base + 1) / total)
    logMiss = Foundation.log(base / total)
    logPrior = priorWeight == 0 && !observations.isEmpty ? -.infinity : -Foundation.log(Double(choices))
  }

  /// The share of a choice in a kernel.
  package func share(_ kernel: Int, _ choice: Int) -> Double {
    exp(Int(observed[kernel]) == choices ? logPrior : Int(observed[kernel]) == choice ? logHit : logMiss)
  }

  package func sample(_ kernel: Int, _ share: Double) -> Double {
    var sum = 0.0
    for choice in 0..<choices - 1 {
      sum += self.share(kernel, choice)
      if share < sum { return Double(choice) }
    }
    return Double(choices - 1)
  }

  package func terms(_ positions: [Double]) -> DensityTerms {
    let tables = positions.map { position in
      var table = [Double](repeating: logMiss, count: choices) + [logPrior]
      table[Int(position)] = logHit
      return table
    }
    return .classes(observed, tables: tables)
  }
}
