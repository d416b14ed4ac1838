import Foundation
import Modeling

// The bodies of requests and answers, as the OpenAPI document shows them. What is read and written most has a faster way beside them, which tests hold
// equal: PredictionQuery and PredictionAnswer.

/// `POST /predict`: a symbol, and what to predict from; without ticks and features from the symbol's newest features.
struct PredictionRequest: Sendable, Codable, SchemaNoted {
  let symbol: String
  let tickData: TickDataField?
  let features: FeaturesField?
  let models: [String]?
  let explain: Int?

  private enum CodingKeys: String, CodingKey {
    case symbol
    case tickData = "tick_data"
    case features
    case models
    case explain
  }

  static let isClosed = true
  static let notes: [String: JSONSchema.Facets] = [
    "symbol": .init(description: "The symbol.", minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]*$"),
    "models": .init(
      description: "Names of models or kinds (lightgbm, xgboost), also NAME@champion, NAME@challenger; all without.",
      maxItems: 10_000),
    "explain": .init(description: "How many contributions to show of each prediction.", minimum: 0, maximum: 1000),
  ]
}

/// A tick, ticks, or features by name.
struct TickDataField: Sendable, Codable, SchemaSampled {
  static let sample = TickDataField()

  init() {}
  init(from decoder: any Decoder) {}
  func encode(to encoder: any Encoder) {}

  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    let number = JSONSchema.anyOf([.plain("number"), .plain("null")])
    let tick = JSONSchema.object(
      fields: [
        "symbol": .plain("string", .init(minLength: 1, maxLength: 128)),
        "timestamp": .anyOf([
          .plain("integer", .init(description: "ns since 1970 UTC")), .plain("string", .init(description: "ISO 8601")),
          .plain("null"),
        ]), "price": number, "volume": number, "bid": number, "ask": number, "bid_size": number, "ask_size": number,
        "side": .anyOf([.plain("integer", .init(minimum: -1, maximum: 1)), .plain("null")]),
      ], required: [], others: nil, isClosed: false,
      .init(description: "A tick with price, bid or ask: the next one after those that came in."))
    return .anyOf([
      tick, .array(tick, .init(description: "Ticks in event order, from which alone features are made.", minItems: 1)),
      FeaturesField.byName,
    ])
  }
}

/// Features by name, or in the order of the model.
struct FeaturesField: Sendable, Codable, SchemaSampled {
  static let sample = FeaturesField()

  init() {}
  init(from decoder: any Decoder) {}
  func encode(to encoder: any Encoder) {}

  static let byName = JSONSchema.object(
    fields: [:], required: [], others: .anyOf([.plain("number"), .plain("null")]), isClosed: false,
    .init(description: "Features by name; null for a missing value."))

  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    .anyOf([byName, .array(.anyOf([.plain("number"), .plain("null")]), .init(description: "In the model's order."))])
  }
}

/// `GET /health`.
struct HealthAnswer: Sendable, Codable {
  let status: String
  let models: Int
  let symbols: Int
  let uptimeSeconds: Double
  let problems: [String]

  private enum CodingKeys: String, CodingKey {
    case status
    case models
    case symbols
    case uptimeSeconds = "uptime_s"
    case problems
  }
}

/// `GET /symbols`.
struct SymbolsAnswer: Sendable, Codable {
  let symbols: [String]
}

/// `GET /models`.
struct ModelsAnswer: Sendable, Codable {
  let models: [ModelAnswer]
}

/// A model with its versions.
struct ModelAnswer: Sendable, Codable {
  struct Version: Sendable, Codable {
    let version: String
    let aliases: [String]
    /// Whether it is loaded and answers, or is scored beside the one that does.
    let isLoaded: Bool

    private enum CodingKeys: String, CodingKey {
      case version
      case aliases
      case isLoaded = "loaded"
    }
  }

  let name: String
  let target: String
  let kind: String
  let version: String
  let trees: Int
  let features: [String]
  /// Latest tick that it was trained on, ns since 1970 UTC.
  let trainedTo: Int64
  /// Scores of its training by name, means over folds.
  let scores: [String: Double]
  /// Scores of its live predictions by name, as outcomes arrive.
  let live: LiveScoresAnswer?
  let challenger: ChallengerAnswer?
  let versions: [Version]
  /// Why a newer version is not served.
  let refused: String?

  private enum CodingKeys: String, CodingKey {
    case name
    case target
    case kind
    case version
    case trees
    case features
    case trainedTo = "trained_to"
    case scores
    case live
    case challenger
    case versions
    case refused
  }
}

/// How right live predictions were.
struct LiveScoresAnswer: Sendable, Codable {
  /// Predictions whose outcome is known.
  let rows: Int
  let scores: [String: Double]
}

/// The version beside the champion, and how they compare.
struct ChallengerAnswer: Sendable, Codable {
  let version: String
  /// `shadow`: it is scored and does not answer; `ab`: it answers for a share of the symbols.
  let mode: String
  let share: Double
  let rows: Int
  let scores: [String: Double]
  /// Two-sided p-value of no difference in live accuracy (classes) or squared error (returns); nil with too few outcomes.
  let pValue: Double?

  private enum CodingKeys: String, CodingKey {
    case version
    case mode
    case share
    case rows
    case scores
    case pValue = "p_value"
  }
}

/// What a refused request gets.
struct ProblemAnswer: Sendable, Codable, SchemaDescribed {
  init(from decoder: any Decoder) {}
  func encode(to encoder: any Encoder) {}

  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    let detail = JSONSchema.object(
      fields: [
        "type": .plain("string"), "loc": .array(.anyOf([.plain("string"), .plain("integer")])), "msg": .plain("string"),
        "input": .anyOf([.plain("string"), .plain("null")]),
      ], required: ["type", "loc", "msg"], others: nil, isClosed: false)
    return .object(
      fields: ["detail": .anyOf([.plain("string"), .array(detail)])], required: ["detail"], others: nil, isClosed: false
    )
  }
}
