import Features
import Modeling
import TickData

// Ticks of five symbols with a planted signal; TickFile("day.parquet").table() of TickStorage reads yours.
var market = MarketOptions()
market.ticks = 50_000
market.signalStrength = 0.2
let ticks = try SyntheticMarket(market).ticks()

// Train: will the price be higher five ticks from now? Scored on the last fifth of each symbol.
var configuration = try TrainingConfiguration(recipe: FeatureRecipe(calendar: .nse))
configuration.targets = [try TargetConfiguration(named: "direction_5")]
let bundle = try ModelTrainer(configuration).train(ticks)[0]
print("held-out AUC", bundle.scores[0].main.value)

// Predict live: one tick in, one prediction out, with the same features to the bit as in training.
var engine = FeatureEngine(recipe: bundle.recipe)
for row in 0..<100 where try engine.update(ticks.series[0][row]) {
  let answer = try bundle.prediction(row: Array(engine.row))
  if row == 99 { print("class", answer.prediction, "with probability", answer.confidence ?? .nan) }
}
