/// Name, parameters, inputs and outputs of an indicator, as TA-Lib has them.
public struct IndicatorDefinition: Sendable, Hashable, Codable {
  /// A family of indicators.
  public enum Group: String, Sendable, Hashable, Codable, CaseIterable {
    /// Cycle indicators (Hilbert transform).
    case cycle
    /// Operators on columns.
    case mathOperator = "math operator"
    /// Functions of a number.
    case mathTransform = "math transform"
    /// Momentum indicators.
    case momentum
    /// Overlap studies: averages and bands.
    case overlap
    /// Candlestick patterns.
    case pattern
    /// Price transforms.
    case price
    /// Statistics of windows.
    case statistic
    /// Volatility indicators.
    case volatility
    /// Volume indicators.
    case volume
    /// Spreads, signs, order flow and what is estimated from them.
    case microstructure
    /// Transforms of other features.
    case transform
  }

  /// A column that an indicator reads.
  public enum Input: String, Sendable, Hashable, Codable, CaseIterable {
    /// Any column; the close where nothing else is said.
    case real
    /// The second of two columns.
    case real1
    /// First price of the bar.
    case open
    /// Highest price of the bar.
    case high
    /// Lowest price of the bar.
    case low
    /// Last price of the bar.
    case close
    /// Traded size of the bar.
    case volume
    /// Price of a trade.
    case price
    /// Size of a trade.
    case size
    /// Best price offered by buyers.
    case bid
    /// Best price asked by sellers.
    case ask
    /// Size offered at the bid.
    case bidSize = "bid_size"
    /// Size asked at the ask.
    case askSize = "ask_size"
    /// Who began a trade: 1 the buyer, −1 the seller, 0 unknown.
    case side
    /// Seconds since the start of the series.
    case time

    /// The column of a name in any case, with or without underscores, or nil.
    init?(name: String) {
      func plainName(_ text: String) -> String { text.lowercased().filter { $0 != "_" } }
      let wanted = plainName(name)
      guard let found = Self.allCases.first(where: { plainName($0.rawValue) == wanted }) else { return nil }
      self = found
    }

    /// The place of the column in ``OHLCV`` or ``TradeQuote``; nil for any column.
    var place: Int? { barPlace ?? tickPlace }

    /// Whether twice the prices leave the column as it is.
    var isNoPrice: Bool {
      switch self {
      case .volume, .size, .bidSize, .askSize, .side, .time: true
      default: false
      }
    }

    /// The place of the column in ``TradeQuote``; nil for columns that are no part of a tick.
    var tickPlace: Int? {
      switch self {
      case .price: 0
      case .size: 1
      case .bid: 2
      case .ask: 3
      case .bidSize: 4
      case .askSize: 5
      case .side: 6
      case .time: 7
      default: nil
      }
    }

    /// The place of the column in ``OHLCV``; nil for columns that are no part of a bar.
    var barPlace: Int? {
      switch self {
      case .open: 0
      case .high: 1
      case .low: 2
      case .close: 3
      case .volume: 4
      default: nil
      }
    }
  }

  /// What a missing input does.
  public enum MissingValues: String, Sendable, Hashable, Codable {
    /// Results are NaN until the input has left the last look-back + 1 inputs; from then on they are as if another value
    /// had stood in its place.
    case window
    /// The input's own result is NaN, and all others are as if the input had not been.
    case skipped
    /// The input's own result is NaN, and results exist again after at most twice the look-back.
    case recovers
  }

  /// A parameter: its name, its value where none is given, and what it may be.
  public struct Parameter: Sendable, Hashable, Codable {
    /// TA-Lib's name, such as `timeperiod`.
    public let name: String
    /// The value where none is given.
    public let defaultValue: Double
    /// Smallest and largest value allowed.
    public let range: ClosedRange<Double>
    /// Whether it must be a whole number.
    public let isInteger: Bool

    /// A number of inputs.
    static func period(_ name: String = "timeperiod", _ value: Int, from least: Int = 2, to most: Int = 100_000) -> Self
    {
      Parameter(
        name: name, defaultValue: Double(value), range: Double(least)...Double(most), isInteger: true)
    }

    /// A number.
    static func number(_ name: String, _ value: Double, in range: ClosedRange<Double> = -3e37...3e37) -> Self {
      Parameter(name: name, defaultValue: value, range: range, isInteger: false)
    }

    /// A kind of moving average.
    static func average(_ name: String, _ value: MovingAverageType) -> Self {
      Parameter(
        name: name, defaultValue: Double(value.rawValue), range: 0...Double(MovingAverageType.allCases.count - 1),
        isInteger: true)
    }
  }

  /// The name, such as `RSI`.
  public let name: String
  /// The family.
  public let group: Group
  /// What it is, in a few words.
  public let summary: String
  /// The columns it reads, in order.
  public let inputs: [Input]
  /// Its parameters, in order.
  public let parameters: [Parameter]
  /// The names of its results, in order.
  public let outputs: [String]
  /// What a missing input does.
  public let missing: MissingValues
  /// Whether twice the price gives a power of two times each result.
  public let isHomogeneous: Bool

  package init(
    _ name: String, _ group: Group, _ summary: String, inputs: [Input] = [.real], parameters: [Parameter] = [],
    outputs: [String] = ["real"], missing: MissingValues = .window, isHomogeneous: Bool = true
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.inputs = inputs
    self.parameters = parameters
    self.outputs = outputs
    self.missing = missing
    self.isHomogeneous = isHomogeneous
  }
}

/// Values of an indicator's parameters, in the order of its definition, each checked against its range.
public struct IndicatorParameters: Sendable, Hashable {
  /// The values.
  public let values: [Double]

  /// Checks values; those that are left out at the end take their defaults.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` that names the parameter, what was given and what is allowed.
  public init(_ given: [Double] = [], for definition: IndicatorDefinition) throws(FeatureError) {
    let parameters = definition.parameters
    guard given.count <= parameters.count else {
      throw FeatureError(
        .invalidOption,
        "\(definition.name) takes \(counted(parameters.count, "parameter"))"
          + (parameters.isEmpty ? "" : " (\(parameters.map(\.name).joined(separator: ", ")))")
          + "; \(given.count) \(given.count == 1 ? "was" : "were") given"
      )
    }
    for (value, parameter) in zip(given, parameters) {
      guard parameter.range.contains(value), !parameter.isInteger || value == value.rounded() else {
        let kind = parameter.isInteger ? "a whole number" : "a number"
        throw FeatureError(
          .invalidOption,
          "\(definition.name): \(parameter.name) is \(plain(value)); \(kind) in \(plain(parameter.range.lowerBound))..."
            + "\(plain(parameter.range.upperBound)) is needed")
      }
    }
    values = given + parameters.dropFirst(given.count).map(\.defaultValue)
  }

  /// A whole number.
  func integer(_ index: Int) -> Int { Int(values[index]) }

  /// A kind of moving average.
  func average(_ index: Int) -> MovingAverageType { MovingAverageType(rawValue: integer(index)) ?? .sma }
}

/// A number without a needless fraction.
func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}
