package import Foundation

/// A program of the package, run to its end.
package struct ProgramRun {
  /// Its exit code.
  package let status: Int32
  /// What it wrote to standard output.
  package let output: String
  /// What it wrote to standard error.
  package let errors: String

  /// Where the program was built: beside the tests.
  package static func url(_ name: String) -> URL {
    var folder = Bundle.main.bundleURL
    if !FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path) {
      folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }
    return folder.appendingPathComponent(name)
  }

  /// Runs a program; its outputs go by way of files, so that no pipe fills.
  package init(_ name: String, _ arguments: [String], in folder: ScratchFolder) throws {
    let process = Process()
    process.executableURL = Self.url(name)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    let files = ["output", "errors"].map { folder(".\($0)") }
    for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files[0]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try String(contentsOfFile: files[0], encoding: .utf8)
    errors = try String(contentsOfFile: files[1], encoding: .utf8)
  }
}
