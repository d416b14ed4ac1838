import Foundation

/// Versions of bundles in a folder, with aliases that say which one answers.
///
/// ```
/// FOLDER/direction_5_lightgbm/versions/3386ddd59d3ad4d0/manifest.json …   a version, named by its model's hash
/// FOLDER/direction_5_lightgbm/aliases.json                              {"champion": "3386ddd59d3ad4d0", …}
/// FOLDER/direction_10_xgboost/manifest.json …                           a plain bundle: its only version is the champion
/// ```
/// So the folder that `train-models` writes is a registry too. Every change is one renamed file or folder: a reader, in this process or another,
/// sees the state before or after it. Two writers at once may undo each other's aliases; versions are never lost.
public struct ModelRegistry: Sendable, Hashable {
  /// The alias of the version that answers.
  public static let champion = "champion"
  /// The alias of the version that is tried beside it.
  public static let challenger = "challenger"

  /// The folder.
  public let path: String

  /// Which version each alias of a model means, and what the champion was before.
  public struct Aliases: Sendable, Hashable, Codable {
    /// A change of an alias.
    public struct Change: Sendable, Hashable, Codable {
      /// The alias.
      public let alias: String
      /// What it means since; nil where it was removed.
      public let version: String?
      /// When, in seconds since 1970 UTC.
      public let time: Double
      /// Whether the change took an earlier one back.
      public let isRollback: Bool
    }

    /// Versions by alias.
    public internal(set) var versions: [String: String] = [:]
    /// Changes, the oldest first; the last 100.
    public internal(set) var history: [Change] = []

    /// Makes aliases that name nothing.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case versions = "aliases"
      case history
    }
  }

  /// Names a folder, which needs not be there yet.
  public init(path: String) { self.path = path }

  // MARK: - Reading

  /// The names of the models, sorted.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if the folder cannot be read.
  public func names() throws(ModelingError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter {
        Self.isName($0) && (isPlain($0) || FileManager.default.fileExists(atPath: versionsPath($0)))
      }.sorted()
    } catch {
      throw ModelingError(.badBundle, "the folder '\(path)' cannot be read")
    }
  }

  /// Folders that hold a model and no manifest, so that they are no bundles: a copy that has not ended, or one that was damaged.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if the folder cannot be read.
  package func unnamedModels() throws(ModelingError) -> [String] {
    let (files, found): (FileManager, [String])
    do {
      files = .default
      found = try files.contentsOfDirectory(atPath: path)
    } catch {
      throw ModelingError(.badBundle, "the folder '\(path)' cannot be read")
    }
    return found.filter { name in
      !isPlain(name) && !files.fileExists(atPath: versionsPath(name))
        && files.fileExists(atPath: "\(path)/\(name)/model.txt")
    }
  }

  /// The versions of a model, the oldest first; empty for a model that is not there.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if a plain bundle's manifest cannot be read.
  public func versions(of name: String) throws(ModelingError) -> [String] {
    guard Self.isName(name) else { return [] }
    if isPlain(name) { return [try plainVersion(name)] }
    let files = FileManager.default
    // A model that is not there has no versions.
    let found = (try? files.contentsOfDirectory(atPath: versionsPath(name)))?.filter(Self.isName) ?? []
    func date(_ version: String) -> Date {
      // A version without a date is as old as can be.
      (try? files.attributesOfItem(atPath: folder(name, version) + "/manifest.json"))?[.modificationDate] as? Date
        ?? .distantPast
    }
    return found.map { ($0, date($0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  }

  /// The aliases of a model; of a plain bundle only the champion.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if they cannot be read, or name a version that is not there.
  public func aliases(of name: String) throws(ModelingError) -> Aliases {
    var aliases = Aliases()
    if isPlain(name) {
      aliases.versions[Self.champion] = try plainVersion(name)
      return aliases
    }
    let file = aliasesPath(name)
    guard FileManager.default.fileExists(atPath: file) else { return aliases }
    do {
      aliases = try JSONDecoder().decode(Aliases.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    } catch {
      throw ModelingError(.badBundle, "'\(file)' cannot be read: \(error)")
    }
    return aliases
  }

  /// Reads a version of a model and checks it.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if it is not there, is refused, or is another model than its folder says.
  public func bundle(_ name: String, version: String) throws(ModelingError) -> ModelBundle {
    let known = try versions(of: name)
    guard known.contains(version) else {
      throw ModelingError(
        .badBundle,
        "'\(name)' has no version '\(version)'; there \(known.count == 1 ? "is" : "are") \(known.suffix(10).joined(separator: ", "))"
      )
    }
    let bundle = try ModelBundle(contentsOf: folder(name, version))
    guard bundle.name == name, bundle.modelVersion == version else {
      throw ModelingError(
        .badBundle,
        "the folder of '\(name)' version '\(version)' holds '\(bundle.name)' version '\(bundle.modelVersion)'")
    }
    return bundle
  }

  /// The champions of all models that have one, in the order of their names.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if one is refused.
  public func champions() throws(ModelingError) -> [ModelBundle] {
    var found: [ModelBundle] = []
    for name in try names() {
      if let version = try aliases(of: name).versions[Self.champion] {
        found.append(try bundle(name, version: version))
      }
    }
    return found
  }

  // MARK: - Places

  /// Whether a text may name a model, a version or an alias: letters, digits, `_`, `-` and `.`, which it does not begin with.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 128 && !text.hasPrefix(".")
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  /// The folder of a version.
  func folder(_ name: String, _ version: String) -> String {
    isPlain(name) ? "\(path)/\(name)" : "\(versionsPath(name))/\(version)"
  }

  func versionsPath(_ name: String) -> String { "\(path)/\(name)/versions" }
  func aliasesPath(_ name: String) -> String { "\(path)/\(name)/aliases.json" }

  /// Whether a model is a bundle by itself.
  func isPlain(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name)/manifest.json")
  }

  private func plainVersion(_ name: String) throws(ModelingError) -> String {
    struct Version: Decodable { let modelFingerprint: String }
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)/manifest.json"))
      return try JSONDecoder().decode(Version.self, from: data).modelFingerprint
    } catch {
      throw ModelingError(
        .badBundle, "the manifest of '\(path)/\(name)' cannot be read: \(bundleFileReason(error))")
    }
  }
}
