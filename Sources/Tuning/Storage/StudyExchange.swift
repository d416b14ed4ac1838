import Foundation

extension Study {
  /// The study as JSON in Optuna's fields, which `Scripts/optuna_exchange.py` puts into any storage of Optuna.
  ///
  /// An object of `study_name`, `directions` (`minimize` or `maximize`) and `trials`, each with `number`, `state` (`COMPLETE`, `PRUNED`,
  /// `FAIL`), `values`, `params`, `distributions` (in Optuna's JSON), `intermediate_values` by step, `user_attrs`, `constraints`, and
  /// `datetime_start` and `datetime_complete` in seconds since 1970.
  public func exported() -> String {
    let trials = trials.map { $0.renumbered($0.number).json }
    return JSONValue.object([
      "study_name": .text(name), "directions": .list(directions.map { .text($0.rawValue) }), "trials": .list(trials),
    ]).rendered
  }

  /// Adds the trials of an export, with the next numbers; those that had not ended are left out.
  ///
  /// - Throws: ``TuningError`` with code `invalidTrial` for a text that is no export, or one of other directions.
  public func add(exported text: String) throws(TuningError) {
    let json: JSONValue
    do { json = try JSONParser.parse(text.utf8) } catch {
      throw TuningError(.invalidTrial, "the export is no JSON at byte \(error.place)")
    }
    guard let words = json["directions"]?.items, let items = json["trials"]?.items else {
      throw TuningError(.invalidTrial, "the export has no directions or no trials; it needs both")
    }
    let given = words.compactMap(\.string)
    guard given == directions.map(\.rawValue) else {
      throw TuningError(.invalidTrial, "the export has directions \(given); the study \(directions.map(\.rawValue))")
    }
    for item in items {
      guard let record = TrialRecord(item) else {
        throw TuningError(.invalidTrial, "trial \(item["number"] ?? .null) of the export cannot be read")
      }
      if record.state != .running { try add(record) }
    }
  }
}
