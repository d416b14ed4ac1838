import Foundation
import Testing
import Tuning

/// The cases of a golden file, which `Scripts/golden/make_tuning.py` makes with Optuna.
func goldenCases(_ name: String, file: String = #filePath) throws -> [JSONValue] {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
  let bytes = try Data(contentsOf: folder.appendingPathComponent("Golden/\(name)"))
  return try #require(try JSONParser.parse(bytes)["cases"]?.items)
}

extension JSONValue {
  /// The numbers of a list.
  var numbers: [Double] { (items ?? []).compactMap(\.number) }
  /// The numbers of a list of lists.
  var rows: [[Double]] { (items ?? []).map(\.numbers) }
  var wholes: [Int] { (items ?? []).compactMap(\.wholeNumber) }
}

/// The largest distance of two lists, relative to the numbers where they are above 1.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { $1.0 == $1.1 ? $0 : max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
}
