import Foundation
import Synchronization

/// A trial that runs: gives the objective its values and takes what it has to say.
public final class Trial: Sendable {
  private struct Live {
    var record: TrialRecord
    var view: StudyView?
  }

  /// The number, from 0.
  public let number: Int
  private let study: Study
  private let live: Mutex<Live>

  init(_ record: TrialRecord, study: Study, view: StudyView) {
    number = record.number
    self.study = study
    live = Mutex(Live(record: record, view: view))
  }

  /// The value of a parameter; the same one if it is asked for again.
  ///
  /// - Throws: ``TuningError`` with code `invalidDomain`; `conflictingDomain` if the name has had other values, or the value
  ///   that was asked for by hand is none of these; `invalidTrial` if the trial has ended.
  public func suggest<Value>(_ name: String, _ domain: Domain<Value>) throws(TuningError) -> Value {
    let value = try value(name, domain.distribution)
    guard let read = domain.read(value) else {
      throw TuningError(.conflictingDomain, "'\(name)' is \(value), which is none of \(domain.distribution)")
    }
    return read
  }

  /// The values of all parameters of a space.
  ///
  /// - Throws: As ``suggest(_:_:)``.
  public func suggest(_ space: SearchSpace) throws(TuningError) -> [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    for parameter in space.parameters { values[parameter.name] = try value(parameter.name, parameter.distribution) }
    return values
  }

  private func value(_ name: String, _ given: Distribution) throws(TuningError) -> ParameterValue {
    let distribution = try given.checked(name)
    try study.check(name, distribution)
    return try live.withLock { live throws(TuningError) in
      if let known = live.record.parameter(name) {
        guard known.distribution == distribution else {
          throw TuningError(
            .conflictingDomain, "'\(name)' takes \(distribution), in this trial it took \(known.distribution) already")
        }
        return known.value
      }
      guard let view = live.view else { throw Self.hasEnded(number) }
      let position = try position(name, distribution, live.record, view)
      let parameter = TrialParameter(name: name, distribution: distribution, position: position)
      live.record.parameters.append(parameter)
      return parameter.value
    }
  }

  private func position(
    _ name: String, _ distribution: Distribution, _ record: TrialRecord, _ view: StudyView
  ) throws(TuningError) -> Double {
    if let fixed = record.fixed[name] {
      guard let position = distribution.position(of: fixed) else {
        throw TuningError(.conflictingDomain, "\(fixed) was asked for as '\(name)', which takes \(distribution)")
      }
      return position
    }
    if distribution.isSingle { return distribution.low }
    if let drawn = record.joint.first(where: { $0.name == name && $0.distribution == distribution }) {
      return drawn.position
    }
    return study.sampler.independent(name, distribution, in: view)
  }

  /// Takes an intermediate value; a second one of the same step is left out.
  ///
  /// - Throws: ``TuningError`` with code `invalidTrial` with several objectives, a negative step, or after the trial has ended.
  public func report(_ value: Double, step: Int) throws(TuningError) {
    guard study.directions.count == 1, step >= 0 else {
      throw TuningError(
        .invalidTrial, "step \(step) with \(study.directions.count) objectives; at least 0, and just one objective")
    }
    try live.withLock { live throws(TuningError) in
      guard live.view != nil else { throw Self.hasEnded(number) }
      if live.record.reports.contains(where: { $0.step == step }) { return }
      live.record.reports.append(TrialRecord.Report(step: step, value: value))
    }
  }

  /// Whether the pruner would end the trial now; false with several objectives or before a report.
  public var shouldPrune: Bool {
    live.withLock { live in
      guard let view = live.view, view.directions.count == 1, !live.record.reports.isEmpty else { return false }
      let decision = study.pruner.decide(live.record, in: view)
      live.record.rungs = decision.rungs
      return decision.isPruned
    }
  }

  /// Keeps a value with the trial.
  public func set(_ key: String, _ value: ParameterValue) { live.withLock { $0.record.attributes[key] = value } }

  /// Keeps a constraint with the trial, which is met where the value is at most 0.
  public func setConstraint(_ name: String, _ value: Double) { live.withLock { $0.record.constraints[name] = value } }

  /// Ends the trial: gives its record, and lets go of what it saw.
  func end(_ state: TrialState, _ values: [Double]) throws(TuningError) -> TrialRecord {
    try live.withLock { live throws(TuningError) in
      guard live.view != nil else { throw Self.hasEnded(number) }
      live.view = nil
      live.record.state = values.contains(where: \.isNaN) ? .failed : state
      live.record.values = live.record.state == .complete ? values : []
      if live.record.state == .pruned, let last = live.record.lastReport?.value, !last.isNaN {
        live.record.values = [last]
      }
      live.record.ended = Date().timeIntervalSince1970
      return live.record
    }
  }

  private static func hasEnded(_ number: Int) -> TuningError {
    TuningError(.invalidTrial, "trial \(number) has ended; only one that runs takes this")
  }
}
