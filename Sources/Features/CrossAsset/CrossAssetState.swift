import Foundation

/// The state of a ``CrossAssetFeature``.
protocol CrossAssetState: Sendable, Codable {
  /// Takes a tick of a symbol, before the row that it may give.
  mutating func take(_ symbol: Int, _ time: Int64, _ price: Double) throws(FeatureError)
  /// Takes a row of joined prices and writes its results from `place` on.
  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) throws(FeatureError)
}

extension CrossAssetState {
  mutating func take(_ symbol: Int, _ time: Int64, _ price: Double) {}
}

struct MarketState: CrossAssetState {
  var own: BasketReturn
  var market: BasketReturn
  var model: MarketModel

  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) {
    let result = model.update(own: own.update(row), market: market.update(row))
    results[place] = result.correlation
    results[place + 1] = result.beta
  }
}

struct RatioState: CrossAssetState {
  let own: Int
  let other: Int
  var ratio: PriceRatio

  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) {
    results[place] = ratio.update(price: row[own], other: row[other])
  }
}

struct ExcessState: CrossAssetState {
  var own: BasketReturn
  var market: BasketReturn

  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) {
    results[place] = own.update(row) - market.update(row)
  }
}

struct GroupState: CrossAssetState {
  var mean: BasketReturn

  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) {
    results[place] = mean.update(row)
  }
}

struct LeadLagState: CrossAssetState {
  let own: Int
  let other: Int
  var window: LeadLagWindow

  mutating func take(_ symbol: Int, _ time: Int64, _ price: Double) throws(FeatureError) {
    guard symbol == own || symbol == other else { return }
    let value = price > 0 ? log(price) : .nan
    try window.take(symbol == other ? .first : .second, time: time, value: value)
  }

  mutating func update(_ row: [Double], _ time: Int64, into results: inout [Double], _ place: Int) throws(FeatureError)
  {
    try window.advance(to: time)
    let curve = window.curve()
    let peak = curve.peak
    results[place] = curve.ratio
    results[place + 1] = peak.map { Double(curve.lags[$0]) / 1e9 } ?? .nan
    results[place + 2] = peak.map { curve.correlation(at: $0) } ?? .nan
  }
}
