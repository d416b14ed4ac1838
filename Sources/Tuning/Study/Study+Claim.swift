import Foundation

extension Study {
  /// What asking for the next trial gives.
  enum Claim {
    case trial(Trial)
    /// Trials that the next one must see have not ended.
    case wait
    /// Nothing is left to try, or the limit of trials is reached.
    case exhausted
  }

  /// Starts the next trial: one that a dead process left, or a new one.
  ///
  /// - Parameters:
  ///   - window: The next trial sees those this far before it and earlier; nil sees all that have ended.
  ///   - limit: Trials that the study may have at most.
  ///   - permits: Whether a trial of this number may start, asked when it could.
  func claim(window: Int?, limit: Int = .max, permits: (Int) -> Bool = { _ in true }) throws(TuningError) -> Claim {
    try transaction { state, file throws(TuningError) in
      if let journal,
        let orphan = state.owners.sorted(by: { $0.key < $1.key }).first(where: { !journal.isAlive($0.value) })
      {
        guard permits(orphan.key) else { return .wait }
        return .trial(try start(state.trials[orphan.key], isQueued: false, &state, file))
      }
      let number = state.trials.count
      if number >= limit {
        // Trials that other processes run belong to the study, and may be left to this one.
        let others = journal.map { own in state.owners.values.contains { $0 != own.owner } } ?? false
        return others ? .wait : .exhausted
      }
      if let window, state.finishedPrefix < number - window + 1 { return .wait }
      guard permits(number) else { return .wait }
      var record = TrialRecord(number: number)
      record.hidden = state.hidden(before: number, window: window)
      if let fixed = state.queue.first { record.fixed = fixed }
      // Nothing may hold the trials when the next one is added to them, or all would be copied.
      guard let joint = joint(view(of: record, &state), isFixed: !record.fixed.isEmpty) else { return .exhausted }
      record.joint = joint
      record.started = Date().timeIntervalSince1970
      return .trial(try start(record, isQueued: !record.fixed.isEmpty, &state, file))
    }
  }

  private func start(
    _ record: TrialRecord, isQueued: Bool, _ state: inout StudyState, _ file: Journal.Session?
  ) throws(TuningError) -> Trial {
    let event = StudyEvent.started(record, owner: journal?.owner ?? "", isQueued: isQueued)
    try file?.append(event, isDurable: false)
    try state.apply(event)
    return Trial(record, study: self, view: view(of: record, &state))
  }

  private func view(of record: TrialRecord, _ state: inout StudyState) -> StudyView {
    state.view(of: record.number, hidden: record.hidden, (name, directions, seed), space: space)
  }

  /// Ends a trial.
  func finish(_ record: TrialRecord) throws(TuningError) {
    try change(.finished(record))
    changed.lock()
    changed.broadcast()
    changed.unlock()
  }

  /// Draws what can be drawn together; nil if nothing is left to try.
  private func joint(_ view: StudyView, isFixed: Bool) -> [TrialParameter]? {
    let spaces = sampler.jointSpaces(in: view).filter { !$0.parameters.isEmpty }
    guard avoidsDuplicates, !isFixed, spaces.count == 1,
      let guarded = DuplicateGuard(spaces[0], view, isWhole: space != nil)
    else { return draw(spaces, view, attempt: 0) }
    if guarded.isExhausted { return nil }
    for attempt in 0..<20 {
      guard let drawn = draw(spaces, view, attempt: attempt) else { return nil }
      if guarded.isNew(drawn) { return drawn }
    }
    return guarded.anyNew(view.random("untried")) ?? draw(spaces, view, attempt: 0)
  }

  private func draw(_ spaces: [SearchSpace], _ view: StudyView, attempt: Int) -> [TrialParameter]? {
    var drawn: [TrialParameter] = []
    for space in spaces {
      guard let positions = sampler.joint(space, in: view, attempt: attempt) else { return nil }
      for parameter in space.parameters {
        guard let position = positions[parameter.name] else { continue }
        drawn.append(TrialParameter(name: parameter.name, distribution: parameter.distribution, position: position))
      }
    }
    return drawn
  }
}
