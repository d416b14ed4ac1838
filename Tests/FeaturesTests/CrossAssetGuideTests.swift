import Features
import Foundation
import Testing
import TickData

/// The recipes and statements of `Docs/Guide-Cross-Asset.md`, and the recipe of `Docs/Guide-Indicators.md`.
@Suite("Guides to recipes") struct CrossAssetGuideTests {
  private static let source = URL(fileURLWithPath: #filePath)

  private func blocks(_ language: String, of guide: String) throws -> [String] {
    let file = Self.source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Docs/\(guide).md")
    return try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```\(language)\n").dropFirst()
      .map { $0.components(separatedBy: "```").first ?? "" }
  }

  @Test("the guide's recipes are read, and show every kind of feature")
  func recipes() throws {
    let recipes = try blocks("json", of: "Guide-Cross-Asset").map { try CrossAssetRecipe(json: Data($0.utf8)) }
    #expect(recipes.count == 2)
    var kinds: Set<String> = []
    for feature in recipes.flatMap(\.features) {
      switch feature {
      case .market: kinds.insert("market")
      case .priceRatio: kinds.insert("priceRatio")
      case .excessReturn: kinds.insert("excessReturn")
      case .groupMean(_, _, let includesTarget): kinds.insert("groupMean \(includesTarget)")
      case .leadLag(_, _, .time): kinds.insert("leadLag of time")
      case .leadLag(_, _, .ticks): kinds.insert("leadLag of ticks")
      }
    }
    #expect(kinds.count == 7, "\(kinds)")
    #expect(recipes[0].columnNames.contains("lead_lag_ratio(NIFTY, 600 s, lags -2 to 2 by 1 s)"))
    #expect(recipes[1].join == AsOfOptions(tolerance: 5_000_000_000))
    let indicators = try blocks("json", of: "Guide-Indicators").map { try IndicatorRecipe(json: Data($0.utf8)) }
    #expect(indicators.map { $0.columns.map(\.name) } == [["strength", "trend"]])
  }

  @Test("the guide's statements run")
  func run() throws {
    let (tradeTimes, quoteTimes): ([Int64], [Int64]) = ([5, 7], [1, 6])
    let (index, share) = ([1.0, 2], [3.0, 4])
    let (indexTimes, shareTimes) = (quoteTimes, tradeTimes)
    let tick = Tick(symbol: "INFY", time: 1, price: 100)
    let json = Data(try blocks("json", of: "Guide-Cross-Asset")[0].utf8)
    var batch = TickBatch()
    batch.append(Tick(symbol: "INFY", time: 2, price: 101))

    // guide
    let rows = try AsOfJoin.rows(of: quoteTimes, at: tradeTimes, tolerance: 1_000_000_000)
    let joined = try AsOfJoin.values([index, share], times: [indexTimes, shareTimes], target: 1)

    let recipe = try CrossAssetRecipe(json: json)
    var engine = CrossAssetEngine(recipe: recipe)
    try engine.update(symbol: tick.symbol, time: tick.time, price: tick.price) { time, columns in print(time, columns) }
    let history = try engine.append(batch)  // the same, over a TickBatch in merged order
    // end

    #expect(rows == [0, 1] && joined == [[1, 2], [3, 4]])
    #expect(history.times == [2] && history.columns.count == recipe.columnNames.count)
  }

  @Test("the guide's statements are those of this file")
  func same() throws {
    func lines(_ text: String) -> [String] {
      // Comments stand where the formatter and the guide want them.
      text.split(separator: "\n").map {
        ($0.components(separatedBy: "//").first ?? "").trimmingCharacters(in: .whitespaces)
      }.filter { !$0.isEmpty }
    }
    let text = try String(contentsOf: Self.source, encoding: .utf8)
    let inside = try #require(text.components(separatedBy: "// guide\n").dropFirst().first)
    let own = lines(try #require(inside.components(separatedBy: "// end\n").first))
    #expect(own.count == 6)
    #expect(try blocks("swift", of: "Guide-Cross-Asset").flatMap(lines) == own)
  }
}
