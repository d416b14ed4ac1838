import Compute
import Features
import TickData

/// Which data a model was trained on.
public struct DataSummary: Sendable, Hashable, Codable {
  /// Feature rows.
  public let rows: Int
  /// Symbols, in order of first appearance.
  public let symbols: [String]
  /// Earliest time, ns since 1970 UTC.
  public let firstTime: Int64
  /// Latest time, ns since 1970 UTC.
  public let lastTime: Int64
  /// A hash of the ticks.
  public let fingerprint: String

  init(_ table: FeatureTable, fingerprint: String) {
    rows = table.rowCount
    symbols = table.symbols
    firstTime = table.times.min() ?? 0
    lastTime = table.times.max() ?? 0
    self.fingerprint = fingerprint
  }

  /// A hash of symbols, times and values, which tells other ticks with near certainty.
  static func fingerprint(of ticks: TickTable) -> String {
    var hash = Fingerprint()
    for series in ticks.series {
      hash.add(series.symbol)
      hash.add(series.columns.times)
      let columns = series.columns
      for column in [
        columns.prices, columns.sizes, columns.bids, columns.asks, columns.bidSizes, columns.askSizes,
        columns.sides.map(Double.init), columns.cancelled.map(Double.init),
      ] { hash.add(column) }
    }
    return hash.hex
  }
}
