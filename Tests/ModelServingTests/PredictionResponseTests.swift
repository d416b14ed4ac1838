import Features
import Foundation
import ModelServing
import Modeling
import Testing
import TickData

@Suite("Prediction responses") struct PredictionResponseTests {
  @Test("a response has the reference system's fields and the bundles' predictions")
  func fields() throws {
    var options = MarketOptions()
    options.ticks = 3000
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = try ["direction_5", "future_return_1"].map { try TargetConfiguration(named: $0) }
    configuration.kinds = [.lightgbm]
    let ticks = try SyntheticMarket(options).ticks()
    let bundles = try ModelTrainer(configuration).train(ticks)
    let features = try configuration.recipe.features(of: ticks)
    let row = features.columns.indices.map { features[features.rowCount - 1, $0] }
    let response = try PredictionResponse(symbol: "SYM005", timestamp: 7, row: row, bundles: bundles)
    let direction = try bundles[0].prediction(row: row)
    #expect(response.predictions["direction_5_lightgbm"]?.prediction == direction.prediction)
    #expect(response.confidence == ["direction_5_lightgbm": try #require(direction.confidence)])
    #expect(response.predictions["future_return_1_lightgbm"]?.version == bundles[1].modelVersion)
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(response)) as? [String: Any]
    #expect(
      try #require(json).keys.sorted() == [
        "confidence", "feature_time", "predictions", "quality", "symbol", "timestamp",
      ])
    let parts = try bundles.map {
      try PredictionResponse(symbol: "SYM005", timestamp: 7, row: row, bundles: [$0])
    }
    #expect(PredictionResponse(merging: parts) == response)
  }
}
