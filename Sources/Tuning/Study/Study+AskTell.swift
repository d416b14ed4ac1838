extension Study {
  /// Starts a trial that the caller runs; it sees all trials that have ended.
  ///
  /// - Throws: ``TuningError`` with code `exhausted` if nothing is left to try, or `journal`.
  public func ask() throws(TuningError) -> Trial {
    guard case .trial(let trial) = try claim(window: nil) else {
      throw TuningError(.exhausted, "all points of the space were tried; there is no other")
    }
    return trial
  }

  /// Ends a trial with its objectives; one that is not a number makes it failed.
  ///
  /// - Returns: What is kept of the trial.
  /// - Throws: ``TuningError`` with code `invalidTrial` for another count of values or a trial that has ended, or `journal`.
  @discardableResult
  public func tell(_ trial: Trial, _ values: Double...) throws(TuningError) -> TrialRecord {
    try end(trial, .complete, values)
  }

  /// Ends a trial without objectives, as pruned or failed.
  ///
  /// - Throws: ``TuningError`` with code `invalidTrial` for another state or a trial that has ended, or `journal`.
  @discardableResult
  public func tell(_ trial: Trial, _ state: TrialState) throws(TuningError) -> TrialRecord {
    guard state == .pruned || state == .failed else {
      throw TuningError(.invalidTrial, "trial \(trial.number) told to be \(state) without values; pruned or failed")
    }
    return try end(trial, state, [])
  }

  func end(_ trial: Trial, _ state: TrialState, _ values: [Double]) throws(TuningError) -> TrialRecord {
    guard state != .complete || values.count == directions.count else {
      throw TuningError(
        .invalidTrial, "trial \(trial.number) has \(values.count) values; there are \(directions.count) objectives")
    }
    let record = try trial.end(state, values)
    try finish(record)
    return record
  }
}
