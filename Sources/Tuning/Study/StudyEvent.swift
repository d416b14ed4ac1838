/// What changes a study; the journal holds these in order, and the study is what they make of it.
enum StudyEvent: Sendable, Hashable {
  /// The first: what the study is.
  case created(name: String, directions: [Direction], seed: UInt64)
  /// Values to be tried were asked for.
  case enqueued([String: ParameterValue])
  /// A trial began, or began again; `isQueued` if it took values from the queue.
  case started(TrialRecord, owner: String, isQueued: Bool)
  /// A trial ended, or one from elsewhere was added.
  case finished(TrialRecord)

  /// In what the study of a journal is not the one that was asked for.
  func differences(from other: StudyEvent) -> String {
    guard case .created(let name, let directions, let seed) = self,
      case .created(let wantedName, let wantedDirections, let wantedSeed) = other
    else { return "no journal of a study: it does not begin with one" }
    var parts: [String] = []
    if name != wantedName { parts.append("the name '\(name)', not '\(wantedName)'") }
    if directions != wantedDirections {
      func list(_ all: [Direction]) -> String { all.map(\.rawValue).joined(separator: ", ") }
      parts.append("the directions \(list(directions)), not \(list(wantedDirections))")
    }
    if seed != wantedSeed { parts.append("the seed \(seed), not \(wantedSeed)") }
    return
      "the journal of another study, with \(parts.joined(separator: " and ")); name another file or remove this one"
  }
}

/// The trials of a study and what follows from them.
struct StudyState: Sendable {
  /// By number; those that run have the state `running`.
  private(set) var trials: [TrialRecord] = []
  /// How many trials from the first on have ended.
  private(set) var finishedPrefix = 0
  /// Values asked for, the next first.
  private(set) var queue: [[String: ParameterValue]] = []
  /// Who runs the trials that run.
  private(set) var owners: [Int: String] = [:]
  /// The parameters that the first trials have in common, and how many trials that is.
  private var common: [SearchSpace.Parameter]?
  private var commonCount = 0

  mutating func apply(_ event: StudyEvent) throws(TuningError) {
    switch event {
    case .created: break
    case .enqueued(let values): queue.append(values)
    case .started(let record, let owner, let isQueued):
      guard record.number <= trials.count, record.number == trials.count || owners[record.number] != nil else {
        throw TuningError(.journal, "trial \(record.number) starts where \(trials.count) would be next")
      }
      if record.number == trials.count {
        trials.append(record)
        if isQueued, !queue.isEmpty { queue.removeFirst() }
      }
      owners[record.number] = owner
    case .finished(let record):
      if record.number == trials.count {
        trials.append(record)
      } else {
        guard record.number < trials.count, trials[record.number].state == .running else {
          throw TuningError(.journal, "trial \(record.number) ends without being one that runs")
        }
        trials[record.number] = record
      }
      owners[record.number] = nil
      while finishedPrefix < trials.count, trials[finishedPrefix].state != .running { finishedPrefix += 1 }
    }
  }

  /// Trials that a new or repeated trial does not see: those of the window before it, or all that run without one.
  func hidden(before number: Int, window: Int?) -> [Int] {
    guard let window else { return (finishedPrefix..<number).filter { trials[$0].state == .running } }
    return Array(max(0, number - window + 1)..<max(number, 0))
  }

  /// What a trial sees.
  mutating func view(
    of number: Int, hidden: [Int], _ study: (name: String, directions: [Direction], seed: UInt64), space: SearchSpace?
  ) -> StudyView {
    let first = hidden.first ?? number
    let isPrefix = hidden.count == number - first
    let unseen = Set(hidden)
    let finished = isPrefix ? trials[..<first] : trials[..<number].filter { !unseen.contains($0.number) }[...]
    let running = hidden.map { index in
      var record = TrialRecord(number: index)
      record.parameters = trials[index].joint
      return record
    }
    return StudyView(
      name: study.name, directions: study.directions, seed: study.seed, number: number, finished: finished,
      running: running, space: space ?? (isPrefix ? commonSpace(first) : SpaceInference.intersection(finished)))
  }

  private mutating func commonSpace(_ count: Int) -> SearchSpace {
    if count < commonCount { return SpaceInference.intersection(trials[..<count]) }
    for trial in trials[commonCount..<count] where trial.state == .complete || trial.state == .pruned {
      SpaceInference.narrow(&common, by: trial)
    }
    commonCount = count
    return SearchSpace(common ?? [])
  }
}
