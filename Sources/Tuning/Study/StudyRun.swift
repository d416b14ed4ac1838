import Foundation
import Synchronization

/// One call of `optimize`: threads that take trials until a budget is used up.
final class StudyRun: Sendable {
  private struct Tally {
    var left: Int
    /// The next trial to be judged and told of; trials are judged in the order of their numbers.
    var next = 0
    var stop = StopRule.Tally()
    /// The trial after which the study has done enough.
    var stopsAfter: Int?
    var isOver = false
    var errors: [Int: any Error] = [:]
  }

  private let study: Study
  private let total: Int
  private let deadline: Date
  private let window: Int
  private let rule: StopRule?
  private let failures: FailurePolicy
  private let progress: (@Sendable (TrialRecord) -> StudyAction)?
  private let objectives: @Sendable (Trial) throws -> [Double]
  private let tally: Mutex<Tally>
  /// Held while trials are told of, so that callbacks never overlap; `tally` stays free for them.
  private let telling = Mutex(())

  init(
    study: Study, trials: Int, total: Int, deadline: Date, window: Int, rule: StopRule?, failures: FailurePolicy,
    progress: (@Sendable (TrialRecord) -> StudyAction)?, objectives: @escaping @Sendable (Trial) throws -> [Double]
  ) {
    self.study = study
    self.total = total
    self.deadline = deadline
    self.window = window
    self.rule = rule
    self.failures = failures
    self.progress = progress
    self.objectives = objectives
    tally = Mutex(Tally(left: trials))
  }

  /// The error of the trial of the lowest number.
  var error: (any Error)? { tally.withLock { tally in tally.errors.min { $0.key < $1.key }?.value } }

  func start(threads: Int) {
    judge(isTold: false)
    let group = DispatchGroup()
    for _ in 1..<max(threads, 1) {
      group.enter()
      let thread = Thread { [self] in
        work()
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    work()
    group.wait()
  }

  private func work() {
    do {
      while Date() < deadline, tally.withLock({ !$0.isOver && $0.left > 0 }) {
        switch try study.claim(window: window, limit: total, permits: { [self] in permits($0) }) {
        case .trial(let trial): try run(trial)
        case .wait: wait()
        case .exhausted: end()
        }
      }
    } catch {
      tally.withLock { $0.errors[-1] = error }
      end()
    }
  }

  /// Whether a trial may start, and takes it from the budget: all that it sees were judged, and none of them was enough.
  private func permits(_ number: Int) -> Bool {
    tally.withLock { tally in
      if let last = tally.stopsAfter, number - window >= last {
        tally.isOver = true
        return false
      }
      guard !tally.isOver, tally.left > 0, tally.next > number - window else { return false }
      tally.left -= 1
      return true
    }
  }

  private func run(_ trial: Trial) throws {
    do {
      let values = try objectives(trial)
      _ = try study.end(trial, .complete, values)
    } catch is TrialPruned {
      _ = try study.end(trial, .pruned, [])
    } catch {
      trial.set("error", .text("\(error)"))
      _ = try study.end(trial, .failed, [])
      if failures == .stop {
        tally.withLock { tally in
          tally.errors[trial.number] = error
          tally.stopsAfter = min(tally.stopsAfter ?? .max, trial.number)
          tally.isOver = true
        }
      }
    }
    judge(isTold: true)
  }

  /// Judges the trials that have ended since, in the order of their numbers, and tells of them.
  private func judge(isTold: Bool) {
    telling.withLock { _ in
      while let trial = nextToJudge() {
        let action = isTold ? progress?(trial) ?? .proceed : .proceed
        tally.withLock { tally in
          let isEnough = rule.map { tally.stop.take(trial, $0, study.directions[0]) } ?? false
          if isEnough || action == .stop { tally.stopsAfter = min(tally.stopsAfter ?? .max, trial.number) }
          tally.next += 1
        }
      }
    }
    study.changed.lock()
    study.changed.broadcast()
    study.changed.unlock()
  }

  private func nextToJudge() -> TrialRecord? {
    let next = tally.withLock { $0.next }
    return study.state.withLock { next < $0.finishedPrefix ? $0.trials[next] : nil }
  }

  private func wait() {
    // Trials of other processes are seen when their journal is read, a fiftieth of a second later at most.
    study.changed.lock()
    _ = study.changed.wait(until: min(deadline, Date(timeIntervalSinceNow: 0.02)))
    study.changed.unlock()
    judge(isTold: true)
  }

  private func end() {
    tally.withLock { $0.isOver = true }
    study.changed.lock()
    study.changed.broadcast()
    study.changed.unlock()
  }
}
