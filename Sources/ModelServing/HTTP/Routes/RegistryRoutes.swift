#if Serving
import Foundation
import Logging
import Hummingbird
import Modeling
import NIOCore
import TickStreaming

/// Which versions answer: aliases and roll back.
struct RegistryRoutes {
  let state: ServingState

  private static let name = OpenAPIOperation.Parameter(
    name: "model", place: "path", description: "The model.", schema: .plain("string"))
  private static let alias = OpenAPIOperation.Parameter(
    name: "alias", place: "path", description: "champion answers, challenger is tried beside it; others are yours.",
    schema: .plain("string"))
  private static let answers: [(status: Int, description: String, content: [OpenAPIOperation.Content])] =
    [
      (200, "The aliases as they are now.", [.json(AliasesAnswer.self)]),
      (409, "The folder is no registry, or the version is refused.", [.json(ProblemAnswer.self)]),
    ] + PredictRoutes.refusals

  func add(to book: RouteBook) {
    let state = state
    book.add(
      OpenAPIOperation(
        "PUT", "/models/{model}/aliases/{alias}", id: "setAlias", tag: "registry", "Makes an alias mean a version.",
        parameters: [Self.name, Self.alias], body: [.json(AliasRequest.self)], answers: Self.answers)
    ) { call in
      let (name, alias) = (try call.parameter("model"), try call.parameter("alias"))
      let body = try await call.body(limit: 4096)
      let request = try AliasRequest(reading: Data(body.bytes.readableBytesView))
      return try await Self.change(state, name) { registry in
        if alias == ModelRegistry.champion || alias == ModelRegistry.challenger {
          // What cannot answer must not be named: it is opened and warmed up first.
          _ = try ServedModel(registry.bundle(name, version: request.version))
        }
        try registry.setAlias(alias, of: name, to: request.version)
      }
    }
    book.add(
      OpenAPIOperation(
        "DELETE", "/models/{model}/aliases/{alias}", id: "removeAlias", tag: "registry", "Takes an alias away.",
        parameters: [Self.name, Self.alias], answers: Self.answers)
    ) { call in
      let (name, alias) = (try call.parameter("model"), try call.parameter("alias"))
      return try await Self.change(state, name) { try $0.setAlias(alias, of: name, to: nil) }
    }
    book.add(
      OpenAPIOperation(
        "POST", "/models/{model}/rollback", id: "rollBack", tag: "registry",
        "Makes the champion what it was before.", parameters: [Self.name], answers: Self.answers)
    ) { call in
      let name = try call.parameter("model")
      return try await Self.change(state, name) { registry in
        // As above.
        _ = try ServedModel(registry.bundle(name, version: registry.earlierChampion(of: name)))
        try registry.rollBack(name)
      }
    }
  }

  private static func change(
    _ state: ServingState, _ name: String, _ body: @escaping @Sendable (ModelRegistry) throws -> Void
  ) async throws -> Response {
    guard let registry = state.host.registry else {
      throw RequestProblem(409, "one bundle is served, which has no versions; serve the folder that holds it")
    }
    guard state.host.models.entries.contains(where: { $0.name == name }) else {
      let known = state.host.models.entries.map(\.name).joined(separator: ", ")
      throw RequestProblem(404, "there is no model '\(name.prefix(100))'; there are \(known)")
    }
    return try await blocking {
      do {
        try state.host.changing { try body(registry) }
        state.host.refresh(isForced: true)
        state.forgetTexts()
        let aliases = try registry.aliases(of: name).versions
        let told = aliases.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        state.gate.logger.info(
          "aliases", metadata: ["model": "\(RequestGate.forLog(name))", "aliases": "\(RequestGate.forLog(told))"])
        return try Response.encoding(AliasesAnswer(model: name, aliases: aliases))
      } catch let error as ModelingError where error.code == .invalidOption {
        throw RequestProblem("value_error", ["path"], error.message)
      } catch let error as ModelingError where error.code == .badBundle {
        throw RequestProblem(409, error.message)
      }
    }
  }
}

/// `PUT /models/{model}/aliases/{alias}`.
struct AliasRequest: Sendable, Codable, SchemaNoted {
  let version: String
  static let notes: [String: JSONSchema.Facets] = ["version": .init(minLength: 1, maxLength: 128)]

  /// - Throws: ``RequestProblem`` naming what is missing or of another type.
  init(reading data: Data) throws(RequestProblem) {
    do {
      self = try JSONDecoder().decode(AliasRequest.self, from: data)
    } catch DecodingError.keyNotFound {
      throw RequestProblem("missing", ["body", "version"], "version is missing; the name of a version is needed")
    } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
      throw RequestProblem("type_error", ["body", "version"], "version is no text; the name of a version is needed")
    } catch DecodingError.valueNotFound(_, let context) where !context.codingPath.isEmpty {
      throw RequestProblem("type_error", ["body", "version"], "version is null; the name of a version is needed")
    } catch {
      throw RequestProblem("type_error", ["body"], "the body is no JSON object with version, the name of a version")
    }
  }
}

/// The aliases of a model.
struct AliasesAnswer: Sendable, Codable {
  let model: String
  let aliases: [String: String]
}
#endif
