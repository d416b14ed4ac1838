import TickData

/// Which output column each output of each kernel goes to.
struct KernelLayout: Sendable {
  let columns: [FeatureColumn]
  /// For each kernel the column numbers of its outputs; `columns.count` stands for "not wanted".
  let slots: [[Int]]

  init(_ recipe: FeatureRecipe, _ kernels: [any FeatureKernel]) {
    columns = recipe.columns
    var positions: [String: Int] = [:]
    for (index, column) in columns.enumerated() { positions[column.name] = index }
    let unwanted = columns.count
    slots = kernels.map { kernel in kernel.outputs.map { positions[$0.name] ?? unwanted } }
  }

  /// The offsets of the outputs in column-major storage of `capacity` rows; unwanted ones share a scratch column.
  func offsets(capacity: Int) -> [[Int]] { slots.map { $0.map { $0 * capacity } } }
}

/// The quote that stands when a trade comes: each field keeps its last known value.
struct StandingQuote: Sendable, Codable {
  var bid = Double.nan
  var ask = Double.nan
  var bidSize = Double.nan
  var askSize = Double.nan

  @inline(__always)
  mutating func update(_ newBid: Double, _ newAsk: Double, _ newBidSize: Double, _ newAskSize: Double) {
    if !newBid.isNaN { bid = newBid }
    if !newAsk.isNaN { ask = newAsk }
    if !newBidSize.isNaN { bidSize = newBidSize }
    if !newAskSize.isNaN { askSize = newAskSize }
  }
}

/// Why features cannot take a row, or nil.
@inline(__always)
func tickProblem(price: Double, size: Double, bid: Double, ask: Double, bidSize: Double, askSize: Double) -> String? {
  // Each comparison is false for NaN, which means missing and is allowed. Squares must stay finite, hence the limit.
  let limit = 1e100
  if price <= 0 || price > limit { return "price \(price); a positive price up to 1e100 is needed" }
  if size < 0 || size > limit { return "size \(size); a size in 0...1e100 is needed" }
  if abs(bid) > limit || abs(ask) > limit || bidSize < 0 || askSize < 0 || bidSize > limit || askSize > limit {
    return "quote \(bid) x \(bidSize), \(ask) x \(askSize); prices and sizes up to 1e100, sizes from 0, are needed"
  }
  return nil
}
