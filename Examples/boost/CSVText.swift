#if Programs
import Foundation

/// Numbers as comma-separated text with a line of names.
enum CSVText {
  /// Writes rows, `values[row * names.count + column]`; every number in the fewest digits that give it back.
  static func write(_ values: [Double], names: [String], to path: String) throws {
    func quoted(_ name: String) -> String {
      guard name.contains(where: { ",\"\n\r".contains($0) }) else { return name }
      return "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
    let url = URL(fileURLWithPath: path)
    try Data((names.map(quoted).joined(separator: ",") + "\n").utf8).write(to: url)
    let file = try FileHandle(forWritingTo: url)
    defer { try? file.close() }
    try file.seekToEnd()
    var text = ""
    for row in stride(from: 0, to: values.count, by: max(1, names.count)) {
      for column in row..<row + names.count {
        if column > row { text += "," }
        text += values[column].description
      }
      text += "\n"
      if text.utf8.count > 1 << 20 {
        try file.write(contentsOf: Data(text.utf8))
        text = ""
      }
    }
    try file.write(contentsOf: Data(text.utf8))
  }
}
#endif
