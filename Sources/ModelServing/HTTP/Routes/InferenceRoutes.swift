#if Serving
import Boosting
import Features
import HTTPTypes
import Hummingbird
import Modeling
import NIOCore
import Synchronization
import TickStreaming

/// The Open Inference Protocol V2 (REST), with the index and load of the model repository extension.
struct InferenceRoutes {
  let state: ServingState

  private static let refusals: [(status: Int, description: String, content: [OpenAPIOperation.Content])] =
    [400, 401, 403, 404, 405, 413, 414, 429, 503].map {
      (
        $0, "Refused; the error says why.",
        // What no route takes is told in the other way.
        [.json(InferenceProblem.self)]
      )
    }

  private static let model = OpenAPIOperation.Parameter(
    name: "model", place: "path", description: "The model.", schema: .plain("string"))
  private static let version = OpenAPIOperation.Parameter(
    name: "version", place: "path", description: "The version.", schema: .plain("string"))

  func add(to book: RouteBook) {
    addHealth(to: book)
    addModels(to: book)
    addRepository(to: book)
  }

  private func addHealth(to book: RouteBook) {
    let state = state
    book.add(
      OpenAPIOperation(
        "GET", "/v2", id: "server", tag: "inference", "The server's name and extensions.",
        answers: [(200, "Metadata.", [.json(ServerMetadata.self)])] + Self.refusals), style: .inference
    ) { _ in
      try Response.encoding(
        ServerMetadata(name: "tickboost", version: libraryVersion, extensions: ["model_repository"]))
    }
    book.add(
      OpenAPIOperation(
        "GET", "/v2/health/live", id: "live", tag: "inference", "Whether the process answers.",
        answers: [(200, "It does.", [.json(LiveAnswer.self)])]), style: .inference, isOpen: true
    ) { _ in try Response.encoding(LiveAnswer(live: true)) }
    book.add(
      OpenAPIOperation(
        "GET", "/v2/health/ready", id: "ready", tag: "inference",
        "Whether it takes requests: no more once it was told to end.",
        answers: [
          (200, "They are.", [.json(ReadyAnswer.self)]), (503, "The service ends.", [.json(ReadyAnswer.self)]),
        ]), style: .inference, isOpen: true
    ) { _ in
      let isReady = !state.isDraining.load(ordering: .relaxed)
      return try Response.encoding(ReadyAnswer(ready: isReady), status: isReady ? .ok : .serviceUnavailable)
    }
  }

  private func addModels(to book: RouteBook) {
    let state = state
    for hasVersion in [false, true] {
      let base = "/v2/models/{model}" + (hasVersion ? "/versions/{version}" : "")
      let parameters = hasVersion ? [Self.model, Self.version] : [Self.model]
      let suffix = hasVersion ? "Version" : ""
      book.add(
        OpenAPIOperation(
          "GET", base, id: "modelMetadata\(suffix)", tag: "inference", "Inputs and outputs of a model.",
          parameters: parameters, answers: [(200, "Metadata.", [.json(ModelMetadata.self)])] + Self.refusals),
        style: .inference
      ) { call in
        let (entry, model) = try Self.find(call, state, hasVersion)
        return try Response.encoding(ModelMetadata(model, entry))
      }
      book.add(
        OpenAPIOperation(
          "GET", "\(base)/ready", id: "modelReady\(suffix)", tag: "inference", "Whether a model answers.",
          parameters: parameters, answers: [(200, "It does.", [.json(ModelReady.self)])] + Self.refusals),
        style: .inference
      ) { call in
        let (_, model) = try Self.find(call, state, hasVersion)
        return try Response.encoding(ModelReady(name: model.name, ready: true))
      }
      book.add(
        OpenAPIOperation(
          "POST", "\(base)/infer", id: "infer\(suffix)", tag: "inference",
          "Predicts rows: one input [rows, features], or one input for each feature.", parameters: parameters,
          body: [.json(InferenceRequest.self)],
          answers: [(200, "The predictions.", [.json(InferenceResponse.self)])] + Self.refusals), style: .inference
      ) { call in
        let (_, model) = try Self.find(call, state, hasVersion)
        if call.request.headers[.inferenceHeaderLength] != nil {
          throw RequestProblem(
            400,
            "the binary tensor data extension is not spoken; send data as numbers in JSON (tritonclient: binary_data=False)"
          )
        }
        let body = try await call.body()
        let limit = call.gate.options.batchLimit
        let work = { @Sendable in try Self.infer(body, model, rowLimit: limit) }
        // A row or a few are quicker done than handed over.
        let bytes = body.bytes.readableBytes <= 64 * 1024 ? try work() : try await call.gate.heavy(work)
        return Response.json(bytes)
      }
    }
  }

