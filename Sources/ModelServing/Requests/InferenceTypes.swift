import Boosting
import Features
import Modeling

// The bodies of the Open Inference Protocol, as the OpenAPI document shows them.

/// `GET /v2`.
struct ServerMetadata: Sendable, Codable {
  let name: String
  let version: String
  let extensions: [String]
}

/// `GET /v2/health/live`.
struct LiveAnswer: Sendable, Codable { let live: Bool }

/// `GET /v2/health/ready`.
struct ReadyAnswer: Sendable, Codable { let ready: Bool }

/// `GET /v2/models/{model}/ready`.
struct ModelReady: Sendable, Codable {
  let name: String
  let ready: Bool
}

/// An entry of `POST /v2/repository/index`.
struct IndexEntry: Sendable, Codable {
  let name: String
  let version: String
  let state: String
  let reason: String
}

/// What a refused request of the protocol gets.
struct InferenceProblem: Sendable, Codable, SchemaDescribed {
  let error: String

  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    // Methods that a path does not have are refused in FastAPI's way.
    .anyOf([
      .object(fields: ["error": .plain("string")], required: ["error"], others: nil, isClosed: false),
      .object(fields: ["detail": .plain("string")], required: ["detail"], others: nil, isClosed: false),
    ])
  }
}

/// `GET /v2/models/{model}`.
struct ModelMetadata: Sendable, Codable {
  struct Tensor: Sendable, Codable {
    let name: String
    let datatype: String
    let shape: [Int]
  }

  let name: String
  let versions: [String]
  let platform: String
  let inputs: [Tensor]
  let outputs: [Tensor]
  /// The features in the order of the input's columns.
  let features: [String]

  init(_ model: ServedModel, _ entry: LiveModels.Entry) {
    name = model.name
    versions = [entry.champion, entry.challenger].compactMap { $0?.version }
    platform = "tickboost_\(model.bundle.kind.rawValue)"
    features = model.bundle.model.featureNames
    inputs = [Tensor(name: "features", datatype: "FP64", shape: [-1, features.count])]
    var outputs = [Tensor(name: "prediction", datatype: "FP64", shape: [-1])]
    if let classes = model.bundle.target.classCount {
      outputs.append(Tensor(name: "probabilities", datatype: "FP64", shape: [-1, classes]))
    }
    self.outputs = outputs
  }
}

/// `POST /v2/models/{model}/infer`.
struct InferenceRequest: Sendable, Codable, SchemaNoted {
  struct Input: Sendable, Codable, SchemaNoted {
    let name: String
    let shape: [Int]
    let datatype: Datatype
    let parameters: AnyObjectField?
    let data: TensorData

    static let notes: [String: JSONSchema.Facets] = [
      "name": .init(minLength: 1), "shape": .init(minItems: 1),
    ]
  }

  /// Types of numbers.
  enum Datatype: String, Sendable, Codable, CaseIterable, ChoiceSchema {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case fp16 = "FP16"
    case fp32 = "FP32"
    case fp64 = "FP64"
  }

  struct Output: Sendable, Codable, SchemaNoted {
    let name: String
    let parameters: AnyObjectField?
    static let notes: [String: JSONSchema.Facets] = ["name": .init(minLength: 1)]
  }

  let id: String?
  let parameters: AnyObjectField?
  let inputs: [Input]
  let outputs: [Output]?

  static let isClosed = true
  static let notes: [String: JSONSchema.Facets] = ["inputs": .init(minItems: 1)]
}

/// Numbers, nested or flat.
struct TensorData: Sendable, Codable, SchemaSampled {
  static let sample = TensorData()
  init() {}
  init(from decoder: any Decoder) {}
  func encode(to encoder: any Encoder) {}
  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    let value = JSONSchema.anyOf([.plain("number"), .plain("boolean"), .plain("null")])
    return .array(.anyOf([value, .array(value)]), .init(description: "Row after row, nested or flat."))
  }
}

/// An object whose content is not looked at.
struct AnyObjectField: Sendable, Codable, SchemaSampled {
  static let sample = AnyObjectField()
  init() {}
  init(from decoder: any Decoder) {}
  func encode(to encoder: any Encoder) {}
  static func schema(_ book: inout SchemaBook) -> JSONSchema {
    .object(fields: [:], required: [], others: nil, isClosed: false)
  }
}

/// The answer to `infer`.
struct InferenceResponse: Sendable, Codable {
  struct Output: Sendable, Codable {
    let name: String
    let datatype: String
    let shape: [Int]
    let data: [Double]
  }

  let modelName: String
  let modelVersion: String
  let id: String?
  let outputs: [Output]

  private enum CodingKeys: String, CodingKey {
    case modelName = "model_name"
    case modelVersion = "model_version"
    case id
    case outputs
  }
}
