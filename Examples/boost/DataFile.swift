#if Programs
import ArgumentParser
import Boosting
import Foundation
import TickStorage

/// A table read from a file, with its labels where they are one of its columns.
struct DataFile {
  let path: String
  private(set) var table: NumericTable
  /// Names of the columns; nil where the file has none.
  private(set) var names: [String]?
  /// Labels that the format itself has (LibSVM) or that a column held.
  private(set) var labels: [Double]?
  private(set) var weights: [Double]?
  /// Whether every value is single precision.
  let isSingle: Bool
  private var isLibSVM = false

  /// Reads a table; what a file is, its ending and its first line tell.
  ///
  /// - Parameters:
  ///   - absent: What a feature that a LibSVM line does not name is: NaN as in XGBoost, 0 as in LightGBM.
  init(_ path: String, hasHeader: Bool? = nil, absent: Double = .nan) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ValidationError("there is no file '\(path)'")
    }
    if isFolder.boolValue { throw ValidationError("'\(path)' is a folder; a file is needed") }
    self.path = path
    if path.hasSuffix(".npy") {
      let file = try NpyFile(path: path)
      if file.typeName == "<f4" || file.typeName == "<f8" {
        table = try NumericTable(npyFile: path)
      } else {
        table = try NumericTable(columns: (0..<file.columnCount).map { file.values(ofColumn: $0) })
      }
      isSingle = file.typeName == "<f4"
    } else if try LibSVMFile.matches(path) {
      let file = try LibSVMFile(path, absent: absent)
      table = try NumericTable(rows: file.values, columnCount: file.columnCount)
      labels = file.labels
      isLibSVM = true
      isSingle = true
    } else {
      let file = try NumericFile(path: path, hasHeader: hasHeader)
      table = try NumericTable(columns: file.columns)
      // Names that the reader made up say nothing.
      let isNamed = file.names.enumerated().contains { $1 != "column\($0)" && $1 != String(format: "column%02d", $0) }
      names = isNamed ? file.names : nil
      isSingle = false
    }
  }

  /// The place of a column given by name or number, or nil.
  func place(of column: String) -> Int? {
    let name = column.hasPrefix("name:") ? String(column.dropFirst(5)) : column
    if let place = names?.firstIndex(of: name) { return place }
    guard let number = Int(column), 0..<table.columnCount ~= number else { return nil }
    return number
  }

  /// Takes the labels from a column, which is then no feature any more, or from a file.
  mutating func takeLabels(_ source: String?, _ option: String = "--label") throws {
    // A column that is named so goes before a file of the name, which may lie there by chance.
    if let source, names?.contains(source) != true, FileManager.default.fileExists(atPath: source) {
      labels = try Self.vector(source)
    } else if let source {
      guard let place = place(of: source) else {
        let known = names.map { "; the columns are \($0.prefix(20).joined(separator: ", "))" } ?? ""
        throw ValidationError("\(option) is '\(source)', which is neither a file nor a column of '\(path)'\(known)")
      }
      labels = try take(place)
    } else if labels == nil {
      guard !path.hasSuffix(".npy") else { throw ValidationError("\(option) is needed: '\(path)' holds features only") }
      // As LightGBM: the first column of a text is the label.
      labels = try take(0)
    }
  }

  /// Takes the weights from a column or a file, or, as LightGBM does, from the file `<data>.weight` if there is one.
  mutating func takeWeights(_ source: String?) throws {
    if let source, names?.contains(source) == true || !FileManager.default.fileExists(atPath: source) {
      guard let place = place(of: source) else {
        throw ValidationError("--weight is '\(source)', which is neither a file nor a column of '\(path)'")
      }
      weights = try take(place)
      return
    }
    let stem = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    let beside = [stem + ".weight", stem + ".weight.gz"].first { FileManager.default.fileExists(atPath: $0) }
    if let file = source ?? beside { weights = try Self.vector(file) }
  }

  private mutating func take(_ place: Int) throws -> [Double] {
    let values = table.column(place)
    table = try table.droppingColumn(place)
    names?.remove(at: place)
    return values
  }

  /// Keeps the columns with these names, in this order.
  ///
  /// Columns go by position where the file has no names, or the model none but those that the originals make up.
  /// - Throws: `ValidationError` naming the features that the file has not.
  mutating func arrange(as features: [String]) throws {
    guard let names, names != features else { return }
    let missing = features.filter { !names.contains($0) }
    let isMadeUp = features.enumerated().allSatisfy { $1 == "Column_\($0)" || $1 == "f\($0)" }
    if isMadeUp, !missing.isEmpty { return }
    guard missing.isEmpty else {
      throw ValidationError(
        "'\(path)' has no column \(missing.prefix(10).map { "'\($0)'" }.joined(separator: ", ")), which the model needs; its "
          + "columns are \(names.prefix(20).joined(separator: ", "))")
    }
    let places = features.compactMap { names.firstIndex(of: $0) }
    table = try NumericTable(columns: places.map { table.column($0) })
    self.names = features
  }

  /// Adds columns of one value up to a number of columns: a LibSVM file may lack the last features of another.
  mutating func widen(to count: Int, with absent: Double) throws {
    let width = table.columnCount
    guard names == nil, isLibSVM, width < count else { return }
    let columns = (0..<count).map { index in
      index < width ? table.column(index) : [Double](repeating: absent, count: table.rowCount)
    }
    table = try NumericTable(columns: columns)
  }

  /// The numbers of a file with one column.
  static func vector(_ path: String) throws -> [Double] {
    if path.hasSuffix(".npy") { return try NpyFile(path: path).vector() }
    let file = try NumericFile(path: path)
    guard file.columns.count == 1 else {
      throw ValidationError("'\(path)' has \(file.columns.count) columns; one is needed")
    }
    return file.columns[0]
  }

  /// The rows as training data.
  func trainingData() throws -> TrainingData {
    try TrainingData(table: table, labels: labels ?? [], weights: weights, featureNames: names)
  }
}
#endif
