/// When models are trained anew in the background, on what, and when the new one takes over.
public struct RetrainingOptions: Sendable, Hashable {
  /// A DuckDB store or tick file with the ticks to train on; the newest are taken.
  public var ticksPath: String
  /// Seconds between two trainings; 0 for none by the clock.
  public var interval = 0.0
  /// Whether an alarm of drift, or of lost accuracy, starts one.
  public var onAlarm = true
  /// Least seconds between two trainings, however they are started.
  public var pause = 600.0
  /// Most ticks to train on: the newest; 0 for all.
  public var ticks = 500_000
  /// The share of the newest rows on which the new model is held against the champion; neither was trained on them, as far as the champion's data goes.
  public var testShare = 0.2
  /// Whether a better model becomes the champion; else it becomes the challenger.
  public var promotes = true
  /// Threads of a training.
  public var threads = 1

  /// Names the ticks.
  public init(ticksPath: String) { self.ticksPath = ticksPath }

  /// What is not allowed; nil if all is.
  func problem() -> String? {
    if !(interval >= 0 && interval <= 31_536_000) { return "interval is \(interval); 0...31536000 is allowed" }
    if !(pause >= 0 && pause <= 31_536_000) { return "pause is \(pause); 0...31536000 is allowed" }
    if !(0.01...0.9 ~= testShare) { return "testShare is \(testShare); 0.01...0.9 is allowed" }
    if ticks < 0 || threads < 1 { return "ticks is \(ticks) and threads \(threads); at least 0 and 1 are needed" }
    return nil
  }
}
