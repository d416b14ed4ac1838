import Boosting
import CKernels
import Compute
import Features
import Foundation

// A bundle is a folder: manifest.json, model.txt (LightGBM text, what is read back), reference.json (rows of its training) and, for level-wise models, model.json
// (XGBoost JSON) for use with the original.

extension ModelBundle {
  /// Writes the bundle as the folder ``name`` in `folder`, replacing one of that name in a single step.
  ///
  /// A model with versions (``ModelRegistry``) gets this as one more, which becomes its champion.
  /// - Returns: The path of the bundle.
  /// - Throws: ``ModelingError`` with code `cannotWrite`; then an older bundle is still there, whole.
  @discardableResult
  public func write(to folder: String) throws(ModelingError) -> String {
    let registry = ModelRegistry(path: folder)
    guard FileManager.default.fileExists(atPath: registry.versionsPath(name)) else {
      return try write(to: folder, as: name)
    }
    return registry.folder(name, try registry.register(self, alias: ModelRegistry.champion))
  }

  /// Writes the bundle as a folder of another name.
  @discardableResult
  func write(to folder: String, as folderName: String) throws(ModelingError) -> String {
    let files = FileManager.default
    let path = "\(folder)/\(folderName)"
    let unfinished = "\(folder)/.\(folderName).\(UUID().uuidString)"
    do {
      try files.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = nonFiniteNumbers.encoding
      try encoder.encode(manifest).write(to: URL(fileURLWithPath: "\(unfinished)/manifest.json"))
      try Data(model.lightGBMText().utf8).write(to: URL(fileURLWithPath: "\(unfinished)/model.txt"))
      if let reference {
        try JSONEncoder().encode(reference).write(to: URL(fileURLWithPath: "\(unfinished)/reference.json"))
      }
      if kind == .xgboost {
        try Data(model.xgboostJSON().utf8).write(to: URL(fileURLWithPath: "\(unfinished)/model.json"))
      }
      try Self.replace(path, by: unfinished)
    } catch {
      try? files.removeItem(atPath: unfinished)  // What is left of a failed attempt; the error below is what counts.
      let reason = (error as? BoostingError)?.message ?? error.localizedDescription
      throw ModelingError(.cannotWrite, "the bundle '\(path)' cannot be written: \(reason)")
    }
    return path
  }

  /// Puts a folder in the place of another, or of none, in a single step.
  static func replace(_ path: String, by unfinished: String) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else { return try files.moveItem(atPath: unfinished, toPath: path) }
    if kernel_exchange_paths(unfinished, path) != 0 {
      // Some file systems cannot exchange; then the old folder steps aside first.
      let aside = unfinished + ".old"
      try files.moveItem(atPath: path, toPath: aside)
      try files.moveItem(atPath: unfinished, toPath: path)
      try? files.removeItem(atPath: aside)  // The new one is in place; what is left over is hidden.
    } else {
      try? files.removeItem(atPath: unfinished)  // As above.
    }
  }

  /// Reads a bundle and checks that its parts fit each other.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if a file is missing or damaged, the version is unknown, the model
  ///   is not the one that the manifest names, its features are not the recipe's, or the golden rows do not reproduce.
  public init(contentsOf path: String) throws(ModelingError) {
    func refuse(_ why: String) -> ModelingError { ModelingError(.badBundle, "the bundle '\(path)' is refused: \(why)") }
    let manifest: Manifest
    let text: String
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = nonFiniteNumbers.decoding
      manifest = try decoder.decode(
        Manifest.self, from: Data(contentsOf: URL(fileURLWithPath: "\(path)/manifest.json")))
      text = try String(contentsOf: URL(fileURLWithPath: "\(path)/model.txt"), encoding: .utf8)
    } catch {
      throw refuse(bundleFileReason(error))
    }
    guard manifest.version == Self.currentVersion else {
      throw refuse("it has version \(manifest.version); this library reads \(Self.currentVersion)")
    }
    guard modelFingerprint(text) == manifest.modelFingerprint else {
      throw refuse("model.txt is not the model that the manifest names")
    }
    let model: BoostingModel
    do {
      model = try BoostingModel(text: text)
    } catch {
      throw refuse(error.message)
    }
    guard model.featureNames == manifest.recipe.columnNames else {
      throw refuse("the model wants other features than the recipe gives")
    }
    let objective: BoostingOptions.Objective =
      manifest.target.classCount.map { $0 == 2 ? .binary : .multiclass } ?? .regression
    guard model.objective == objective, model.objective != .multiclass || model.numClass == manifest.target.classCount
    else { throw refuse("the model is of another kind than the target \(manifest.target.name)") }
    guard (manifest.bounds != nil) == (manifest.target.kind == .returnBucket) else {
      throw refuse("bounds of return classes are missing or out of place")
    }
    for golden in manifest.goldenRows {
      let scores: [Double]
      do {
        scores = try model.rawScores(row: golden.features)
      } catch {
        throw refuse(error.message)
      }
      // An intercept is folded into the first trees when a model is written; that moves the last bits.
      guard scores.count == golden.scores.count,
        zip(scores, golden.scores).allSatisfy({ abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
      else { throw refuse("its golden rows give other scores: \(scores) instead of \(golden.scores)") }
    }
    let reference: ReferenceRows?
    do {
      let file = URL(fileURLWithPath: "\(path)/reference.json")
      reference =
        FileManager.default.fileExists(atPath: file.path)
        ? try JSONDecoder().decode(ReferenceRows.self, from: Data(contentsOf: file)) : nil
    } catch {
      throw refuse("reference.json is damaged")
    }
    guard reference == nil || reference?.columnCount == model.featureNames.count else {
      throw refuse("reference.json has \(reference?.columnCount ?? 0) features, the model \(model.featureNames.count)")
    }
    self.init(manifest: manifest, model: model, reference: reference)
  }

  /// Reads all bundles in a folder, in the order of their names; of models with versions the champions.
  ///
  /// - Throws: ``ModelingError`` with code `badBundle` if there is none or one is refused.
  public static func all(in folder: String) throws(ModelingError) -> [ModelBundle] {
    let bundles = try ModelRegistry(path: folder).champions()
    guard !bundles.isEmpty else { throw ModelingError(.badBundle, "there is no bundle in '\(folder)'") }
    return bundles
  }
}

/// What went wrong with a file, in words for people.
func bundleFileReason(_ error: any Error) -> String {
  switch error {
  case let error as FeatureError: error.message
  case DecodingError.dataCorrupted(let context): "manifest.json is damaged: \(context.debugDescription)"
  case DecodingError.keyNotFound(let key, _): "manifest.json has no field '\(key.stringValue)'"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    "manifest.json: \(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
  default: error.localizedDescription
  }
}

let nonFiniteNumbers = (
  encoding: JSONEncoder.NonConformingFloatEncodingStrategy.convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan"),
  decoding: JSONDecoder.NonConformingFloatDecodingStrategy.convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
)
