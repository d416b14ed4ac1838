import Testing
import Tuning

@Suite("Pruners decide as Optuna's do") struct PrunerTests {
  private func pruner(_ name: String) throws -> any Pruner {
    switch name {
    case "median": try PercentilePruner.median(startupTrials: 3)
    case "median_warmup": try PercentilePruner.median(startupTrials: 2, warmup: 3, interval: 2, minTrials: 2)
    case "percentile_25": try PercentilePruner(percentile: 25, startupTrials: 2)
    case "halving_auto": try SuccessiveHalvingPruner()
    case "halving": try SuccessiveHalvingPruner(minResource: 1, reductionFactor: 2, minEarlyStoppingRate: 1)
    case "halving_bootstrap": try SuccessiveHalvingPruner(minResource: 2, reductionFactor: 3, bootstrapCount: 2)
    case "hyperband_auto": try HyperbandPruner()
    case "hyperband": try HyperbandPruner(minResource: 1, maxResource: 20, reductionFactor: 2)
    case "wilcoxon": try WilcoxonPruner(pThreshold: 0.2)
    case "patient": try PatientPruner(patience: 2, minDelta: 0.1)
    case "patient_median": try PatientPruner(PercentilePruner.median(startupTrials: 2), patience: 1)
    case "threshold": try ThresholdPruner(lower: -1, upper: 1.5, warmup: 1, interval: 2)
    default: NopPruner()
    }
  }

  @Test("every decision of random histories") func golden() throws {
    var ended: Set<String> = []
    for item in try goldenCases("pruners.json") {
      let name = try #require(item["pruner"]?.string)
      let direction = try #require(item["direction"]?.string.flatMap(Direction.init))
      let study = try Study(direction: direction, pruner: try pruner(name), name: "golden")
      for (number, expected) in try #require(item["trials"]?.items).enumerated() {
        let trial = try study.ask()
        var decisions: [Bool] = []
        for report in try #require(expected["reports"]?.rows) {
          try trial.report(report[1], step: Int(report[0]))
          decisions.append(trial.shouldPrune)
        }
        #expect(decisions == expected["decisions"]?.items?.compactMap(\.bool), "\(name) \(direction) trial \(number)")
        if decisions.contains(true) { ended.insert(name) }
        switch expected["end"]?.string {
        case "PRUNED": try study.tell(trial, .pruned)
        case "FAIL": try study.tell(trial, .failed)
        default: try study.tell(trial, try #require(expected["value"]?.number))
        }
      }
    }
    #expect(ended.count == 12)
  }

  @Test("signed-rank tests are SciPy's") func signedRanks() throws {
    for item in try goldenCases("wilcoxon.json") {
      let p = SignedRankTest.pValueGreater(try #require(item["differences"]?.numbers))
      #expect(abs(p - (try #require(item["p"]?.number))) < 1e-12)
    }
  }

  @Test("brackets and their budgets are Hyperband's") func brackets() throws {
    for item in try goldenCases("brackets.json") {
      let name = try #require(item["name"]?.string)
      let pruner = try HyperbandPruner(
        minResource: try #require(item["min"]?.wholeNumber), maxResource: item["max"]?.wholeNumber,
        reductionFactor: try #require(item["factor"]?.wholeNumber))
      let budgets = pruner.budgets(maxResource: try #require(item["max"]?.wholeNumber))
      #expect(budgets == item["budgets"]?.wholes)
      #expect(
        (0..<60).map { HyperbandPruner.bracket($0, study: name, budgets: budgets) } == item["brackets"]?.wholes,
        "\(name)")
      #expect(Int(Checksum.crc32(name.utf8)) == item["crc"]?.wholeNumber)
    }
  }

  @Test("options out of range are refused") func refused() {
    #expect(throws: TuningError.self) { try PercentilePruner(percentile: 101) }
    #expect(throws: TuningError.self) { try SuccessiveHalvingPruner(reductionFactor: 1) }
    #expect(throws: TuningError.self) { try HyperbandPruner(bootstrapCount: 1) }
    #expect(throws: TuningError.self) { try WilcoxonPruner(pThreshold: 2) }
    #expect(throws: TuningError.self) { try ThresholdPruner() }
    #expect(throws: TuningError.self) { try PatientPruner(patience: -1) }
  }
}
