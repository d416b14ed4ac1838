#if Programs && Serving
import ArgumentParser
import ModelServing
import ProgramSupport

/// Versions, drift and training anew.
struct WatchingOptions: ParsableArguments {
  @Option(help: "Seconds between two looks for new versions; 0 for none.") var reloadInterval = 2.0
  @Option(help: "Share of symbols that challengers answer (A/B); without it they are scored in the shadow.")
  var challengerShare: Double?
  @Option(help: "Seconds between two looks at drift; 0 for none.") var driftInterval = 60.0
  @Option(help: "Share of features that moved from which on drift is an alarm.") var driftShare = 0.5
  @Option(help: "Seconds without a tick before it is an alarm; 0 for never.") var silence = 60.0
  @Option(help: "Seconds between two files of --prediction-log.") var logInterval = 60.0
  @Option(help: "Train anew on the newest ticks of this store or file, and promote what beats the champion.")
  var retrainTicks: String?
  @Option(help: "Seconds between two trainings; without it after alarms of drift and accuracy only.")
  var retrainInterval = 0.0
  @Option(help: "Most ticks to train on, the newest; 0 for all.") var retrainRows = 500_000
  @Flag(help: "Make a better model the challenger, not the champion.") var retrainChallenger = false

  func validate() throws {
    guard retrainTicks == nil else { return }
    for (name, isGiven) in [
      ("--retrain-interval", retrainInterval != 0), ("--retrain-rows", retrainRows != 500_000),
      ("--retrain-challenger", retrainChallenger),
    ] where isGiven {
      throw ValidationError("\(name) needs --retrain-ticks, the ticks to train on")
    }
  }

  func watch() -> WatchOptions {
    var options = WatchOptions()
    options.reloadInterval = reloadInterval
    options.driftInterval = driftInterval
    options.driftShare = driftShare
    options.silence = silence
    options.logInterval = logInterval
    return options
  }

  func apply(to extras: inout PredictionService.Extras) {
    extras.challengerShare = challengerShare
    guard let retrainTicks else { return }
    var options = RetrainingOptions(ticksPath: retrainTicks)
    options.interval = retrainInterval
    options.ticks = retrainRows
    options.promotes = !retrainChallenger
    extras.retraining = options
  }
}
#endif
