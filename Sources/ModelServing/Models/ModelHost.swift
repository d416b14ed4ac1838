package import Foundation
package import Modeling
import Synchronization

/// The models of a folder or registry, loaded: what answers now, and how that changes.
///
/// A change is loaded and warmed up beside the models that answer, then takes their place at once; what is refused leaves them as they are.
package final class ModelHost: Sendable {
  /// What became of a model that is not served as its folder says.
  package struct Refusal: Sendable, Hashable {
    package let name: String
    package let reason: String
    package let time: Date
  }

  private struct State {
    var models: LiveModels
    var refusals: [String: Refusal] = [:]
    var stamp: [String: Date] = [:]
    var reloads = 0
  }

  /// Where the models are; a single bundle or a registry.
  package let path: String
  /// The registry; nil for a single bundle.
  package let registry: ModelRegistry?
  private let names: [String]
  /// The share of symbols that challengers answer; nil to score them in the shadow of the champions.
  private let share: Double?
  private let state: Mutex<State>
  /// Held while models are loaded, so that one change is made at a time.
  private let loading = Mutex(())
  /// Held while aliases are changed: a change reads, alters and writes them.
  private let changes = Mutex(())

  /// Loads all models.
  ///
  /// - Parameters:
  ///   - names: The wanted models; empty for all.
  ///   - share: The share of symbols that challengers answer; nil for none.
  /// - Throws: `ModelingError` with code `badBundle` if one is refused or missing.
  package convenience init(path: String, names: [String] = [], share: Double? = nil) throws {
    let isBundle = FileManager.default.fileExists(atPath: path + "/manifest.json")
    let registry = isBundle ? nil : ModelRegistry(path: path)
    self.init(path, registry, names, share, try Self.begin(path, registry, names, share))
  }

  private init(_ path: String, _ registry: ModelRegistry?, _ names: [String], _ share: Double?, _ state: State) {
    self.path = path
    self.registry = registry
    self.names = names
    self.share = share
    self.state = Mutex(state)
  }

  private static func begin(
    _ path: String, _ registry: ModelRegistry?, _ names: [String], _ share: Double?
  ) throws -> State {
    let stamp = stamp(path)
    let (models, refusals) = load(path, registry, names, share, known: nil)
    if let refusal = refusals.values.min(by: { $0.name < $1.name }) { throw ModelingError(.badBundle, refusal.reason) }
    guard try !models.entries.isEmpty || registry?.names().isEmpty == false else {
      throw ModelingError(.badBundle, "there is no bundle in '\(path)'")
    }
    if let unknown = names.first(where: { name in !models.entries.contains { $0.name == name } }) {
      let known = try registry?.names() ?? models.entries.map(\.name)
      throw ModelingError(
        .badBundle, "there is no bundle '\(unknown)' in '\(path)'; there are \(known.joined(separator: ", "))")
    }
    guard !models.entries.isEmpty else { throw ModelingError(.badBundle, "no model in '\(path)' has a champion") }
    return State(models: models, stamp: stamp)
  }

  /// The models that answer now.
  package var models: LiveModels { state.withLock { $0.models } }
  /// What is not served as its folder says, by model.
  package var refusals: [String: Refusal] { state.withLock { $0.refusals } }
  /// How often other models came.
  package var reloads: Int { state.withLock { $0.reloads } }

  /// Changes the registry, one change of this process at a time.
  func changing<Value: Sendable>(_ body: () throws -> Value) rethrows -> Value {
    try changes.withLock { _ in try body() }
  }

  /// Takes up what has changed since the last look.
  ///
  /// - Parameter isForced: Whether to look even where no file seems to have changed.
  /// - Returns: Whether other models answer now.
  @discardableResult
  package func refresh(isForced: Bool = false) -> Bool {
    loading.withLock { _ in
      let stamp = Self.stamp(path)
      let (before, known, refused) = state.withLock { ($0.stamp, $0.models, $0.refusals) }
      // What was refused may have been copied in part only.
      guard isForced || !refused.isEmpty || stamp != before else { return false }
      var (models, refusals) = Self.load(path, registry, names, share, known: known)
      let isOther = !models.isSame(as: known) && !models.entries.isEmpty
      models.generation = known.generation + 1
      // Where nothing can be read the models go on.
      if models.entries.isEmpty, refusals.isEmpty {
        refusals[""] = Refusal(name: "", reason: "there is no bundle in '\(path)'", time: Date())
      }
      // What is refused as before was so since then.
      for (name, refusal) in refused where refusals[name]?.reason == refusal.reason { refusals[name] = refusal }
      state.withLock { state in
        state.stamp = stamp
        state.refusals = refusals
        guard isOther else { return }
        state.models = models
        state.reloads += 1
      }
      return isOther
    }
  }

  /// Loads a folder; versions that are loaded already are taken over, and one that is refused is stood in for by the one before.
  private static func load(
    _ path: String, _ registry: ModelRegistry?, _ names: [String], _ share: Double?, known: LiveModels?
  ) -> (LiveModels, [String: Refusal]) {
    var refusals: [String: Refusal] = [:]
    var loaded: [String: ServedModel] = [:]
    for entry in known?.entries ?? [] {
      for model in [entry.champion, entry.challenger].compactMap({ $0 }) {
        loaded["\(entry.name) \(model.version)"] = model
      }
    }
    func attempt<Value>(_ name: String, _ body: () throws -> Value) -> Value? {
      do {
        return try body()
      } catch {
        refusals[name] = Refusal(name: name, reason: "\(error)", time: Date())
        return nil
      }
    }
    guard let registry else {
      let name = known?.entries.first?.name ?? String(path.split(separator: "/").last ?? "")
      let model = attempt(name) { try ServedModel(try ModelBundle(contentsOf: path)) }
      let bundle = model ?? known?.entries.first?.champion
      return (LiveModels(bundle.map { [($0, nil, nil)] } ?? []), refusals)
    }
    var all: [(champion: ServedModel, challenger: ServedModel?, share: Double?)] = []
    for name in attempt("", { try registry.names() }) ?? [] where names.isEmpty || names.contains(name) {
      let before = known?.entries.first { $0.name == name }
      func served(_ version: String?) -> ServedModel? {
        guard let version else { return nil }
        if let known = loaded["\(name) \(version)"] { return known }
        return attempt(name) { try ServedModel(try registry.bundle(name, version: version)) }
      }
      let aliases = attempt(name) { try registry.aliases(of: name) }?.versions
      let champion = served(aliases?[ModelRegistry.champion]) ?? before?.champion
      let wanted = aliases?[ModelRegistry.challenger]
      let challenger = wanted == champion?.version ? nil : aliases == nil ? before?.challenger : served(wanted)
      if let champion { all.append((champion, challenger, challenger == nil ? nil : share)) }
    }
    // They would not be seen at all.
    for name in attempt("", { try registry.unnamedModels() }) ?? [] where names.isEmpty || names.contains(name) {
      refusals[name] = Refusal(
        name: name, reason: "'\(path)/\(name)' has a model.txt and no manifest.json", time: Date())
    }
    return (LiveModels(all), refusals)
  }

  /// What changes when a bundle is written or an alias is set: the times of manifests and aliases.
  private static func stamp(_ path: String) -> [String: Date] {
    let files = FileManager.default
    // A folder that cannot be read for a moment has no new version.
    let folders = [path] + ((try? files.contentsOfDirectory(atPath: path)) ?? []).map { path + "/" + $0 }
    return folders.flatMap { ["\($0)/manifest.json", "\($0)/aliases.json"] }.reduce(into: [:]) { found, file in
      // A folder without a manifest is no bundle.
      let attributes = try? files.attributesOfItem(atPath: file)
      if let date = attributes?[.modificationDate] as? Date { found[file] = date }
    }
  }
}
