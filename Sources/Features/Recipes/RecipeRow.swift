/// A row that a recipe reads: a bar or a tick.
protocol RecipeRow {
  /// What such rows are.
  static var source: IndicatorRecipe.Source { get }
  /// Writes its columns in the order of the source.
  func write(into row: inout [Double])
}

extension OHLCV: RecipeRow {
  static var source: IndicatorRecipe.Source { .bars }

  func write(into row: inout [Double]) {
    row[0] = open
    row[1] = high
    row[2] = low
    row[3] = close
    row[4] = volume
  }
}

extension TradeQuote: RecipeRow {
  static var source: IndicatorRecipe.Source { .ticks }

  func write(into row: inout [Double]) {
    row[0] = price
    row[1] = size
    row[2] = bid
    row[3] = ask
    row[4] = bidSize
    row[5] = askSize
    row[6] = side
    row[7] = time
  }
}
