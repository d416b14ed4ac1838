import Modeling

/// The models that a request names, resolved to versions.
///
/// A name is that of a bundle (`direction_5_lightgbm`), with `@champion`, `@challenger` or `@VERSION` behind it for one version of it, or a kind
/// (`lightgbm`, `xgboost`) for all bundles of that kind. None means all.
struct ModelSelection {
  /// Versions with the lanes of their features, each once, in the order of the names.
  let models: [(model: ServedModel, lane: Int)]
  /// Whether none was named.
  let isAll: Bool

  /// - Parameter place: Where the names stand in the request.
  /// - Throws: ``RequestProblem`` naming an unknown name and those that there are.
  init(_ names: [String], for symbol: String, in live: LiveModels, place: [RequestProblem.Place]) throws(RequestProblem)
  {
    isAll = names.isEmpty
    guard !names.isEmpty else {
      models = live.entries.map { $0.model(for: symbol) }
      return
    }
    var found: [(model: ServedModel, lane: Int)] = []
    for (index, name) in names.enumerated() {
      let matches = Self.matches(name, symbol, live)
      guard !matches.isEmpty else {
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let entry = live.entries.first(where: { $0.name == parts[0] }) {
          let loaded =
            "champion (\(entry.champion.version))" + (entry.challenger.map { ", challenger (\($0.version))" } ?? "")
          throw RequestProblem(
            "unknown", place + [.index(index)],
            "'\(entry.name)' has no loaded version '\(parts[1].prefix(100))'; loaded are: \(loaded)", input: name)
        }
        let known = live.entries.map(\.name).joined(separator: ", ")
        throw RequestProblem(
          "unknown", place + [.index(index)],
          "there is no model '\(name.prefix(100))'; there are \(known), and lightgbm or xgboost for all of a kind",
          input: name)
      }
      for match in matches where !found.contains(where: { $0.model === match.model }) {
        // Answers are by the names of models, so that one of two would hide the other.
        if let other = found.first(where: { $0.model.name == match.model.name }) {
          throw RequestProblem(
            "value_error", place + [.index(index)],
            "'\(name.prefix(100))' is version \(match.model.version) of '\(match.model.name)', and version \(other.model.version) is asked "
              + "for already; one version of a model a request is allowed", input: name)
        }
        found.append(match)
      }
    }
    models = found
  }

  private static func matches(_ name: String, _ symbol: String, _ live: LiveModels) -> [(model: ServedModel, lane: Int)]
  {
    if let entry = live.entries.first(where: { $0.name == name }) { return [entry.model(for: symbol)] }
    if let kind = ModelKind(rawValue: name) {
      return live.entries.map { $0.model(for: symbol) }.filter { $0.model.bundle.kind == kind }
    }
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let entry = live.entries.first(where: { $0.name == parts[0] }) else { return [] }
    if parts[1] == ModelRegistry.champion || parts[1] == entry.champion.version {
      return [(entry.champion, entry.championLane)]
    }
    guard let challenger = entry.challenger,
      parts[1] == ModelRegistry.challenger || parts[1] == challenger.version
    else { return [] }
    return [(challenger, entry.challengerLane)]
  }
}
