/// Which columns of a file hold the fields of a bar.
///
/// What is not named is found by its name, in capitals or not: `open`, `high`, `low`, `close` and `volume`, or `o`, `h`, `l`,
/// `c`, `v`, `vol` and `adj close`; `symbol` or `ticker`; and times as ``BarFile`` says.
public struct BarMapping: Sendable, Hashable {
  /// Names that were given, by field: `open`, `high`, `low`, `close`, `volume`, `symbol` and `time`.
  private(set) var names: [String: String] = [:]
  /// The symbol of every row where no column has it.
  public var constantSymbol: String?
  /// Unit of times that are numbers; nil: by their size, as ``BarFile`` says.
  public var timeUnit: ColumnMapping.TimeUnit?
  /// IANA zone of dates and times that name none.
  public var timeZone = "UTC"

  static let fields = ["open", "high", "low", "close", "volume", "symbol", "time"]

  /// Makes a mapping that finds every column by its name.
  public init() {}

  /// Changes the mapping by `field=column` pairs, as command lines give them.
  ///
  /// Fields: `open`, `high`, `low`, `close`, `volume`, `symbol`, `time`, and the settings `time_unit`, `time_zone` and
  /// `constant_symbol`.
  /// - Throws: ``StorageError`` with code `invalidOption` naming what is not known.
  public mutating func apply(_ pairs: [String]) throws(StorageError) {
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw StorageError(.invalidOption, "'\(pair)' is not field=column") }
      switch parts[0] {
      case "time_unit":
        guard let unit = ColumnMapping.TimeUnit(rawValue: parts[1]) else {
          throw StorageError(.invalidOption, "time_unit '\(parts[1])'; ns, us, ms, s and timestamp are allowed")
        }
        timeUnit = unit
      case "time_zone": timeZone = parts[1]
      case "constant_symbol": constantSymbol = parts[1]
      case let field where Self.fields.contains(field): names[field] = parts[1]
      default:
        throw StorageError(
          .invalidOption,
          "'\(parts[0])' is no field of a bar; \(Self.fields.joined(separator: ", ")), time_unit, time_zone and "
            + "constant_symbol are")
      }
    }
  }
}
