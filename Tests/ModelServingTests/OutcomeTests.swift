import Boosting
import Compute
import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData

@Suite("Outcomes of live predictions")
struct OutcomeTests {
  @Test("labels of live predictions are those of training, whatever other models clean away")
  func labels() throws {
    var market = MarketOptions()
    market.ticks = 3000
    market.symbols = 1
    var series = try SyntheticMarket(market).ticks().series[0]
    // What one of the models takes for trades and the other does not.
    for row in stride(from: 7, to: series.count, by: 20) { series.columns.sizes[row] = 0 }
    var ticks = TickTable()
    ticks.append(series)
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = [try TargetConfiguration(named: "future_return_3")]
    configuration.kinds = [.lightgbm]
    configuration.options[.lightgbm]?.numIterations = 2
    let raw = try ModelTrainer(configuration).train(ticks)[0]
    var cleaning = CleaningOptions()
    cleaning.modes[.zeroSize] = .apply
    configuration.cleaning = cleaning
    let clean = try ModelTrainer(configuration).train(ticks)[0]
    #expect(raw.cleaning == nil && clean.cleaning != nil)
    for bundle in [raw, clean] {
      let models = try LiveModels([raw, clean])
      let other = try LiveModels([bundle])
      let cleaned = try bundle.cleaning.map { try TickCleaner($0).clean(ticks).0 } ?? ticks
      let table = try bundle.recipe.features(of: cleaned)
      let wanted = bundle.target.values(of: table, calendar: bundle.recipe.calendar).filter { !$0.isNaN }
      for live in [models, other] {
        var symbol = LiveSymbol(ticks.symbols[0], live.lanes)
        var outcomes = OutcomeTracker()
        var labels: [Double] = []
        for row in 0..<ticks.series[0].count {
          let tick = ticks.series[0][row]
          guard case .features = symbol.take(tick).outcome else { continue }
          let results = try live.models.compactMap { model, lane in
            try symbol.row(lane).map { (model: model, prediction: try model.bundle.prediction(row: Array($0))) }
          }
          labels += outcomes.take(price: tick.price, time: tick.time, results, at: .now) { symbol.hasTaken($0) }
            .filter { $0.model.bundle.cleaning == bundle.cleaning }.map(\.label)
        }
        let first = zip(labels, wanted).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(labels.count > 2000 && labels == wanted, "\(labels.count) \(wanted.count) \(String(describing: first))")
      }
    }
  }

  @Test(
    "two versions are held against each other on trades that both predicted; outcomes against one that is gone change nothing"
  )
  func pairs() throws {
    let models = try ServedModels(["direction_5"])
    let bundles =
      [models.bundles[0]] + (try [20, 30].map { try ServedModels.train(["direction_5"], models.ticks, rounds: $0)[0] })
    let served = try bundles.map { try ServedModel($0) }
    let series = models.ticks.series
    let lane = served[0].lane
    // Two symbols; from the middle on the champion is another, while the second symbol trades no more until the end.
    var symbols = series.map { LiveSymbol($0.symbol, [lane]) }
    var trackers = series.map { _ in OutcomeTracker() }
    let begin = ContinuousClock.now
    var wanted: (other: String, count: Int)?
    func take(_ symbol: Int, _ row: Int, _ champion: ServedModel, at time: Duration) throws {
      let tick = series[symbol][row]
      guard case .features = symbols[symbol].take(tick).outcome else { return }
      let values = try #require(symbols[symbol].row(0).map { Array($0) })
      let results = try [champion, served[2]].map { (model: $0, prediction: try $0.bundle.prediction(row: values)) }
      let scored = trackers[symbol].take(price: tick.price, time: tick.time, results, at: begin + time) { _ in true }
      ServedModelStatistics.count(scored, at: begin + time)
    }
    for row in 0..<600 {
      for symbol in 0..<2 where symbol == 0 || row < 300 || row >= 500 {
        try take(symbol, row, row < 300 ? served[0] : served[1], at: .milliseconds(row))
      }
      let pairs = served[2].statistics.pairs
      if row == 299 { #expect(pairs?.other == served[0].version && pairs?.count ?? 0 > 500) }
      // Five outcomes against the old one come when the second symbol trades again.
      if row == 499 { wanted = pairs }
      if row > 499 { #expect(pairs?.count ?? 0 > wanted?.count ?? 0) }
    }
    let pairs = served[2].statistics.pairs
    #expect(pairs?.other == served[1].version && pairs?.count ?? 0 > 300)
    #expect(served[1].statistics.pairs?.other == served[2].version)
  }

  @Test("the p-value of a comparison keeps its level where outcomes overlap, and finds a difference")
  func level() {
    var random = RandomStream(seed: 7)
    let begin = ContinuousClock.now
    var found = (nothing: 0, something: 0)
    for _ in 0..<1000 {
      for difference in [0.0, 0.15] {
        var comparison = LossComparison(with: "other")
        var noise = (0..<10).map { _ in random.uniform() - 0.5 }
        for step in 0..<8000 {
          // Each loss is made of ten pieces, of which the next shares nine.
          noise[step % 10] = random.uniform() - 0.5
          comparison.add(
            noise.reduce(0, +) + difference, made: begin + .milliseconds(step), known: begin + .milliseconds(step + 10))
        }
        let chance = comparison.pValue ?? 1
        if chance < 0.05 { if difference == 0 { found.nothing += 1 } else { found.something += 1 } }
      }
    }
    // Five standard errors about 5 %; blocks are cut where outcomes overlap, so some more is to be expected.
    #expect(found.nothing < 85, "\(found)")
    #expect(found.nothing > 20, "\(found)")
    #expect(found.something > 900, "\(found)")
  }

  @Test("nothing is said of chance from a few pairs, short blocks, or losses that never differ")
  func silent() {
    let begin = ContinuousClock.now
    var few = LossComparison(with: "other")
    for step in 0..<19 { few.add(Double(step % 2), made: begin, known: begin + .seconds(step)) }
    #expect(few.pValue == nil && few.pairs == 19)
    var short = LossComparison(with: "other")
    // Outcomes are waited for longer than all blocks last.
    for step in 0..<5000 { short.add(Double(step % 3), made: begin, known: begin + .seconds(100_000 + step)) }
    #expect(short.pValue == nil)
    var same = LossComparison(with: "other")
    for step in 0..<5000 { same.add(0, made: begin + .seconds(step), known: begin + .seconds(step + 1)) }
    #expect(same.pValue == 1)
  }

  @Test("a feature whose values go missing, or come, has drifted; one that is missing as before has not")
  func missing() throws {
    let values = (0..<400).map { Double($0 % 40) }
    let holes = values.enumerated().map { $0 % 2 == 0 ? .nan : $1 }
    func column(_ before: [Double], _ now: [Double]) -> DriftReport.Column? {
      DriftReport.Column("x", before: before, now: now)
    }
    #expect(column(values, values)?.hasDrifted == false)
    #expect(column(holes, holes)?.hasDrifted == false)
    #expect(column(values, holes)?.hasDrifted == true)
    #expect(column(holes, values)?.hasDrifted == true)
    let gone = try #require(column(values, [Double](repeating: .nan, count: 400)))
    #expect(gone.hasDrifted && gone.drift == nil && gone.stabilityIndex.isFinite)
    #expect(column([.nan], [.nan]) == nil)
  }
}
