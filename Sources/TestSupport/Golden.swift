import Foundation

/// Golden files beside the tests that read them; `Scripts/golden/make_golden.py` makes them with the originals.
package enum Golden {
  /// Reads `Golden/<name>` beside the test source `file`.
  package static func read<Content: Decodable>(_ name: String, as type: Content.Type, file: String = #filePath) throws
    -> Content
  {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent("Golden/\(name)")))
  }
}

/// Third-party data that tests may use where it lies beside the checkout; it is never part of it.
package enum SharedData {
  /// The folder `../shared/data` seen from the package, or nil where it is absent.
  package static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()

  /// Whether the data is there; tests that need it are skipped elsewhere and say so.
  package static var isPresent: Bool { folder != nil }

  /// The path of a file in the data.
  package static func path(_ name: String) -> String { "\(folder ?? "")/\(name)" }
}

/// A new empty folder that is removed when the value goes.
package final class ScratchFolder {
  /// Its path.
  package let path: String

  /// Makes the folder.
  package init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }  // A leftover folder harms nobody.

  /// A path in the folder.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
