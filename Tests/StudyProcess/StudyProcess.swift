import Foundation
import Tuning

/// A process that works on the study of a journal until it has enough trials, and says which have ended; tests kill it.
///
/// Arguments: the path of the journal, the trials of the study in all, the window.
@main
struct StudyProcess {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let total = Int(arguments[2]), let window = Int(arguments[3]) else {
      throw TuningError(.invalidOption, "arguments \(arguments.dropFirst()); a journal, trials and a window")
    }
    let study = try Study(direction: .minimize, seed: 12, journal: arguments[1])
    // What is written with one call is there even if the process is killed right after it.
    try study.optimize(
      total: total, window: window,
      progress: { trial in
        FileHandle.standardOutput.write(Data("\(trial.number)\n".utf8))
        return .proceed
      }, objective)
  }

  @Sendable private static func objective(_ trial: Trial) throws -> Double {
    var value = abs(log(try trial.suggest("rate", .real(1e-3...1, log: true))) + 3)
    if try trial.suggest("kind", .choice(["tree", "line"])) == "tree" {
      value += Double(try trial.suggest("leaves", .whole(2...64, log: true))) / 64
    } else {
      value += try trial.suggest("penalty", .real(-1...1))
    }
    for step in 0..<3 {
      usleep(2000)
      try trial.report(value + 1 / Double(step + 1), step: step)
      if trial.shouldPrune { throw TrialPruned() }
    }
    return value
  }
}
