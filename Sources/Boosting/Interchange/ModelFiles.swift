import Foundation

extension BoostingModel {
  /// The model as LightGBM text, version 4: every model can be written so.
  ///
  /// The original's raw scores are the same to rounding: an intercept is folded into the first trees.
  public func lightGBMText() -> String { LightGBMTextWriter(model: self).text() }

  /// The model as XGBoost JSON.
  ///
  /// - Throws: ``BoostingError`` with code `notExpressible` if a threshold needs double precision (level-wise models
  ///   never do) or XGBoost has no name for the objective: huber, fair and expectile.
  public func xgboostJSON() throws(BoostingError) -> String { try XGBoostJSONWriter(model: self).text() }

  /// Reads a model of LightGBM text or XGBoost JSON; which of them, the text itself tells.
  ///
  /// - Throws: ``BoostingError``: `corruptModel` if the text is damaged, `notExpressible` for parts that are not
  ///   supported: categorical splits, linear leaves, random forests, DART, and objectives other than squared error,
  ///   binary log-loss and softmax.
  public init(text: String) throws(BoostingError) {
    if text.first(where: { !$0.isWhitespace }) == "{" {
      self = try XGBoostJSONReader(text).model()
    } else {
      self = try LightGBMTextReader(text).model()
    }
  }

  /// Reads a model file of either format.
  ///
  /// - Throws: ``BoostingError`` as ``init(text:)``, or with code `corruptModel` if the file cannot be read.
  public init(contentsOf path: String) throws(BoostingError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw BoostingError(.corruptModel, "the model file '\(path)' cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw BoostingError(.corruptModel, "the model file '\(path)' is not UTF-8 text")
    }
    try self.init(text: text)
  }
}
