import Foundation
import Synchronization

/// A search for the values that make one or several objectives best, trial after trial.
///
/// ```swift
/// let study = try Study(direction: .maximize, seed: 7)
/// try study.optimize(trials: 50, timeout: 300, parallel: 2) { trial in
///   let rate = try trial.suggest("learning_rate", .real(0.01...0.3, log: true))
///   var score = 0.0
///   for round in 0..<10 {
///     score = train(rate, round)
///     try trial.report(score, step: round)
///     if trial.shouldPrune { throw TrialPruned() }
///   }
///   return score
/// }
/// ```
///
/// The same seed and window give the same trials, whatever threads do and however often a study is stopped and resumed.
public final class Study: Sendable {
  /// The name.
  public let name: String
  /// Which objectives are better, one an objective.
  public let directions: [Direction]
  /// The seed of all random numbers.
  public let seed: UInt64
  /// Where values come from.
  public let sampler: any Sampler
  /// What ends trials early.
  public let pruner: any Pruner
  /// The parameters, where they are known before.
  public let space: SearchSpace?
  /// Whether values that were tried are not tried again, where no parameter is a continuum.
  public let avoidsDuplicates: Bool

  let state = Mutex(StudyState())
  let journal: Journal?
  /// The kind of values that each name has had.
  private let kinds = Mutex<[String: Distribution]>([:])
  /// Wakes workers that wait for trials of others.
  let changed = NSCondition()

  /// Makes a study, or goes on with the one in the journal.
  ///
  /// - Parameters:
  ///   - directions: Which objectives are better; at least one.
  ///   - sampler: Where values come from; TPE without one.
  ///   - pruner: What ends trials early; the median rule without one.
  ///   - space: The parameters, where they are known before; an objective may suggest others as well.
  ///   - seed: The seed of all random numbers.
  ///   - name: The name, which decides the brackets of Hyperband.
  ///   - avoidsDuplicates: Whether values that were tried are not tried again, where no parameter is a continuum.
  ///   - journal: The path of a file that keeps the study, made if it is not there; several processes may share it.
  /// - Throws: ``TuningError`` with code `invalidOption`, or `journal` if the file is damaged or of another study.
  public init(
    directions: [Direction], sampler: (any Sampler)? = nil, pruner: (any Pruner)? = nil, space: SearchSpace? = nil,
    seed: UInt64 = 0, name: String = "study", avoidsDuplicates: Bool = true, journal: String? = nil
  ) throws(TuningError) {
    guard !directions.isEmpty else { throw TuningError(.invalidOption, "no directions; at least one objective") }
    self.name = name
    self.directions = directions
    self.seed = seed
    self.sampler = sampler ?? TPESampler(checked: .optuna5)
    self.pruner = pruner ?? PercentilePruner.median
    self.space = space
    self.avoidsDuplicates = avoidsDuplicates
    self.journal = if let journal { try Journal(path: journal) } else { nil }
    try open()
  }

  /// Makes a study of one objective, or goes on with the one in the journal.
  public convenience init(
    direction: Direction, sampler: (any Sampler)? = nil, pruner: (any Pruner)? = nil, space: SearchSpace? = nil,
    seed: UInt64 = 0, name: String = "study", avoidsDuplicates: Bool = true, journal: String? = nil
  ) throws(TuningError) {
    try self.init(
      directions: [direction], sampler: sampler, pruner: pruner, space: space, seed: seed, name: name,
      avoidsDuplicates: avoidsDuplicates, journal: journal)
  }

  private func open() throws(TuningError) {
    guard let journal else { return }
    try state.withLock { state throws(TuningError) in
      try journal.locked { file throws(TuningError) in
        let events = try file.sync()
        let mine = StudyEvent.created(name: name, directions: directions, seed: seed)
        if events.isEmpty { try file.append(mine, isDurable: true) }
        if let first = events.first, first != mine {
          throw TuningError(.journal, "'\(journal.path)' is \(first.differences(from: mine))")
        }
        for event in events { try state.apply(event) }
      }
    }
  }

