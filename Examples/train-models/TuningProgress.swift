#if Programs
import Foundation
import Modeling
import ProgramSupport
import Synchronization
import Tuning

/// The line that shows where a search stands; told of rounds by the threads of trials.
final class TuningProgress: Sendable {
  private struct State {
    var model = ""
    var progress: ProgramSupport.Progress
    var start = Date()
    var pruned = 0
    var failed = 0
    var ended = 0
    var found = 0
    var best: (number: Int, score: Double)?
  }

  private let state: Mutex<State>
  private let isQuiet: Bool
  private let isLargerBetter: @Sendable (String) -> Bool

  /// Starts a line; `isLargerBetter` says so of a target by name.
  init(isQuiet: Bool, isLargerBetter: @escaping @Sendable (String) -> Bool) {
    self.isQuiet = isQuiet
    self.isLargerBetter = isLargerBetter
    state = Mutex(State(progress: ProgramSupport.Progress("train-models", isQuiet: isQuiet)))
  }

  func show(_ step: ModelTrainer.TuningStep) {
    state.withLock { state in
      let model = "\(step.target) \(step.kind.rawValue)"
      if model != state.model {
        state = State(model: model, progress: ProgramSupport.Progress("train-models", isQuiet: isQuiet))
      }
      if let trial = step.ended {
        state.ended += 1
        if step.isFromJournal { state.found += 1 }
        if trial.state == .pruned { state.pruned += 1 }
        if trial.state == .failed { state.failed += 1 }
        if trial.state == .complete, let score = trial.value, !score.isNaN {
          let isBetter = state.best.map { isLargerBetter(step.target) ? score > $0.score : score < $0.score } ?? true
          if isBetter { state.best = (trial.number, score) }
        }
      }
      let now = step.round.map {
        "trial \(step.trial) (of \(step.trials)), round \($0.number): \(formatDigits($0.score))"
      }
      // What changes stands first, for a narrow terminal shows no more.
      let line = [now, best(state), others(state), clock(-state.start.timeIntervalSinceNow), model]
      state.progress.update(nil, line.compactMap { $0 }.joined(separator: ", "))
    }
  }

  /// Ends the line of a search that has run.
  func finish() {
    state.withLock { state in
      guard !state.model.isEmpty else { return }
      let found = state.found > 0 ? " (\(state.found) from the journal)" : ""
      state.progress.finish(
        "\(state.model): \(counted(state.ended, "trial"))\(found), \(others(state)), \(best(state) ?? "none complete")")
      state.model = ""
    }
  }

  private func best(_ state: State) -> String? {
    state.best.map { "best \(formatDigits($0.score)) (trial \($0.number))" }
  }

  private func others(_ state: State) -> String {
    "\(state.pruned) pruned" + (state.failed > 0 ? ", \(state.failed) failed" : "")
  }

  private func clock(_ seconds: Double) -> String {
    String(format: "%d:%02d", Int(seconds) / 60, Int(seconds) % 60)
  }
}
#endif