  private static func find(
    _ call: RouteBook.Call, _ state: ServingState, _ hasVersion: Bool
  ) throws -> (LiveModels.Entry, ServedModel) {
    let name = try call.parameter("model")
    let live = state.host.models
    guard let entry = live.entries.first(where: { $0.name == name }) else {
      throw RequestProblem(
        404, "there is no model '\(name.prefix(100))'; there are \(live.entries.map(\.name).joined(separator: ", "))")
    }
    guard hasVersion else { return (entry, entry.champion) }
    let version = try call.parameter("version")
    for model in [entry.champion, entry.challenger].compactMap({ $0 }) where model.version == version {
      return (entry, model)
    }
    throw RequestProblem(
      404, "'\(name)' has no loaded version '\(version.prefix(100))'; there is \(entry.champion.version)")
  }

  private static func infer(_ body: RequestBody, _ model: ServedModel, rowLimit: Int) throws -> [UInt8] {
    let query = try body.withUnsafeReadableBytes { bytes in try InferenceQuery(bytes) }
    let batch = try query.batch(model, rowLimit: rowLimit)
    let begin = ContinuousClock.now
    let predictions = try model.bundle.predictions(batch.table(model), threads: 1)
    model.statistics.add(batch: predictions.count, (ContinuousClock.now - begin).nanoseconds)
    let classes = model.bundle.target.classCount ?? 0
    let known = classes > 0 ? ["prediction", "probabilities"] : ["prediction"]
    for name in query.outputs where !known.contains(name) {
      throw RequestProblem(400, "there is no output '\(name.prefix(100))'; there are \(known.joined(separator: ", "))")
    }
    var writer = JSONWriter(capacity: predictions.count * 64 + 256)
    writer.open("{")
    writer.key("model_name")
    writer.string(model.name)
    writer.key("model_version")
    writer.string(model.version)
    if let id = query.id {
      writer.key("id")
      writer.string(id)
    }
    writer.key("outputs")
    writer.open("[")
    for name in known where query.outputs.isEmpty || query.outputs.contains(name) {
      writer.open("{")
      writer.key("name")
      writer.string(name)
      writer.key("datatype")
      writer.string("FP64")
      writer.key("shape")
      writer.open("[")
      writer.integer(Int64(predictions.count))
      if name == "probabilities" { writer.integer(Int64(classes)) }
      writer.close("]")
      writer.key("data")
      writer.open("[")
      for prediction in predictions {
        if name == "prediction" {
          writer.double(prediction.prediction)
        } else {
          prediction.probabilities.forEach { writer.double($0) }
        }
      }
      writer.close("]")
      writer.close("}")
    }
    writer.close("]")
    writer.close("}")
    return writer.bytes
  }

  private func addRepository(to book: RouteBook) {
    let state = state
    book.add(
      OpenAPIOperation(
        "POST", "/v2/repository/index", id: "repositoryIndex", tag: "inference", "All models with their states.",
        answers: [(200, "The models.", [.json([IndexEntry].self)])] + Self.refusals), style: .inference
    ) { _ in
      let refusals = state.host.refusals
      var all = state.host.models.entries.map {
        IndexEntry(name: $0.name, version: $0.champion.version, state: "READY", reason: refusals[$0.name]?.reason ?? "")
      }
      for refusal in refusals.values where !all.contains(where: { $0.name == refusal.name }) {
        all.append(IndexEntry(name: refusal.name, version: "", state: "UNAVAILABLE", reason: refusal.reason))
      }
      return try Response.encoding(all)
    }
    book.add(
      OpenAPIOperation(
        "POST", "/v2/repository/models/{model}/load", id: "repositoryLoad", tag: "inference",
        "Looks for a new version of a model at once.", parameters: [Self.model],
        answers: [(200, "What its folder names answers.", [.json(ModelReady.self)])] + Self.refusals), style: .inference
    ) { call in
      let name = try call.parameter("model")
      try await blocking { _ = state.host.refresh(isForced: true) }
      state.forgetTexts()
      if let refusal = state.host.refusals[name] { throw RequestProblem(400, refusal.reason) }
      let (_, model) = try Self.find(call, state, false)
      return try Response.encoding(ModelReady(name: model.name, ready: true))
    }
  }
}

extension HTTPField.Name {
  static let inferenceHeaderLength = HTTPField.Name("Inference-Header-Content-Length")!
}
#endif
