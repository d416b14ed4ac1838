import Foundation

extension Study {
  /// Runs trials until a budget is used up; may be called again to go on.
  ///
  /// - Parameters:
  ///   - trials: Trials to run in this call; nil is no limit.
  ///   - total: Trials that the study may have in all, those before and those of other processes included; nil is no limit.
  ///   - timeout: Seconds after which no trial is started; nil is no limit. What runs is not interrupted.
  ///   - parallel: Threads that run trials; at least 1.
  ///   - window: A trial sees those this far before it and earlier; nil is `parallel`. At least `parallel`, and the same
  ///     for the same trials: 4 threads and a window of 4 give what 1 thread and a window of 4 give.
  ///   - rule: When the study has done enough; nil for never.
  ///   - failures: What to do when the objective throws.
  ///   - progress: Called after each trial, in the order of numbers, never twice at a time; may ask to stop.
  ///   - objective: Gives the objective of a trial; throws ``TrialPruned`` to end it early. Not a number is a failure.
  /// - Throws: What `objective` throws, with `failures` as `.stop`; ``TuningError`` with code `invalidOption` or `journal`.
  public func optimize(
    trials: Int? = nil, total: Int? = nil, timeout: Double? = nil, parallel: Int = 1, window: Int? = nil,
    until rule: StopRule? = nil, failures: FailurePolicy = .stop,
    progress: (@Sendable (TrialRecord) -> StudyAction)? = nil, _ objective: @escaping @Sendable (Trial) throws -> Double
  ) throws {
    try optimizeAll(
      trials: trials, total: total, timeout: timeout, parallel: parallel, window: window, until: rule,
      failures: failures, progress: progress
    ) { [try objective($0)] }
  }

  /// Runs trials of several objectives; as ``optimize(trials:total:timeout:parallel:window:until:failures:progress:_:)``.
  public func optimizeAll(
    trials: Int? = nil, total: Int? = nil, timeout: Double? = nil, parallel: Int = 1, window: Int? = nil,
    until rule: StopRule? = nil, failures: FailurePolicy = .stop,
    progress: (@Sendable (TrialRecord) -> StudyAction)? = nil,
    _ objectives: @escaping @Sendable (Trial) throws -> [Double]
  ) throws {
    guard parallel >= 1, (window ?? parallel) >= parallel, trials ?? 0 >= 0, total ?? 0 >= 0, timeout ?? 0 >= 0 else {
      throw TuningError(
        .invalidOption,
        "trials \(trials ?? 0), total \(total ?? 0), timeout \(timeout ?? 0), parallel \(parallel), window \(window ?? 0); "
          + "at least 0, 0, 0, 1 and parallel")
    }
    try rule?.checked()
    let run = StudyRun(
      study: self, trials: trials ?? .max, total: total ?? .max,
      deadline: timeout.map { Date(timeIntervalSinceNow: $0) } ?? .distantFuture, window: window ?? parallel,
      rule: rule,
      failures: failures, progress: progress, objectives: objectives)
    run.start(threads: parallel)
    if let error = run.error { throw error }
  }
}
