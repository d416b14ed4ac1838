import Foundation

extension ModelRegistry {
  /// Adds a version.
  ///
  /// A plain bundle of the same name becomes the model's first version, and stays its champion.
  /// - Parameters:
  ///   - alias: What the version is to be besides; the first version of a model becomes its champion in any case.
  /// - Returns: The name of the version.
  /// - Throws: ``ModelingError`` with code `cannotWrite`; then nothing has changed.
  @discardableResult
  public func register(_ bundle: ModelBundle, alias: String? = nil) throws(ModelingError) -> String {
    let (name, version) = (bundle.name, bundle.modelVersion)
    try adoptPlain(name)
    try bundle.write(to: versionsPath(name), as: version)
    let hasChampion = try aliases(of: name).versions[Self.champion] != nil
    if !hasChampion { try setAlias(Self.champion, of: name, to: version) }
    if let alias, hasChampion || alias != Self.champion { try setAlias(alias, of: name, to: version) }
    return version
  }

  /// Makes an alias mean a version, or nothing.
  ///
  /// - Throws: ``ModelingError``: `invalidOption` for a name that is none or a version that is not there, or if the champion is to be removed;
  ///   `cannotWrite`.
  public func setAlias(_ alias: String, of name: String, to version: String?) throws(ModelingError) {
    try change(alias, of: name, to: version, isRollback: false)
  }

  /// Makes the champion what it was before its last change that was not taken back.
  ///
  /// - Returns: The version that is the champion now.
  /// - Throws: ``ModelingError``: `invalidOption` if there was none before; `cannotWrite`.
  @discardableResult
  public func rollBack(_ name: String) throws(ModelingError) -> String {
    let version = try earlierChampion(of: name)
    try change(Self.champion, of: name, to: version, isRollback: true)
    return version
  }

  /// The version that ``rollBack(_:)`` would make the champion.
  ///
  /// - Throws: ``ModelingError`` with code `invalidOption` if there was none before.
  package func earlierChampion(of name: String) throws(ModelingError) -> String {
    // A change puts a version on the stack, one that is taken back lifts it off.
    var stack: [String] = []
    for change in try aliases(of: name).history where change.alias == Self.champion {
      guard let version = change.version else { continue }
      if change.isRollback { stack.removeLast(stack.isEmpty ? 0 : 1) } else { stack.append(version) }
    }
    guard stack.count >= 2 else {
      throw ModelingError(.invalidOption, "'\(name)' has no earlier champion to go back to")
    }
    return stack[stack.count - 2]
  }

  private func change(
    _ alias: String, of name: String, to version: String?, isRollback: Bool
  ) throws(ModelingError) {
    guard Self.isName(alias) else {
      throw ModelingError(.invalidOption, "the alias '\(alias)' is none; letters, digits, _ - and . are allowed")
    }
    let known = try versions(of: name)
    guard !known.isEmpty else { throw ModelingError(.invalidOption, "there is no model '\(name)' in '\(path)'") }
    if let version, !known.contains(version) {
      throw ModelingError(
        .invalidOption, "'\(name)' has no version '\(version)'; there are \(known.joined(separator: ", "))")
    }
    guard version == nil || !known.contains(alias) else {
      throw ModelingError(.invalidOption, "the alias '\(alias)' is the name of a version; another name is needed")
    }
    guard version != nil || alias != Self.champion else {
      throw ModelingError(.invalidOption, "a model keeps its champion; make another version the champion instead")
    }
    try adoptPlain(name)
    var aliases = try aliases(of: name)
    guard aliases.versions[alias] != version else { return }
    aliases.versions[alias] = version
    aliases.history.append(
      Aliases.Change(alias: alias, version: version, time: Date().timeIntervalSince1970, isRollback: isRollback))
    // Each alias keeps its own: challengers that come and go must not push out what the champion was.
    let old = aliases.history.filter { $0.alias == alias }.dropLast(100)
    if let last = old.last {
      let index = aliases.history.lastIndex { $0 == last } ?? 0
      aliases.history = aliases.history.enumerated().filter { $0.offset > index || $0.element.alias != alias }.map(
        \.element)
    }
    try write(aliases, of: name)
  }

  /// Makes a plain bundle the first version of a model.
  private func adoptPlain(_ name: String) throws(ModelingError) {
    guard isPlain(name) else { return }
    let bundle = try ModelBundle(contentsOf: "\(path)/\(name)")
    let files = FileManager.default
    let unfinished = ".\(name).\(UUID().uuidString)"
    do {
      let registry = ModelRegistry(path: "\(path)/\(unfinished)")
      try bundle.write(to: registry.versionsPath(name), as: bundle.modelVersion)
      var aliases = Aliases()
      aliases.versions[Self.champion] = bundle.modelVersion
      aliases.history = [
        Aliases.Change(
          alias: Self.champion, version: bundle.modelVersion, time: Date().timeIntervalSince1970, isRollback: false)
      ]
      try registry.write(aliases, of: name)
      try ModelBundle.replace("\(path)/\(name)", by: "\(path)/\(unfinished)/\(name)")
      try files.removeItem(atPath: "\(path)/\(unfinished)")
    } catch let error as ModelingError {
      throw error
    } catch {
      throw ModelingError(.cannotWrite, "the bundle '\(path)/\(name)' cannot become a version: \(error)")
    }
  }

  private func write(_ aliases: Aliases, of name: String) throws(ModelingError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(aliases).write(to: URL(fileURLWithPath: aliasesPath(name)), options: .atomic)
    } catch {
      throw ModelingError(.cannotWrite, "'\(aliasesPath(name))' cannot be written: \(error.localizedDescription)")
    }
  }
}
