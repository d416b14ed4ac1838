import Foundation

/// Where libraries that are loaded at run time may be.
package enum SharedLibrary {
  /// Paths to try in order.
  ///
  /// - Parameters:
  ///   - names: The library's file names, without a folder.
  ///   - variable: The environment variable that names its file and leaves no other place to look.
  /// - Returns: Files that exist in `.deps/lib` of the folders above the program and of the checkout it was built from; then the names
  ///   alone, for the system's loader, and in Homebrew's folders.
  package static func places(of names: [String], variable: String) -> [String] {
    if let named = ProcessInfo.processInfo.environment[variable] { return [named] }
    var paths: [String] = []
    let program = URL(fileURLWithPath: CommandLine.arguments.first ?? ".").resolvingSymlinksInPath()
    for place in [program, Bundle.main.bundleURL, URL(fileURLWithPath: #filePath)] {
      var folder = place.deletingLastPathComponent()
      for _ in 0..<8 {
        for name in names {
          let file = folder.appendingPathComponent(".deps/lib/\(name)").path
          if FileManager.default.fileExists(atPath: file), !paths.contains(file) { paths.append(file) }
        }
        folder = folder.deletingLastPathComponent()
      }
    }
    #if os(macOS)
    paths += names.flatMap { ["/opt/homebrew/lib/\($0)", "/usr/local/lib/\($0)"] }
    #endif
    return paths + names
  }
}
