/// When a study has done enough; judged on trials in the order of their numbers, so that timing does not matter.
public enum StopRule: Sendable, Hashable {
  /// The best value did not become better by more than `delta` in the last `trials` trials.
  case noImprovement(trials: Int, delta: Double)
  /// The best value is at least as good as this.
  case reached(Double)

  func checked() throws(TuningError) {
    if case .noImprovement(let trials, let delta) = self, trials < 1 || !(delta >= 0) {
      throw TuningError(.invalidOption, "no improvement of \(delta) in \(trials) trials; at least 0 in at least 1")
    }
  }

  /// The rule over the trials so far.
  struct Tally {
    private var best = Double.infinity
    private var since = 0

    /// Takes the next trial; whether the study has done enough.
    mutating func take(_ trial: TrialRecord, _ rule: StopRule, _ direction: Direction) -> Bool {
      let loss = trial.state == .complete && trial.isFeasible ? trial.value.map { direction.loss($0) } : nil
      switch rule {
      case .reached(let value):
        return loss.map { $0 <= direction.loss(value) } ?? false
      case .noImprovement(let trials, let delta):
        since += 1
        if let loss, loss < best - delta || best == .infinity {
          best = loss
          since = 0
        }
        return since >= trials && best < .infinity
      }
    }
  }
}

/// What a callback wants the study to do.
public enum StudyAction: Sendable, Hashable {
  /// Go on.
  case proceed
  /// Start no more trials.
  case stop
}

/// What to do when the objective throws something other than ``TrialPruned``.
public enum FailurePolicy: Sendable, Hashable {
  /// Keep the trial as failed, let trials that run end, and throw the error.
  case stop
  /// Keep the trial as failed and go on.
  case proceed
}
