import Foundation

/// What the document says of a route.
struct OpenAPIOperation: Sendable {
  struct Parameter: Sendable {
    let name: String
    /// `path`, `query` or `header`.
    let place: String
    let description: String
    let schema: JSONSchema
  }

  struct Content: Sendable {
    let type: String
    /// The type in Swift; nil for what is no JSON.
    let schema: (any (Decodable & Sendable).Type)?
  }

  let method: String
  let path: String
  let id: String
  let tag: String
  let summary: String
  var parameters: [Parameter] = []
  var body: [Content] = []
  var isBodyRequired = true
  /// Answers by status.
  var answers: [(status: Int, description: String, content: [Content])] = []

  init(
    _ method: String, _ path: String, id: String, tag: String, _ summary: String, parameters: [Parameter] = [],
    body: [Content] = [], answers: [(status: Int, description: String, content: [Content])]
  ) {
    self.method = method
    self.path = path
    self.id = id
    self.tag = tag
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answers = answers
  }
}

extension OpenAPIOperation.Content {
  static func json(_ type: any (Decodable & Sendable).Type) -> Self { Self(type: "application/json", schema: type) }
  static func raw(_ type: String) -> Self { Self(type: type, schema: nil) }
}

/// The OpenAPI 3.1 document of the service, made from the types that it reads and writes.
struct OpenAPIDocument: Encodable {
  private let operations: [OpenAPIOperation]
  private let schemas: [String: JSONSchema]
  private let bodies: [String: [String: JSONSchema]]
  private let version: String

  init(_ operations: [OpenAPIOperation], version: String) {
    self.operations = operations
    self.version = version
    var book = SchemaBook()
    var bodies: [String: [String: JSONSchema]] = [:]
    func note(_ contents: [OpenAPIOperation.Content]) {
      for content in contents {
        guard let type = content.schema else { continue }
        bodies[String(reflecting: type), default: [:]][content.type] = book.schema(of: type)
      }
    }
    for operation in operations {
      note(operation.body)
      for answer in operation.answers { note(answer.content) }
    }
    schemas = book.components
    self.bodies = bodies
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private typealias Object = KeyedEncodingContainer<Key>

  func encode(to encoder: any Encoder) throws {
    var root = encoder.container(keyedBy: Key.self)
    try root.encode("3.1.0", forKey: Key("openapi"))
    try root.encode(
      ["title": "TickBoost prediction service", "version": version], forKey: Key("info"))
    var components = root.nestedContainer(keyedBy: Key.self, forKey: Key("components"))
    try components.encode(schemas, forKey: Key("schemas"))
    try components.encode(
      [
        "apiKey": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
        "bearer": ["type": "http", "scheme": "bearer"],
      ], forKey: Key("securitySchemes"))
    var paths = root.nestedContainer(keyedBy: Key.self, forKey: Key("paths"))
    for (path, own) in Dictionary(grouping: operations, by: \.path) {
      var item = paths.nestedContainer(keyedBy: Key.self, forKey: Key(path))
      for operation in own {
        var object = item.nestedContainer(keyedBy: Key.self, forKey: Key(operation.method.lowercased()))
        try write(operation, &object)
      }
    }
  }

  private func write(_ operation: OpenAPIOperation, _ object: inout Object) throws {
    try object.encode(operation.id, forKey: Key("operationId"))
    try object.encode([operation.tag], forKey: Key("tags"))
    try object.encode(operation.summary, forKey: Key("summary"))
    if !operation.parameters.isEmpty {
      var list = object.nestedUnkeyedContainer(forKey: Key("parameters"))
      for parameter in operation.parameters {
        var own = list.nestedContainer(keyedBy: Key.self)
        try own.encode(parameter.name, forKey: Key("name"))
        try own.encode(parameter.place, forKey: Key("in"))
        try own.encode(parameter.place == "path", forKey: Key("required"))
        try own.encode(parameter.description, forKey: Key("description"))
        try own.encode(parameter.schema, forKey: Key("schema"))
      }
    }
    if !operation.body.isEmpty {
      var body = object.nestedContainer(keyedBy: Key.self, forKey: Key("requestBody"))
      try body.encode(true, forKey: Key("required"))
      try write(operation.body, &body)
    }
    var answers = object.nestedContainer(keyedBy: Key.self, forKey: Key("responses"))
    for answer in operation.answers {
      var own = answers.nestedContainer(keyedBy: Key.self, forKey: Key(String(answer.status)))
      try own.encode(answer.description, forKey: Key("description"))
      try write(answer.content, &own)
    }
  }

  private func write(_ contents: [OpenAPIOperation.Content], _ object: inout Object) throws {
    guard !contents.isEmpty else { return }
    var all = object.nestedContainer(keyedBy: Key.self, forKey: Key("content"))
    for content in contents {
      var own = all.nestedContainer(keyedBy: Key.self, forKey: Key(content.type))
      if let type = content.schema, let schema = bodies[String(reflecting: type)]?[content.type] {
        try own.encode(schema, forKey: Key("schema"))
      } else {
        try own.encode(["type": "string"], forKey: Key("schema"))
      }
    }
  }
}
