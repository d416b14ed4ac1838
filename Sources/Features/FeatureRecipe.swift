public import Foundation
public import TickData

/// What to compute: the standard columns over given lookbacks, in one exchange's calendar.
///
/// A recipe is data: it is saved in every bundle and makes the same engine wherever it is read.
public struct FeatureRecipe: Sendable, Hashable, Codable {
  /// The version of the recipe format that this library writes.
  public static let currentVersion = 1

  /// Format version; 1.
  public let version: Int
  /// Windows in ticks, ascending, each in `2...100_000`.
  public let lookbacks: [Int]
  /// Sessions and clock of the exchange.
  public let calendar: TradingCalendar
  /// Whether the quote columns are computed; leave them out for a feed without a single quote.
  public let includesQuotes: Bool
  /// The columns wanted, in the order wanted; nil means all standard ones.
  public let selection: [String]?

  /// Makes a recipe.
  ///
  /// - Throws: ``FeatureError``: `invalidOption` for lookbacks that are empty, repeated or out of range;
  ///   `unknownName` for a column that does not exist, with the nearest one if one is near.
  public init(
    lookbacks: [Int] = [5, 10, 20, 50], calendar: TradingCalendar = .always, includesQuotes: Bool = true,
    selection: [String]? = nil
  ) throws(FeatureError) {
    guard !lookbacks.isEmpty, lookbacks.allSatisfy({ 2...100_000 ~= $0 }), Set(lookbacks).count == lookbacks.count
    else {
      throw FeatureError(
        .invalidOption, "lookbacks \(lookbacks) were given; different numbers in 2...100000 are needed")
    }
    version = Self.currentVersion
    self.lookbacks = lookbacks.sorted()
    self.calendar = calendar
    self.includesQuotes = includesQuotes
    self.selection = selection
    try checkSelection()
  }

  /// The columns that the recipe gives, in order.
  public var columns: [FeatureColumn] {
    var byName: [String: FeatureColumn] = [:]
    for kernel in makeKernels() {
      for column in kernel.outputs { byName[column.name] = column }
    }
    return (selection ?? standardNames).compactMap { byName[$0] }
  }

  /// The names of ``columns``.
  public var columnNames: [String] { columns.map(\.name) }

  /// Every standard column for these lookbacks, in the standard order.
  var standardNames: [String] {
    func each(_ names: String...) -> [String] { names.flatMap { name in lookbacks.map { "\(name)_\($0)" } } }
    let names =
      each("price_change", "return", "log_return", "price_mean", "sma", "price_std", "price_min", "price_max")
      + each("price_position", "ema", "price_vs_sma", "price_vs_ema", "volatility", "volume_mean", "volume_std")
      + each("volume_vs_mean", "vwap", "price_vs_vwap") + ["vwap", "price_vs_vwap"]
      + each("volume_price_correlation") + ["rsi_14", "macd", "macd_signal", "macd_histogram"]
      + ["bb_upper", "bb_middle", "bb_lower", "bb_position", "bb_width", "stoch_k", "stoch_d", "williams_r"]
      + ["hour", "minute", "day_of_week", "is_market_open", "minutes_since_open", "minutes_to_close"]
    guard includesQuotes else { return names }
    return names + ["spread", "relative_spread"] + each("spread_mean", "spread_vs_mean")
      + ["mid_price", "price_vs_mid", "quote_imbalance", "microprice_vs_mid"]
  }

  func makeKernels() -> [any FeatureKernel] {
    let groups = LaneLengths.groups(lookbacks)
    // The longest first: threads take kernels in this order.
    var kernels: [any FeatureKernel] = groups.map { WindowKernel(lookbacks: $0) }
    kernels += [RangeKernel()]
    kernels += groups.map { LagKernel(lookbacks: $0) }
    kernels += [SessionKernel(calendar: calendar)]
    if includesQuotes {
      kernels.append(QuoteKernel())
      kernels += groups.map { SpreadKernel(lookbacks: $0) }
    }
    kernels += [OscillatorKernel()]
    kernels += groups.map { MeanKernel(lookbacks: $0) }
    guard let selection else { return kernels }
    let wanted = Set(selection)
    return kernels.filter { kernel in kernel.outputs.contains { wanted.contains($0.name) } }
  }

  private func checkSelection() throws(FeatureError) {
    guard let selection else { return }
    guard !selection.isEmpty, Set(selection).count == selection.count else {
      throw FeatureError(.invalidOption, "the selection of columns is empty or names one twice: \(selection)")
    }
    let known = Set(standardNames)
    for name in selection where !known.contains(name) {
      throw FeatureError(
        .unknownName, "there is no feature column '\(name)'\(suggestion(for: name, among: standardNames))")
    }
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case version
    case lookbacks
    case calendar
    case includesQuotes
    case selection
  }

  /// Reads a recipe from JSON.
  ///
  /// - Throws: ``FeatureError``: `invalidFormat` for what is not JSON, lacks a field or is of another type, with the place, what is
  ///   there and what is needed; `unknownName` for an unknown key; `stateMismatch` for another version; and what
  ///   ``init(lookbacks:calendar:includesQuotes:selection:)`` throws.
  public init(json: Data) throws(FeatureError) { self = try FeatureError.recipe(Self.self, json: json) }

  /// Reads a recipe and checks it as ``init(lookbacks:calendar:includesQuotes:selection:)`` does.
  public init(from decoder: any Decoder) throws {
    let fields = try RecipeFields<CodingKeys>(decoder)
    try fields.checkVersion(.version, Self.currentVersion)
    try self.init(
      lookbacks: fields.value(.lookbacks), calendar: fields.value(.calendar),
      includesQuotes: fields.value(.includesQuotes), selection: fields.optional(.selection))
  }
}
