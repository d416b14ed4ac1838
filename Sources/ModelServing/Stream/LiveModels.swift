package import Features
import Foundation
package import Modeling
package import TickData

/// The bundles that predict, by the features that they share.
package struct LiveModels: Sendable {
  /// What bundles of one recipe and one way of cleaning share.
  package struct Lane: Sendable, Hashable {
    let recipe: FeatureRecipe
    let cleaning: CleaningOptions?

    package init(recipe: FeatureRecipe, cleaning: CleaningOptions?) {
      self.recipe = recipe
      self.cleaning = cleaning
    }
  }

  /// A bundle, the place of its lane, and what stands before and behind its prediction; not copied from tick to tick.
  final class Model: Sendable {
    let bundle: ModelBundle
    let lane: Int
    let prefix: [UInt8]
    let suffix: [UInt8]

    init(_ bundle: ModelBundle, lane: Int) {
      self.bundle = bundle
      self.lane = lane
      prefix = Array("\"\(bundle.name)\":{\"prediction\":".utf8)
      suffix = Array(",\"version\":\"\(bundle.modelVersion)\"}".utf8)
    }
  }

  /// The ways to features, each computed once a tick.
  package private(set) var lanes: [Lane] = []
  /// The bundles that predict.
  private(set) var bundles: [Model] = []

  /// Groups bundles.
  package init(_ all: [ModelBundle]) {
    for bundle in all {
      let lane = Lane(recipe: bundle.recipe, cleaning: bundle.cleaning)
      let place = lanes.firstIndex(of: lane) ?? lanes.count
      if place == lanes.count { lanes.append(lane) }
      bundles.append(Model(bundle, lane: place))
    }
  }

  var versions: [String] { bundles.map { "\($0.bundle.name) \($0.bundle.modelVersion)" } }

  /// Whether these are the same versions as others.
  func isSame(as other: LiveModels) -> Bool {
    versions == other.versions && lanes == other.lanes
  }
}

/// Where bundles come from: a folder, looked at again for new versions.
struct BundleFolder: Sendable {
  let path: String
  /// Names of the wanted ones; empty for all.
  let names: [String]

  /// Reads the bundles.
  ///
  /// - Throws: `ModelingError` with code `badBundle` if one is refused or missing.
  func load() throws -> LiveModels {
    let files = FileManager.default
    var bundles =
      files.fileExists(atPath: path + "/manifest.json")
      ? [try ModelBundle(contentsOf: path)] : try ModelBundle.all(in: path)
    if !names.isEmpty {
      if let unknown = names.first(where: { name in !bundles.contains { $0.name == name } }) {
        throw ModelingError(
          .badBundle,
          "there is no bundle '\(unknown)' in '\(path)'; there are \(bundles.map(\.name).joined(separator: ", "))")
      }
      bundles = bundles.filter { names.contains($0.name) }
    }
    return LiveModels(bundles)
  }

  /// What changes when a bundle is written: the times of the manifests.
  func stamp() -> [String: Date] {
    let files = FileManager.default
    // A folder that cannot be read for a moment has no new version.
    let folders = [path] + ((try? files.contentsOfDirectory(atPath: path)) ?? []).map { path + "/" + $0 }
    return folders.reduce(into: [:]) { found, folder in
      // A folder without a manifest is no bundle.
      let attributes = try? files.attributesOfItem(atPath: folder + "/manifest.json")
      if let date = attributes?[.modificationDate] as? Date { found[folder] = date }
    }
  }
}
