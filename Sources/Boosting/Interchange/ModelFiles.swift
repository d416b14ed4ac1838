public import Foundation

extension BoostingModel {
  /// The model as LightGBM text, version 4.
  ///
  /// The original's raw scores are the same to rounding: an intercept is folded into the first trees.
  /// - Throws: ``BoostingError`` with code `notExpressible` for a level-wise model that sends missing categories left.
  public func lightGBMText() throws(BoostingError) -> String { try LightGBMTextWriter(model: self).text() }

  /// The model as XGBoost JSON.
  ///
  /// - Parameters:
  ///   - singlePrecisionInput: Whether the features that the model will see are single precision, as those of XGBoost
  ///     are: then every threshold can be written. Otherwise only those can that say the same for doubles.
  /// - Throws: ``BoostingError`` with code `notExpressible` if a threshold needs double precision (level-wise models
  ///   never do), XGBoost has no name for the objective (huber, fair, expectile, mape, multiclassova), or the model is a
  ///   random forest, has linear leaves or takes zero as missing.
  public func xgboostJSON(singlePrecisionInput: Bool = false) throws(BoostingError) -> String {
    try XGBoostJSONWriter(model: self, singlePrecisionInput: singlePrecisionInput).text()
  }

  /// The model as XGBoost's binary UBJSON; everything else is as in ``xgboostJSON(singlePrecisionInput:)``.
  public func xgboostUBJSON(singlePrecisionInput: Bool = false) throws(BoostingError) -> Data {
    let text = try xgboostJSON(singlePrecisionInput: singlePrecisionInput)
    // XGBoost reads these arrays as arrays of one type: floats, 32-bit and 64-bit whole numbers, bytes.
    var types: [String: UInt8] = [:]
    for key in ["base_weights", "loss_changes", "split_conditions", "sum_hessian"] { types[key] = UInt8(ascii: "d") }
    for key in ["left_children", "right_children", "parents", "split_indices", "categories", "categories_nodes"] {
      types[key] = UInt8(ascii: "l")
    }
    for key in ["categories_segments", "categories_sizes"] { types[key] = UInt8(ascii: "L") }
    for key in ["default_left", "split_type"] { types[key] = UInt8(ascii: "U") }
    do {
      return UBJSON.data(try JSONSerialization.jsonObject(with: Data(text.utf8)), typed: types)
    } catch {
      throw BoostingError(.notExpressible, "the model cannot be written as UBJSON: \(error.localizedDescription)")
    }
  }

  /// Writes a model file: LightGBM text for `.txt`, XGBoost JSON for `.json`, UBJSON for `.ubj`.
  ///
  /// - Throws: ``BoostingError``: `notExpressible` as above, `badFile` for another ending or if the file cannot be
  ///   written.
  public func write(to path: String, singlePrecisionInput: Bool = false) throws(BoostingError) {
    let data: Data
    switch path.split(separator: ".").last {
    case "txt": data = Data(try lightGBMText().utf8)
    case "json": data = Data(try xgboostJSON(singlePrecisionInput: singlePrecisionInput).utf8)
    case "ubj": data = try xgboostUBJSON(singlePrecisionInput: singlePrecisionInput)
    default:
      throw BoostingError(.badFile, "'\(path)' must end in .txt (LightGBM), .json or .ubj (XGBoost)")
    }
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw BoostingError(.badFile, "'\(path)' cannot be written: \(error.localizedDescription)")
    }
  }

  /// Reads a model of LightGBM text or XGBoost JSON; which of them, the text itself tells.
  ///
  /// - Throws: ``BoostingError``: `corruptModel` if the text is damaged, `notExpressible` for parts that are not
  ///   supported: boosters of XGBoost other than gbtree and dart, and objectives that ``BoostingOptions/Objective`` has
  ///   not.
  public init(text: String) throws(BoostingError) {
    if text.first(where: { !$0.isWhitespace }) == "{" {
      let root: Any
      do {
        root = try JSONSerialization.jsonObject(with: Data(text.utf8))
      } catch {
        let isCut = text.last { !$0.isWhitespace } != "}" ? "the file is cut off" : error.localizedDescription
        throw BoostingError(.corruptModel, "the XGBoost model is not JSON: \(isCut)")
      }
      self = try XGBoostJSONReader(root).model()
    } else if text.allSatisfy(\.isWhitespace) {
      throw BoostingError(.corruptModel, "the model is empty")
    } else {
      self = try LightGBMTextReader(text).model()
    }
  }

  /// Reads a model file: LightGBM text, XGBoost JSON or UBJSON.
  ///
  /// - Throws: ``BoostingError`` as ``init(text:)``, or with code `corruptModel` if the file cannot be read.
  public init(contentsOf path: String) throws(BoostingError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw BoostingError(.corruptModel, "the model file '\(path)' cannot be read: \(error.localizedDescription)")
    }
    // JSON goes on with a quote or a space after its brace, UBJSON with the type of a length.
    if data.first == UInt8(ascii: "{"), data.count > 1, "iUIlL$#".utf8.contains(data[1]) {
      self = try XGBoostJSONReader(UBJSON.value(of: data)).model()
      return
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw BoostingError(.corruptModel, "the model file '\(path)' is not UTF-8 text")
    }
    try self.init(text: text)
  }
}
