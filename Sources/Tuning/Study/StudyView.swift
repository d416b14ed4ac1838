public import Compute

/// What a trial may know of its study: the trials that had ended for it, and the beginnings of those that had not.
///
/// It never changes while the trial runs, whatever other threads do; so the same seed gives the same trials.
public struct StudyView: Sendable {
  /// The name of the study.
  public let name: String
  /// Which objectives are better.
  public let directions: [Direction]
  /// The seed of the study.
  public let seed: UInt64
  /// The number of the trial.
  public let number: Int
  /// Trials that have ended, by number.
  public let finished: ArraySlice<TrialRecord>
  /// Trials that have not, by number, with the parameters that were drawn as they started.
  public let running: [TrialRecord]
  /// The parameters that can be drawn jointly: those of the space that was given, or else those that all trials have.
  public let space: SearchSpace

  /// Random numbers that belong to the seed, this trial and a purpose, such as the name of a parameter.
  public func random(_ purpose: String) -> RandomStream {
    var hash = Fingerprint()
    hash.add(purpose)
    return RandomStream(seed: seed, path: UInt64(number), hash.value)
  }

  package init(
    name: String, directions: [Direction], seed: UInt64, number: Int, finished: ArraySlice<TrialRecord>,
    running: [TrialRecord], space: SearchSpace
  ) {
    self.name = name
    self.directions = directions
    self.seed = seed
    self.number = number
    self.finished = finished
    self.running = running
    self.space = space
  }

  /// Complete trials.
  package var complete: some Sequence<TrialRecord> { finished.lazy.filter { $0.state == .complete } }

  /// The best of the complete trials, feasible ones before others are left out; the first of equals.
  package var best: TrialRecord? { bestTrial(of: finished, direction: directions[0]) }
}

/// The best complete trial that breaks no constraint, the first of equals.
package func bestTrial(of trials: some Sequence<TrialRecord>, direction: Direction) -> TrialRecord? {
  var best: TrialRecord?
  var least = Double.infinity
  for trial in trials where trial.state == .complete && trial.isFeasible {
    guard let value = trial.value else { continue }
    let loss = direction.loss(value)
    if best == nil || loss < least {
      best = trial
      least = loss
    }
  }
  return best
}
