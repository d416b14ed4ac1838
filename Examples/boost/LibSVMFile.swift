#if Programs
import ArgumentParser
import Foundation
import TickStorage

/// A file in LibSVM's form: a line is `label index:value index:value ...`; an index is the number of a column from 0.
struct LibSVMFile {
  private(set) var labels: [Double] = []
  /// Values by rows.
  private(set) var values: [Float] = []
  let columnCount: Int

  /// Whether the first line of a text has the form.
  static func matches(_ path: String) throws -> Bool {
    if path.hasSuffix(".parquet") { return false }
    if path.hasSuffix(".svm") || path.hasSuffix(".libsvm") { return true }
    struct Found: Error {}
    var answer = false
    do {
      try NumericFile.forEachLine(of: path) { line in
        let fields = line.split(separator: " ")
        answer = fields.count > 1 && fields[1].contains(":") && fields[0].wholeMatch(of: /[-+0-9.eE]+/) != nil
        throw Found()
      }
    } catch is Found {}
    return answer
  }

  /// Reads a file.
  ///
  /// - Throws: `ValidationError` naming the line that is not of the form, or indices beyond ten million.
  init(_ path: String, absent: Double) throws {
    var entries: [(column: Int32, value: Float)] = []
    var ends: [Int] = []
    var labels: [Double] = []
    var columns = 0
    try NumericFile.forEachLine(of: path) { line in
      let text = line.prefix { $0 != "#" }
      let fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let first = fields.first else { return }
      func bad(_ what: String) -> ValidationError {
        ValidationError("'\(path)', row \(labels.count + 1): \(what)")
      }
      guard let label = Double(first) else { throw bad("'\(first)' is not a label") }
      labels.append(label)
      for field in fields.dropFirst() where !field.hasPrefix("qid:") {
        let parts = field.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let index = Int32(parts[0]), let value = Float(parts[1]) else {
          throw bad("'\(field)' is not index:value")
        }
        guard 0..<10_000_000 ~= index else { throw bad("index \(index) is not in 0..<10,000,000") }
        entries.append((index, value))
        columns = max(columns, Int(index) + 1)
      }
      ends.append(entries.count)
    }
    guard columns > 0 else { throw ValidationError("'\(path)' holds no values") }
    self.labels = labels
    columnCount = columns
    values = [Float](repeating: Float(absent), count: labels.count * columns)
    var start = 0
    for (row, end) in ends.enumerated() {
      for entry in entries[start..<end] { values[row * columns + Int(entry.column)] = entry.value }
      start = end
    }
  }
}
#endif
