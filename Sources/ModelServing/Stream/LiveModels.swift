import Foundation
import Features
import Modeling
import TickData

/// The bundles that predict, by the features that they share.
struct LiveModels: Sendable {
  /// What bundles of one recipe and one way of cleaning share.
  struct Lane: Sendable, Hashable {
    let recipe: FeatureRecipe
    let cleaning: CleaningOptions?
  }

  /// The ways to features, each computed once a tick.
  private(set) var lanes: [Lane] = []
  /// The bundles, each with the place of its lane.
  private(set) var bundles: [(bundle: ModelBundle, lane: Int, prefix: [UInt8], suffix: [UInt8])] = []

  /// Groups bundles.
  init(_ all: [ModelBundle]) {
    for bundle in all {
      let lane = Lane(recipe: bundle.recipe, cleaning: bundle.cleaning)
      let place = lanes.firstIndex(of: lane) ?? lanes.count
      if place == lanes.count { lanes.append(lane) }
      bundles.append(
        (
          bundle, place, Array("\"\(bundle.name)\":{\"prediction\":".utf8),
          Array(",\"version\":\"\(bundle.modelVersion)\"}".utf8)
        ))
    }
  }

  /// Whether these are the same versions as others.
  func isSame(as other: LiveModels) -> Bool {
    bundles.map { [$0.bundle.name, $0.bundle.modelVersion] } == other.bundles.map { [$0.bundle.name, $0.bundle.modelVersion] }
      && lanes == other.lanes
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
      files.fileExists(atPath: path + "/manifest.json") ? [try ModelBundle(contentsOf: path)] : try ModelBundle.all(in: path)
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

  /// What changes when a bundle is written: the times and sizes of the manifests.
  func stamp() -> [String: Date] {
    let files = FileManager.default
    // A folder that cannot be read for a moment has no new version.
    let folders = [path] + ((try? files.contentsOfDirectory(atPath: path)) ?? []).map { path + "/" + $0 }
    return folders.reduce(into: [:]) { found, folder in
      let attributes = try? files.attributesOfItem(atPath: folder + "/manifest.json")
      if let date = attributes?[.modificationDate] as? Date { found[folder] = date }
    }
  }
}
