import Features
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Features from other symbols") struct CrossAssetTests {
  private static let lags: [Int64] = [-2000, -1000, 0, 1000, 2000]
  private static let names = ["INDEX", "A", "B", "OWN"]

  private func recipe(_ join: AsOfOptions = AsOfOptions(), step: Int64? = nil) throws -> CrossAssetRecipe {
    try CrossAssetRecipe(
      target: "OWN",
      features: [
        .market(basket: Basket(["INDEX"]), rows: 8),
        .market(basket: Basket(["A", "B"], weights: [0.75, -0.25]), rows: 5),
        .priceRatio(symbol: "INDEX", rows: 6),
        .excessReturn(basket: Basket(["INDEX"]), rows: 3),
        .groupMean(symbols: ["A", "B", "OWN"], rows: 2, includesTarget: false),
        .groupMean(symbols: ["A", "B"], rows: 2, includesTarget: true),
        .leadLag(symbol: "INDEX", lags: Self.lags, span: .time(nanoseconds: 40_000)),
      ], join: join, step: step)
  }

  /// The naive twin, row by row from the joined prices; lead-lag from all ticks before each row.
  private func naive(_ ticks: RandomTicks, _ recipe: CrossAssetRecipe) throws -> [[Double]] {
    let p = try AsOfJoin.values(ticks.values, times: ticks.times, target: 3, options: recipe.join)
    let count = p[3].count
    func change(_ symbol: Int, _ row: Int, _ rows: Int) -> Double {
      row < rows ? .nan : log(p[symbol][row] / p[symbol][row - rows])
    }
    func basket(_ weights: [(Int, Double)], _ row: Int, _ rows: Int) -> Double {
      let there = weights.filter { !change($0.0, row, rows).isNaN }
      let gross = there.reduce(0) { $0 + abs($1.1) }
      return there.isEmpty ? .nan : there.reduce(0) { $0 + $1.1 * change($1.0, row, rows) } / gross
    }
    func model(_ weights: [(Int, Double)], _ row: Int, _ length: Int) -> (Double, Double) {
      guard row + 1 >= length else { return (.nan, .nan) }
      let rows = row + 1 - length...row
      let x = rows.map { basket(weights, $0, 1) }
      let y = rows.map { change(3, $0, 1) }
      guard (x + y).allSatisfy(\.isFinite) else { return (.nan, .nan) }
      let (mx, my) = (x.reduce(0, +) / Double(length), y.reduce(0, +) / Double(length))
      let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
      let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
      let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      // Prices that stand still for a whole window have neither.
      return (xx * yy > 0 ? xy / (xx * yy).squareRoot() : 0, xx > 0 ? xy / xx : 0)
    }
    var columns = [[Double]](repeating: [], count: 11)
    for row in 0..<count {
      let (a, b) = (model([(0, 1)], row, 8), model([(1, 0.75), (2, -0.25)], row, 5))
      let ratios = row < 5 ? [Double.nan] : (row - 5...row).map { p[3][$0] / p[0][$0] }
      let ratio = ratios.reduce(0, +).isFinite ? ratios[ratios.count - 1] / (ratios.reduce(0, +) / 6) - 1 : .nan
      let values =
        [a.0, a.1, b.0, b.1, ratio, change(3, row, 3) - change(0, row, 3), basket([(1, 1), (2, 1)], row, 2)]
        + [basket([(1, 1), (2, 1), (3, 1)], row, 2)] + (try lead(ticks, row))
      for index in columns.indices { columns[index].append(values[index]) }
    }
    return columns
  }

  private func lead(_ ticks: RandomTicks, _ row: Int) throws -> [Double] {
    let now = ticks.times[3][row]
    func inside(_ symbol: Int) -> (times: [Int64], values: [Double]) {
      let rows = ticks.times[symbol].indices.filter { other in
        let time = ticks.times[symbol][other]
        return time > now - 40_000 && (symbol == 3 ? other <= row : time <= now)
      }
      return (rows.map { ticks.times[symbol][$0] }, rows.map { log(ticks.values[symbol][$0]) })
    }
    let curve = try HayashiYoshida.leadLag(inside(0), inside(3), lags: Self.lags)
    guard let peak = curve.peak else { return [curve.ratio, .nan, .nan] }
    return [curve.ratio, Double(curve.lags[peak]) / 1e9, curve.correlation(at: peak)]
  }

  private func stream(
    _ ticks: RandomTicks, _ recipe: CrossAssetRecipe, upTo end: Int? = nil, restoreAt: Int? = nil
  ) throws -> [[Double]] {
    var engine = CrossAssetEngine(recipe: recipe)
    var columns = recipe.columnNames.map { _ in [Double]() }
    for (index, tick) in ticks.merged.prefix(end ?? ticks.merged.count).enumerated() {
      if index == restoreAt { engine = try recoded(engine) }
      let price = ticks.values[tick.symbol][tick.row]
      try engine.update(symbol: Self.names[tick.symbol], time: tick.time, price: price) { _, row in
        for column in columns.indices { columns[column].append(row[column]) }
      }
    }
    return columns
  }

  @Test("every feature equals its naive twin on ticks with ties and missing prices")
  func twins() throws {
    for (seed, tolerance) in [(1, nil), (2, 3000)] as [(UInt64, Int64?)] {
      let ticks = RandomTicks(symbols: 4, count: 150, seed: seed)
      let recipe = try recipe(AsOfOptions(tolerance: tolerance))
      let expected = try naive(ticks, recipe)
      let found = try stream(ticks, recipe)
      #expect(recipe.columnNames.count == 11 && recipe.symbols == Self.names)
      for (column, name) in recipe.columnNames.enumerated() {
        let isEqual = zip(expected[column], found[column]).allSatisfy { isClose($0, $1, relative: 1e-9, floor: 1e-6) }
        #expect(isEqual && expected[column].count == found[column].count, "\(name)")
        #expect(found[column].contains { !$0.isNaN }, "\(name)")
      }
    }
  }

  @Test("lead-lag beside joins of earlier times only, and a tick that would set millions of rows free, are refused")
  func refusals() throws {
    #expect(throws: FeatureError.self) { try self.recipe(AsOfOptions(ties: .strictlyBefore)) }
    var engine = CrossAssetEngine(recipe: try recipe(AsOfOptions(), step: 1000))
    try engine.update(symbol: Self.names[0], time: 1000, price: 1) { _, _ in }
    #expect(throws: FeatureError.self) {
      try engine.update(symbol: Self.names[0], time: 1_000_000_000_000_000, price: 1) { _, _ in }
    }
    try engine.update(symbol: Self.names[0], time: 5000, price: 1) { _, _ in }
  }

  @Test("saved, cut short or given as a batch the columns are the same bits", arguments: [nil, 2500] as [Int64?])
  func stream(_ step: Int64?) throws {
    let ticks = RandomTicks(symbols: 4, count: 150, seed: 5)
    // leadLag knows no ties but those of arrival and, at moments, of the same time.
    for ties in step == nil ? [AsOfOptions.Ties.arrived] : [.arrived, .sameTime] {
      let recipe = try recipe(AsOfOptions(ties: ties, tolerance: 20_000), step: step)
      let whole = try stream(ticks, recipe)
      #expect(whole[0].count > 100)
      for cut in [0, 1, 200, 399] {
        let restored = try stream(ticks, recipe, restoreAt: cut)
        let part = try stream(ticks, recipe, upTo: cut)
        for column in whole.indices {
          #expect(isSameColumn(whole[column], restored[column]))
          #expect(isSameColumn(Array(whole[column].prefix(part[column].count)), part[column]))
        }
      }
      var batch = TickBatch()
      for tick in ticks.merged {
        batch.append(Tick(symbol: Self.names[tick.symbol], time: tick.time, price: ticks.values[tick.symbol][tick.row]))
      }
      var engine = CrossAssetEngine(recipe: try recoded(recipe))
      let copy = engine
      let found = try engine.append(batch)
      engine = copy
      let again = try engine.append(batch)
      for column in whole.indices {
        #expect(isSameColumn(whole[column], found.columns[column]))
        #expect(isSameColumn(whole[column], again.columns[column]))
      }
      if let step { #expect(found.times.allSatisfy { $0 % step == 0 }) }
    }
  }

  @Test("the market model has the bits of CORREL and is BETA")
  func model() throws {
    let ticks = RandomTicks(symbols: 2, count: 200, seed: 9, missing: 0)
    let changes = ticks.values.map { prices in zip(prices.dropFirst(), prices).map { $0 / $1 - 1 } }
    var model = try MarketModel(length: 12)
    let results = zip(changes[1], changes[0]).map { model.update(own: $0, market: $1) }
    #expect(isSameColumn(results.map(\.correlation), try CORREL(timePeriod: 12).results(of: changes)[0]))
    let beta = try BETA(timePeriod: 12).results(of: ticks.values)[0]
    #expect(largestDifference(results.map(\.beta), Array(beta.dropFirst())) < 1e-9)
    // A share that moves twice as much as the market.
    var twice = try MarketModel(length: 5)
    let last = changes[0].map { twice.update(own: 2 * $0, market: $0) }.last
    #expect(abs((last?.beta ?? 0) - 2) < 1e-12 && abs((last?.correlation ?? 0) - 1) < 1e-12)
  }

  @Test("recipes are JSON, and what they do not allow is refused")
  func json() throws {
    let text = """
      {"target": "INFY", "features": [{"market": {"basket": {"symbols": ["NIFTY"]}, "rows": 60}},
       {"leadLag": {"symbol": "TCS", "lags": [-1000, 1000], "span": {"time": {"nanoseconds": 5000}}}}]}
      """
    let recipe = try JSONDecoder().decode(CrossAssetRecipe.self, from: Data(text.utf8))
    #expect(recipe.columnNames.prefix(2) == ["correlation(NIFTY, 60)", "beta(NIFTY, 60)"])
    #expect(recipe.columnNames.last == "lead_lag_correlation(TCS, 5e-06 s, lags -1e-06 1e-06 s)")
    #expect(recipe.symbols == ["NIFTY", "TCS", "INFY"])
    #expect(try recoded(recipe) == recipe)
    #expect(throws: FeatureError.self) { try Basket([]) }
    #expect(throws: FeatureError.self) { try Basket(["A", "A"]) }
    #expect(throws: FeatureError.self) { try Basket(["A"], weights: [0]) }
    let bad: [CrossAssetFeature] = [
      .market(basket: try Basket(["A"]), rows: 1), .priceRatio(symbol: "A", rows: 0),
      .groupMean(symbols: ["OWN"], rows: 1, includesTarget: false),
      .groupMean(symbols: ["A"], rows: 0, includesTarget: true),
      .leadLag(symbol: "OWN", lags: [0], span: .ticks(9)), .leadLag(symbol: "A", lags: [], span: .ticks(9)),
    ]
    for feature in bad {
      #expect(throws: FeatureError.self) { try CrossAssetRecipe(target: "OWN", features: [feature]) }
    }
    let good = CrossAssetFeature.priceRatio(symbol: "A", rows: 2)
    #expect(throws: FeatureError.self) { try CrossAssetRecipe(target: "OWN", features: []) }
    #expect(throws: FeatureError.self) { try CrossAssetRecipe(target: "OWN", features: [good, good]) }
    #expect(throws: FeatureError.self) { try CrossAssetRecipe(target: "OWN", features: [good], step: 0) }
    #expect(throws: FeatureError.self) {
      try CrossAssetRecipe(target: "OWN", features: [good], join: AsOfOptions(ties: .sameTime))
    }
    var engine = CrossAssetEngine(recipe: try CrossAssetRecipe(target: "OWN", features: [good]))
    try engine.update(symbol: "A", time: 5, price: 1) { _, _ in }
    #expect(throws: FeatureError.self) { try engine.update(symbol: "OWN", time: 4, price: 1) { _, _ in } }
    #expect(throws: FeatureError.self) { try engine.update(symbol: "OWN", time: Tick.noTime, price: 1) { _, _ in } }
  }

  @Test("a real day of two shares and their index", .enabled(if: SharedData.isPresent, "../shared/data is not here"))
  func realDay() throws {
    var table = TickTable()
    for symbol in ["Nifty", "RELIANCE", "INFY"] {
      var batch = TickBatch()
      var last = Int64.min
      for line in try gzipLines(SharedData.path("ticks/nse/raw/\(symbol)_2021-05-11_.csv.gz")).dropFirst() {
        let fields = line.split(separator: ",")
        let clock = fields[0].split { " :".contains($0) }.compactMap { Int64($0) }.suffix(3)
        // Stamps of whole seconds that may step back a little: the later row has the later time.
        last = max(last, clock.reduce(0) { $0 * 60 + $1 } * 1_000_000_000)
        batch.append(Tick(symbol: symbol, time: last, price: Double(fields[1]) ?? .nan))
      }
      table.append(batch)
    }
    let batch = TickBatch(merging: table)
    let recipe = try CrossAssetRecipe(
      target: "INFY",
      features: [
        .market(basket: Basket(["Nifty"]), rows: 60), .excessReturn(basket: Basket(["Nifty"]), rows: 60),
        .groupMean(symbols: ["RELIANCE"], rows: 10, includesTarget: false),
        .leadLag(
          symbol: "Nifty", lags: (Int64(-5)...5).map { $0 * 1_000_000_000 }, span: .time(nanoseconds: 600_000_000_000)),
      ], step: 10_000_000_000)
    var engine = CrossAssetEngine(recipe: recipe)
    let found = try engine.append(batch)
    let correlations = found.columns[0].filter { !$0.isNaN }
    #expect(found.times.count > 2000 && correlations.count > found.times.count / 2)
    #expect(correlations.allSatisfy { abs($0) <= 1 + 1e-12 })
    // Shares of an index go with it.
    #expect(correlations.reduce(0, +) / Double(correlations.count) > 0.2)
    #expect(found.columns[4].count { !$0.isNaN } > found.times.count / 2)
    // The day cut at noon: what was known then has not changed.
    var morning = TickBatch()
    for row in 0..<batch.count / 2 { morning.append(batch[row]) }
    var other = CrossAssetEngine(recipe: recipe)
    let part = try other.append(morning)
    for column in found.columns.indices {
      #expect(isSameColumn(Array(found.columns[column].prefix(part.times.count)), part.columns[column]))
    }
  }
}
