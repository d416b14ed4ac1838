import Compute
import Features
import Foundation
import TestSupport

/// A random walk with ties and rows without a price.
func randomSeries(_ count: Int, seed: UInt64, missing: Double = 0.1) throws -> PriceSeries {
  var random = RandomStream(seed: seed)
  var (price, time): (Double, Int64) = (400, 0)
  var (times, prices): ([Int64], [Double]) = ([], [])
  for _ in 0..<count {
    price = max(1, price + (Double(random.index(below: 5)) - 2) / 4)
    time += Int64(random.index(below: 4)) * 1000
    times.append(time)
    prices.append(random.uniform() < missing ? .nan : price)
  }
  return try PriceSeries(times: times, prices: prices)
}

/// The prices of mlfinpy's dollar bars, and what its tests make of them.
func dollarBars() throws -> PriceSeries {
  let rows = try MlfinpyData.rows("dollar_bar_sample.csv")
  return try PriceSeries(times: rows.map { MlfinpyData.time($0[0]) }, prices: rows.map { Double($0[4]) ?? .nan })
}

let day: Int64 = 86_400_000_000_000
