import Boosting
import Compute
import Evaluation
import Features
import Foundation
import Modeling
import Testing
import TickData

@Suite("Model registry") struct RegistryTests {
  private let folder = NSTemporaryDirectory() + "registry-\(UUID().uuidString)"
  private var registry: ModelRegistry { ModelRegistry(path: folder) }

  /// Bundles of one name and different versions.
  static func bundle(rounds: Int, ticks: Int = 3000, seed: UInt64 = 1, signal: Double = 0.2) throws -> ModelBundle {
    var market = MarketOptions()
    market.ticks = ticks
    market.symbols = 2
    market.seed = seed
    market.signalStrength = signal
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    var options = ModelKind.lightgbm.defaultOptions
    options.numIterations = rounds
    configuration.options[.lightgbm] = options
    return try ModelTrainer(configuration).train(SyntheticMarket(market).ticks())[0]
  }

  @Test("versions, aliases and roll back")
  func life() throws {
    let (first, second, third) = (try Self.bundle(rounds: 3), try Self.bundle(rounds: 4), try Self.bundle(rounds: 5))
    let name = first.name
    try registry.register(first)
    #expect(try registry.aliases(of: name).versions == ["champion": first.modelVersion])
    try registry.register(second, alias: ModelRegistry.challenger)
    #expect(
      try registry.aliases(of: name).versions == ["champion": first.modelVersion, "challenger": second.modelVersion])
    #expect(try ModelBundle.all(in: folder).map(\.modelVersion) == [first.modelVersion])
    try registry.setAlias(ModelRegistry.champion, of: name, to: second.modelVersion)
    try registry.register(third, alias: ModelRegistry.champion)
    #expect(try ModelBundle.all(in: folder).map(\.modelVersion) == [third.modelVersion])
    #expect(Set(try registry.versions(of: name)) == Set([first, second, third].map(\.modelVersion)))
    #expect(try registry.rollBack(name) == second.modelVersion)
    #expect(try registry.rollBack(name) == first.modelVersion)
    let error = #expect(throws: ModelingError.self) { try registry.rollBack(name) }
    #expect(error?.code == .invalidOption)
    // After a roll back a new champion stands on the one that answers.
    try registry.setAlias(ModelRegistry.champion, of: name, to: third.modelVersion)
    #expect(try registry.rollBack(name) == first.modelVersion)
    try registry.setAlias(ModelRegistry.challenger, of: name, to: nil)
    #expect(try registry.aliases(of: name).versions["challenger"] == nil)
  }

  @Test("a plain bundle is a registry of one version, and becomes a version when another comes")
  func plain() throws {
    let (first, second) = (try Self.bundle(rounds: 3), try Self.bundle(rounds: 4))
    try first.write(to: folder)
    #expect(try registry.names() == [first.name])
    #expect(try registry.versions(of: first.name) == [first.modelVersion])
    #expect(try registry.aliases(of: first.name).versions == ["champion": first.modelVersion])
    try registry.register(second, alias: ModelRegistry.challenger)
    #expect(try registry.bundle(first.name, version: first.modelVersion).modelVersion == first.modelVersion)
    #expect(try registry.bundle(first.name, version: second.modelVersion).modelVersion == second.modelVersion)
    // Training into the folder again adds a version instead of writing over all of them.
    let third = try Self.bundle(rounds: 5)
    try third.write(to: folder)
    #expect(try registry.versions(of: first.name).count == 3)
    #expect(try registry.aliases(of: first.name).versions["champion"] == third.modelVersion)
    #expect(try registry.rollBack(first.name) == first.modelVersion)
  }

  @Test("what cannot be is refused with what there is")
  func refusals() throws {
    let first = try Self.bundle(rounds: 3)
    try registry.register(first)
    func refused(_ body: () throws -> Void) -> ModelingError? { #expect(throws: ModelingError.self) { try body() } }
    #expect(
      refused { try registry.setAlias("champion", of: first.name, to: "beef") }?.message.contains(first.modelVersion)
        == true)
    #expect(refused { try registry.setAlias("../x", of: first.name, to: first.modelVersion) }?.code == .invalidOption)
    #expect(refused { try registry.setAlias("champion", of: first.name, to: nil) }?.code == .invalidOption)
    #expect(refused { try registry.setAlias("champion", of: "../etc", to: first.modelVersion) }?.code == .invalidOption)
    #expect(refused { _ = try registry.bundle(first.name, version: "..") }?.code == .badBundle)
    for name in ["", ".", "..", ".x", "a/b", "a b", "ä", String(repeating: "x", count: 129)] {
      #expect(!ModelRegistry.isName(name))
    }
    // A version whose folder holds another model is none.
    let other = try Self.bundle(rounds: 4)
    let path = "\(folder)/\(first.name)/versions"
    try other.write(to: path)
    try FileManager.default.moveItem(atPath: "\(path)/\(other.name)", toPath: "\(path)/beef")
    #expect(refused { _ = try registry.bundle(first.name, version: "beef") }?.message.contains("beef") == true)
  }

  @Test("rows of training are kept with a bundle, and a damaged file of them refuses it")
  func reference() throws {
    let bundle = try Self.bundle(rounds: 3)
    let path = try bundle.write(to: folder)
    let read = try ModelBundle(contentsOf: path)
    let rows = try #require(read.reference)
    #expect(rows == bundle.reference)
    #expect(rows.rowCount == 256)
    #expect(rows.columnCount == bundle.model.featureNames.count)
    // The first is the first row of training, in 32 bits.
    var market = MarketOptions()
    (market.ticks, market.symbols, market.seed, market.signalStrength) = (3000, 2, 1, 0.2)
    let table = try bundle.recipe.features(of: SyntheticMarket(market).ticks())
    let first = table.columns.indices.map { Float(table[0, $0]) }
    #expect(zip(rows.row(0).map { Float($0) }, first).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/reference.json"))
    #expect(throws: ModelingError.self) { try ModelBundle(contentsOf: path) }
  }

  @Test("a better model is told from one that is none, on rows that neither has seen")
  func renewal() throws {
    var market = MarketOptions()
    (market.ticks, market.symbols, market.seed, market.signalStrength) = (24_000, 2, 5, 0.2)
    let all = try SyntheticMarket(market).ticks()
    /// The first share of each symbol's ticks.
    func first(_ share: Double) -> TickTable {
      var table = TickTable()
      for series in all.series {
        for row in 0..<Int(Double(series.count) * share) { table.append(series[row]) }
      }
      return table
    }
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "direction_5")]
    configuration.kinds = [.lightgbm]
    var options = ModelKind.lightgbm.defaultOptions
    options.numIterations = 60
    options.numLeaves = 7
    configuration.options[.lightgbm] = options
    // Little of the story against most of it.
    let weak = try ModelTrainer(configuration).train(first(0.04))[0]
    let won = try ModelRenewal(of: weak, ticks: first(0.8), threads: 2)
    #expect(won.bundle.name == weak.name && won.bundle.modelVersion != weak.modelVersion)
    #expect(won.testRows >= ModelRenewal.minimumRows)
    #expect(won.isBetter, "loss \(won.loss) against \(won.championLoss), p \(won.pValue)")
    // Trained again on a little more of the same story there is little to win.
    let again = try ModelRenewal(of: won.bundle, ticks: all, threads: 2)
    #expect(abs(again.loss - again.championLoss) < (won.championLoss - won.loss) / 2)
    #expect(throws: ModelingError.self) { try ModelRenewal(of: won.bundle, ticks: first(0.3)) }
    #expect(throws: ModelingError.self) { try ModelRenewal(of: weak, ticks: all, testShare: 1) }
  }
}

@Suite("Chance in renewals") struct RenewalChanceTests {
  @Test("equal models pass in about one case of twenty, whatever neighbouring rows share")
  func level() {
    var random = RandomStream(seed: 7)
    var passed = 0
    let rounds = 4000
    for _ in 0..<rounds {
      // Sums of the last 20 draws, as labels that overlap; six blocks of 200 rows.
      let noise = (0..<1220).map { _ in random.normal() }
      let rows = (0..<1200).map { row in noise[row..<row + 20].reduce(0, +) }
      if ModelRenewal.pValue(rows, block: 200) < 0.05 { passed += 1 }
    }
    // Five standard errors of 0.0034 around 0.05, and what blocks still share at their edges.
    #expect(0.03...0.075 ~= Double(passed) / Double(rounds))
    #expect(ModelRenewal.pValue([1, 1, 1, 1], block: 1) == 1 && ModelRenewal.pValue([1, 2, 3], block: 3) == 1)
  }
}
