#if Serving
import Hummingbird
import Modeling

/// What the service is and has: `/health`, `/models`, `/symbols`.
struct ServiceRoutes {
  let state: ServingState

  func add(to book: RouteBook) {
    let state = state
    book.add(
      OpenAPIOperation(
        "GET", "/health", id: "health", tag: "service", "Whether the service can answer, and what it misses.",
        answers: [(200, "It can.", [.json(HealthAnswer.self)])]),
      isOpen: true, immediate: { _, _ in state.healthText() }
    ) { _ in Response.json(state.healthText()) }
    book.add(
      OpenAPIOperation(
        "GET", "/models", id: "models", tag: "service", "The models with their versions, scores and features.",
        answers: [(200, "The models.", [.json(ModelsAnswer.self)])] + PredictRoutes.refusals),
      immediate: { _, _ in try state.modelsText() }
    ) { _ in Response.json(try state.modelsText()) }
    book.add(
      OpenAPIOperation(
        "GET", "/symbols", id: "symbols", tag: "service", "The symbols whose ticks come in or are in the store.",
        answers: [(200, "The symbols.", [.json(SymbolsAnswer.self)])] + PredictRoutes.refusals)
    ) { _ in Response.json(try await state.symbolsText()) }
  }
}
#endif