  // MARK: - Results

  /// The trials that have ended, by number.
  public var trials: [TrialRecord] { state.withLock { $0.trials.filter { $0.state != .running } } }

  /// The best complete trial that breaks no constraint, the first of equals, by the first objective; nil without one.
  public var best: TrialRecord? { state.withLock { bestTrial(of: $0.trials, direction: directions[0]) } }

  /// The complete trials that break no constraint and that no other such trial beats in every objective.
  public var paretoFront: [TrialRecord] {
    let candidates = trials.filter { $0.state == .complete && $0.isFeasible }
    return ParetoFront.indices(candidates.map(losses)).map { candidates[$0] }
  }

  /// The volume that the front dominates.
  ///
  /// - Parameter reference: A point no better than any that counts, in the objectives' own terms; one number an objective.
  /// - Throws: ``TuningError`` with code `invalidOption` if the reference has another count of numbers.
  public func hypervolume(reference: [Double]) throws(TuningError) -> Double {
    guard reference.count == directions.count else {
      throw TuningError(
        .invalidOption, "a reference of \(reference.count) numbers; there are \(directions.count) objectives")
    }
    return Hypervolume.of(paretoFront.map(losses), reference: zip(directions, reference).map { $0.loss($1) })
  }

  private func losses(_ trial: TrialRecord) -> [Double] { zip(directions, trial.values).map { $0.loss($1) } }

  // MARK: - Changes

  /// Asks for values to be tried next, in the order of the calls; parameters that are not named are drawn.
  ///
  /// - Throws: ``TuningError`` with code `journal`.
  public func enqueue(_ values: [String: ParameterValue]) throws(TuningError) { try change(.enqueued(values)) }

  /// Adds a trial that ended elsewhere; it gets the next number.
  ///
  /// - Throws: ``TuningError`` with code `invalidTrial` if it runs or has another count of objectives, or `journal`.
  public func add(_ record: TrialRecord) throws(TuningError) {
    guard record.state != .running, record.state != .complete || record.values.count == directions.count else {
      throw TuningError(
        .invalidTrial,
        "a trial that is \(record.state) with \(record.values.count) values; ended, with \(directions.count) objectives"
      )
    }
    try transaction { state, file throws(TuningError) in
      let event = StudyEvent.finished(record.renumbered(state.trials.count))
      try file?.append(event, isDurable: true)
      try state.apply(event)
    }
  }

  func change(_ event: StudyEvent) throws(TuningError) {
    try transaction { state, file throws(TuningError) in
      try file?.append(event, isDurable: true)
      try state.apply(event)
    }
  }

  /// Runs a change with the state locked and, where there is a journal, the file locked and what others wrote read.
  func transaction<Result: Sendable>(
    _ body: (inout StudyState, Journal.Session?) throws(TuningError) -> Result
  ) throws(TuningError) -> Result {
    try state.withLock { state throws(TuningError) in
      guard let journal else { return try body(&state, nil) }
      return try journal.locked { file throws(TuningError) in
        for event in try file.sync() { try state.apply(event) }
        return try body(&state, file)
      }
    }
  }

  /// Checks that a name keeps its kind of values through the study.
  func check(_ name: String, _ distribution: Distribution) throws(TuningError) {
    let known = kinds.withLock { kinds in
      if kinds[name] == nil { kinds[name] = distribution }
      return kinds[name]
    }
    let isSame =
      switch (known, distribution) {
      case (.real, .real), (.whole, .whole): true
      case (.choice(let old), .choice(let new)): old == new
      default: false
      }
    guard isSame else {
      throw TuningError(
        .conflictingDomain,
        "'\(name)' takes \(distribution), it took \(known.map { "\($0)" } ?? "none"); keep the kind and the choices")
    }
  }
}
