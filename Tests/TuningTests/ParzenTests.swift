import Compute
import Foundation
import Testing
import Tuning

@Suite("Parzen estimators are Optuna's") struct ParzenTests {
  @Test("weights, centres, widths and log densities agree to 1e-12") func golden() throws {
    let cases = try goldenCases("parzen.json")
    #expect(cases.count > 100)
    for item in cases {
      let space = SearchSpace(
        try #require(item["space"]?.items).map {
          SearchSpace.Parameter(
            name: try #require($0["name"]?.string),
            distribution: try #require($0["distribution"].flatMap { Distribution($0) }))
        })
      var options = TPEOptions()
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
