import Compute
import Features
import Foundation

/// Ticks of several symbols at random times, with ties within and between symbols, and missing values.
struct RandomTicks {
  var times: [[Int64]] = []
  var values: [[Double]] = []
  /// Time, symbol and row of every tick in merged order.
  var merged: [(time: Int64, symbol: Int, row: Int)] = []

  init(symbols: Int, count: Int, seed: UInt64, missing: Int = 10) {
    var random = RandomStream(seed: seed)
    for symbol in 0..<symbols {
      var time: Int64 = 0
      var (own, prices) = ([Int64](), [Double]())
      var price = 100.0 + Double(symbol)
      for row in 0..<count {
        // Steps of 0 to 4: equal times are the rule.
        time += Int64(random.index(below: 5)) * 1000
        price *= exp((random.uniform() - 0.5) / 100)
        own.append(time)
        prices.append(missing > 0 && random.index(below: missing) == 0 ? .nan : price)
        merged.append((time, symbol, row))
      }
      times.append(own)
      values.append(prices)
    }
    merged.sort { ($0.time, $0.symbol, $0.row) < ($1.time, $1.symbol, $1.row) }
  }
}

/// Whether two columns have the same bits; one NaN is as good as another.
func isSameColumn(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// Saved as JSON and read again.
func recoded<Value: Codable>(_ value: Value) throws -> Value {
  try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}
