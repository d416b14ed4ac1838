import Compute
import Foundation
import Testing
import Tuning

@Suite("Parzen estimators are Optuna's") struct ParzenTests {
  @Test(
    "weights, centres, widths and log densities agree to 1e-12",
    arguments: [("parzen.json", TPEOptions.optuna5), ("parzen4.json", TPEOptions.optuna4)])
  func golden(_ file: String, _ defaults: TPEOptions) throws {
    let cases = try goldenCases(file)
    #expect(cases.count > 100)
    for item in cases {
      let space = SearchSpace(
        try #require(item["space"]?.items).map {
          SearchSpace.Parameter(
            name: try #require($0["name"]?.string),
            distribution: try #require($0["distribution"].flatMap { Distribution($0) }))
        })
      var options = defaults
      options.isMultivariate = item["joint"]?.bool
      options.considersEndpoints = item["endpoints"]?.bool ?? false
      options.magicClip = item["clip"]?.bool ?? true
      options.priorWeight = item["prior"]?.number ?? 1
      let estimator = ParzenEstimator(try #require(item["observed"]?.rows), space, options)
      let label = space.parameters.map(\.name).joined(separator: " ")
      #expect(
        distance(estimator.logWeights.map { exp($0) }, try #require(item["weights"]?.numbers)) < 1e-12, "\(label)")
      for (dimension, wanted) in zip(estimator.dimensions, try #require(item["dimensions"]?.items)) {
        switch dimension {
        case .numeric(let kernels):
          #expect(distance(kernels.centres, try #require(wanted["centres"]?.numbers)) < 1e-12, "\(label)")
          #expect(distance(kernels.widths, try #require(wanted["widths"]?.numbers)) < 1e-12, "\(label)")
        case .choice(let kernels):
          let shares = try #require(wanted["shares"]?.rows)
          for (offset, row) in shares.enumerated() {
            let kernel = estimator.logWeights.count - shares.count + offset
            #expect(distance((0..<kernels.choices).map { kernels.share(kernel, $0) }, row) < 1e-12, "\(label)")
          }
        }
      }
      let densities = estimator.logDensity(try #require(item["points"]?.rows))
      let gap = distance(densities, try #require(item["log_density"]?.numbers))
      #expect(gap < 1e-12, "\(label) with \(estimator.logWeights.count) kernels")
    }
  }

  @Test("the good trials are Optuna's: complete, pruned, infeasible, running, one objective and several") func splits()
    throws
  {
    for item in try goldenCases("splits.json") {
      let directions = try #require(item["directions"]?.items).compactMap { $0.string.flatMap(Direction.init) }
      var finished: [TrialRecord] = []
      var running: [TrialRecord] = []
      for (number, json) in try #require(item["trials"]?.items).enumerated() {
        var trial = TrialRecord(
          number: number, state: try #require(json["state"]?.string.flatMap { TrialState(word: $0) }))
        if trial.state == .complete { trial.values = json["values"]?.numbers ?? [] }
        trial.reports = (json["reports"]?.rows ?? []).map { TrialRecord.Report(step: Int($0[0]), value: $0[1]) }
        if let constraint = json["constraint"]?.number { trial.constraints["c"] = constraint }
        if trial.state == .running { running.append(trial) } else { finished.append(trial) }
      }
      let split = TrialSplit(
        finished: finished[...], running: running, directions: directions,
        good: try #require(item["wanted"]?.wholeNumber))
      #expect(split.below.map(\.number) == item["below"]?.wholes, "\(directions) \(item["wanted"] as Any)")
      #expect(split.above.map(\.number) == item["above"]?.wholes, "\(directions)")
    }
  }

  @Test("widths without an order are those by order, equal places and clusters included") func widths() {
    var random = RandomStream(seed: 4)
    for count in [64, 65, 200, 1500] {
      for kind in 0..<4 {
        let places = (0..<count).map { index -> Double in
          let share = random.uniform()
          return switch kind {
          case 0: share * 7 - 2
          case 1: (share * 40).rounded() / 40 * 7 - 2
          case 2: index % 50 == 0 ? share * 7 - 2 : 1 + 0.01 * share
          default: 5
          }
        }
        for considersEndpoints in [false, true] {
          for share in [Double(min(100, count + 2)), 181] {
            let range = (low: -2.0, high: 5.0)
            let fast = KernelWidths.values(
              places, range, narrowest: 7 / share, considersEndpoints: considersEndpoints)
            let naive = KernelWidths.sorted(
              places, range, narrowest: 7 / share, considersEndpoints: considersEndpoints)
            #expect(fast == naive, "\(count) of kind \(kind)")
          }
        }
      }
    }
  }

  @Test("densities of many kernels are those of the formula") func manyKernels() throws {
    var random = RandomStream(seed: 6)
    var space = SearchSpace()
    try space.add("x", .real(-2...5))
    try space.add("n", .whole(1...40))
    let count = 1003
    let observed = [
      (0..<count).map { _ in random.uniform() * 7 - 2 }, (0..<count).map { _ in Double(1 + random.index(below: 40)) },
    ]
    let estimator = ParzenEstimator(observed, space, TPEOptions())
    let points: [[Double]] = [[-1.9, -1.1, 0.3, 1, 1.7, 2.5, 3.3, 4.1, 4.9], [1, 5, 9, 13, 17, 21, 25, 29, 40]]
    guard case .numeric(let x) = estimator.dimensions[0], case .numeric(let n) = estimator.dimensions[1] else {
      Issue.record("no numbers")
      return
    }
    func mass(_ kernels: NumericKernels, _ kernel: Int, _ low: Double, _ high: Double) -> Double {
      NormalDistribution.logMass(
        (low - kernels.centres[kernel]) / kernels.widths[kernel],
        (high - kernels.centres[kernel]) / kernels.widths[kernel])
    }
    let found = estimator.logDensity(points)
    for point in points[0].indices {
      let sum = estimator.logWeights.indices.reduce(0.0) { sum, kernel in
        let z = (points[0][point] - x.centres[kernel]) / x.widths[kernel]
        let density = -0.5 * z * z - 0.5 * log(2 * .pi) - log(x.widths[kernel]) - mass(x, kernel, -2, 5)
        let share =
          mass(n, kernel, points[1][point] - 0.5, points[1][point] + 0.5) - mass(n, kernel, 0.5, 40.5)
        return sum + exp(estimator.logWeights[kernel] + density + share)
      }
      #expect(abs(found[point] - log(sum)) < 1e-12 * max(1, abs(log(sum))))
    }
  }

  @Test("draws of a truncated normal have its distribution") func truncated() {
    for (low, high) in [(-1.0, 2.0), (3.0, 4.0), (-9.0, -8.0), (-30.0, 0.5)] {
      for share in [0.001, 0.1, 0.5, 0.9, 0.999] {
        let x = TruncatedNormal.quantile(share, low: low, high: high)
        #expect(x >= low && x <= high)
        let reached = exp(NormalDistribution.logMass(low, x) - NormalDistribution.logMass(low, high))
        #expect(abs(reached - share) < 1e-6)
      }
    }
  }
}
