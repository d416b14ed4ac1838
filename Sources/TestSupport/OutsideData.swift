import Foundation

/// Data files of the MIT-licensed library mlfinpy, which are not part of the package.
///
/// Tests that need them read the folder named by the environment variable `TICKBOOST_MLFINPY_DATA` (the library's
/// `tests/test_data`) and are skipped where it is not set.
package enum MlfinpyData {
  /// The folder, or nil.
  package static let folder = ProcessInfo.processInfo.environment["TICKBOOST_MLFINPY_DATA"]

  /// Whether the data is there.
  package static var isPresent: Bool { folder != nil }

  /// The rows of a file without its header, split at commas.
  package static func rows(_ name: String) throws -> [[Substring]] {
    let text = try String(contentsOfFile: "\(folder ?? "")/\(name)", encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
  }

  /// Reads `YYYY-MM-DD[ hh:mm:ss[.fff]]` as nanoseconds since 1970, without a zone.
  package static func time(_ text: Substring) -> Int64 {
    let fields = text.split { "-/ :.".contains($0) }.map { Int64($0) ?? 0 } + [0, 0, 0, 0]
    let (year, month, day) = (fields[0], fields[1], fields[2])
    // Days of the proleptic Gregorian calendar, as by Fliegel and Van Flandern (1968).
    let a = (14 - month) / 12
    let y = year + 4800 - a
    let days = day + (153 * (month + 12 * a - 3) + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 2_472_633
    let seconds = (days * 24 + fields[3]) * 3600 + fields[4] * 60 + fields[5]
    return seconds * 1_000_000_000 + fields[6] * 1_000_000
  }
}

/// The lines of a gzip file, by the program `gzip`.
package func gzipLines(_ path: String) throws -> [Substring] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", path]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
}
