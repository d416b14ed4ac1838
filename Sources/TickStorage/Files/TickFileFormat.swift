/// How a file of ticks is laid out.
public enum TickFileFormat: String, Sendable, Hashable, CaseIterable {
  /// Parquet, CSV or JSON lines with the columns of the common schema: `symbol`, `ts_ns`, `price`, `size`, `bid`, `ask`,
  /// `bid_size`, `ask_size`, `side`, `cancelled`. Columns that a file lacks are missing; `corr` and `susp` flags of the
  /// schema count as cancelled. Other names and units come in by a ``ColumnMapping``.
  case standard
  /// NSE snapshots: CSV `timestamp,ltp,volume`, Indian time, cumulative volume; the symbol is the file's name up to `_`.
  case nse
  /// QuantConnect Lean zips of one day: trades, quotes or both-sided quotes in CSV; symbol and date from the names.
  case lean
  /// LOBSTER message file with its order book beside it: level-1 quotes and executions; New York time.
  case lobster
  /// Binance's raw socket log: `receive_ns {json}` lines with trades and best bid and ask.
  case binance

  /// The format that a file's name speaks for.
  public static func guess(_ path: String) -> TickFileFormat {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if name.hasSuffix(".zip") { return .lean }
    if name.contains("_message_") { return .lobster }
    return .standard
  }
}

/// Which columns of a table file hold the fields of a tick.
public struct ColumnMapping: Sendable, Hashable {
  /// The unit of a numeric time column.
  public enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    /// Nanoseconds since 1970 UTC.
    case nanoseconds = "ns"
    /// Microseconds since 1970 UTC.
    case microseconds = "us"
    /// Milliseconds since 1970 UTC.
    case milliseconds = "ms"
    /// Seconds since 1970 UTC.
    case seconds = "s"
    /// A timestamp or a text `YYYY-MM-DD hh:mm:ss[.fraction]` in ``ColumnMapping/timeZone``.
    case timestamp
  }

  /// Column of the symbol; nil with ``constantSymbol``.
  public var symbol: String? = "symbol"
  /// The symbol of every row where no column has it.
  public var constantSymbol: String?
  /// Column of the time.
  public var time = "ts_ns"
  /// Unit of the time column.
  public var timeUnit = TimeUnit.nanoseconds
  /// IANA zone of timestamps without one.
  public var timeZone = "UTC"
  /// Column of the price.
  public var price = "price"
  /// Column of the size.
  public var size = "size"
  /// Column of the bid.
  public var bid = "bid"
  /// Column of the ask.
  public var ask = "ask"
  /// Column of the size at the bid.
  public var bidSize = "bid_size"
  /// Column of the size at the ask.
  public var askSize = "ask_size"
  /// Column of the aggressor side: 1, -1, 0, or texts that begin with b or s.
  public var side = "side"

  /// Makes the mapping of the common schema.
  public init() {}

  /// Changes the mapping by `field=column` pairs, as command lines give them.
  ///
  /// Fields: `symbol`, `time`, `price`, `size`, `bid`, `ask`, `bid_size`, `ask_size`, `side`, and the settings
  /// `time_unit`, `time_zone`, `constant_symbol`.
  /// - Throws: ``StorageError`` with code `invalidOption` naming what is not known.
  public mutating func apply(_ pairs: [String]) throws(StorageError) {
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw StorageError(.invalidOption, "'\(pair)' is not field=column")
      }
      switch parts[0] {
      case "symbol": symbol = parts[1]
      case "constant_symbol": (symbol, constantSymbol) = (nil, parts[1])
      case "time", "ts_ns", "timestamp": time = parts[1]
      case "time_unit":
        guard let unit = TimeUnit(rawValue: parts[1]) else {
          throw StorageError(.invalidOption, "time_unit '\(parts[1])'; ns, us, ms, s and timestamp are allowed")
        }
        timeUnit = unit
      case "time_zone": timeZone = parts[1]
      case "price": price = parts[1]
      case "size", "volume": size = parts[1]
      case "bid": bid = parts[1]
      case "ask": ask = parts[1]
      case "bid_size": bidSize = parts[1]
      case "ask_size": askSize = parts[1]
      case "side": side = parts[1]
      default:
        throw StorageError(
          .invalidOption,
          "'\(parts[0])' is no field; symbol, time, price, size, bid, ask, bid_size, ask_size, side, time_unit, "
            + "time_zone and constant_symbol are")
      }
    }
  }
}
