import Boosting
import Compute
import Foundation
import TestSupport
import Testing

/// Hostile model files: whatever is done to a file, reading it gives an error of our own or a model that works.
@Suite("damaged and hostile model files")
struct FuzzTests {
  private struct Originals: Decodable {
    struct Model: Decodable { let text: String }
    let models: [Model]
  }

  /// One model of each form: numbers, several classes, categories, linear leaves; of both libraries.
  private static let texts: [String] = {
    // Without its golden file the suite has nothing to say; the file is part of the package.
    let plain = try! Golden.read("originals.json", as: Originals.self).models
    let trees = CategoricalTests.content.models
    return [plain[0].text, plain[2].text, plain[5].text, plain[7].text] + trees.map(\.text)
  }()

  /// Reads a damaged file and, where that succeeds, asks the model everything it can be asked.
  ///
  /// - Returns: Whether it was read.
  @discardableResult
  private func survive(_ read: () throws -> BoostingModel) -> Bool {
    do {
      let model = try read()
      let features = model.featureNames.count
      guard features < 100, model.treeCount < 1000 else { return true }
      let rows = (0..<features).map { column in [0.5, -1, Double(column), .nan, 1e300, 40] }
      let table = try NumericTable(columns: rows)
      _ = try model.rawScores(table, threads: 1)
      _ = try model.leafIndices(table, threads: 1)
      _ = try model.rawScores(row: rows.map { $0[0] })
      _ = try model.contributions(table, threads: 1)
      // Refusals are allowed here: of an objective without classes, and of what a format cannot hold.
      _ = try? model.rawScores(table, until: PredictionEarlyStop(frequency: 1, margin: 0.1))
      _ = model.importance(.gain)
      _ = try? model.lightGBMText()
      _ = try? model.xgboostJSON(singlePrecisionInput: true)
      return true
    } catch is BoostingError {
      // The other allowed end.
    } catch {
      Issue.record("an error of another kind: \(error)")
    }
    return false
  }

  /// A file with some of its bytes changed, left out, doubled or exchanged for numbers that files like least.
  private func damaged(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
    var bytes = bytes
    let numbers = ["-1", "0", "99999999999", "1e999", "nan", "-2147483648", "4294967296", "", " ", "{", "[1,2]"]
    for _ in 0...random.index(below: 3) {
      let place = random.index(below: bytes.count)
      let length = min(random.index(below: 40) + 1, bytes.count - place)
      switch random.index(below: 5) {
      case 0: bytes[place] = UInt8(random.index(below: 256))
      case 1 where bytes.count > 100: bytes.removeSubrange(place..<place + length)
      case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 3 where bytes.count > 100: bytes.removeLast(random.index(below: bytes.count / 2))
      default:
        // In place of the number that stands there.
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) || byte == 45 || byte == 46 }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { continue }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array(numbers[random.index(below: numbers.count)].utf8))
      }
    }
    return bytes
  }

  @Test("changed text and JSON", arguments: 0..<9)
  func text(_ index: Int) {
    var random = RandomStream(seed: 100, path: UInt64(index))
    let bytes = Array(Self.texts[index].utf8)
    var accepted = 0
    for _ in 0..<150 {
      let text = String(decoding: damaged(bytes, &random), as: UTF8.self)
      if survive({ try BoostingModel(text: text) }) { accepted += 1 }
    }
    // Some harm does not show, such as another digit of a leaf's value: those models were asked everything.
    #expect(accepted > 0)
  }

  @Test("changed UBJSON", arguments: [2, 3, 8])
  func ubjson(_ index: Int) throws {
    var random = RandomStream(seed: 101, path: UInt64(index))
    let folder = try ScratchFolder()
    let bytes = Array(try BoostingModel(text: Self.texts[index]).xgboostUBJSON())
    for _ in 0..<150 {
      try Data(damaged(bytes, &random)).write(to: URL(fileURLWithPath: folder("model.ubj")))
      survive { try BoostingModel(contentsOf: folder("model.ubj")) }
    }
  }

  @Test("a tree that is one long way down is refused, not walked until the stack ends")
  func deep() {
    let leaves = 100_000
    func list(_ value: (Int) -> String) -> String { (0..<leaves - 1).map(value).joined(separator: " ") }
    let text = """
      tree
      num_class=1
      label_index=0
      max_feature_idx=0
      feature_names=a
      feature_infos=[0:1]

      Tree=0
      num_leaves=\(leaves)
      num_cat=0
      split_feature=\(list { _ in "0" })
      threshold=\(list { "\($0)" })
      left_child=\(list { "\(-$0 - 1)" })
      right_child=\(list { $0 == leaves - 2 ? "\(-leaves)" : "\($0 + 1)" })
      leaf_value=\(list { _ in "1" }) 1

      end of trees
      """
    let error = #expect(throws: BoostingError.self) { try BoostingModel(text: text) }
    #expect(error?.code == .corruptModel)
  }
}
