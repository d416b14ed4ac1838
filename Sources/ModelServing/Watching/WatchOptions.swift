/// What a prediction service watches, and what it does about it.
public struct WatchOptions: Sendable, Hashable {
  /// Seconds between two looks at drift; 0 for none.
  public var driftInterval = 60.0
  /// Share of features whose distribution moved from which on it is an alarm, 0...1.
  public var driftShare = 0.5
  /// How much worse than in training live accuracy may be, in points of the score, before it is an alarm.
  public var accuracyDrop = 0.05
  /// Outcomes that are needed to judge live accuracy, 1...10,000; the last 10,000 are looked at.
  public var accuracyRows = 1000
  /// Seconds without a tick of any symbol, where there is a source of them, before it is an alarm and a problem of `/health`; 0 for never.
  public var silence = 60.0
  /// Seconds between two looks for new versions of models; 0 for none.
  public var reloadInterval = 2.0
  /// Seconds between two files of the prediction log.
  public var logInterval = 60.0

  /// Seconds between two lines of figures in the log; 0 for none.
  public var reportInterval = 0.0

  /// Makes the defaults.
  public init() {}

  /// What is not allowed; nil if all is.
  func problem() -> String? {
    for (name, value) in [
      ("driftInterval", driftInterval), ("accuracyDrop", accuracyDrop), ("silence", silence),
      ("reloadInterval", reloadInterval), ("logInterval", logInterval), ("reportInterval", reportInterval),
    ] where !(value >= 0 && value <= 31_536_000) { return "\(name) is \(value); 0...31536000 is allowed" }
    if !(0...1 ~= driftShare) { return "driftShare is \(driftShare); 0...1 is allowed" }
    if !(1...OutcomeScores.limit ~= accuracyRows) {
      return "accuracyRows is \(accuracyRows); 1...\(OutcomeScores.limit) is allowed"
    }
    return nil
  }
}
