#if Streaming
import Foundation
package import Logging
import ServiceLifecycle
import Synchronization
import TickStorage

/// One life of a loop between two errors; one thread uses it.
package protocol LiveSession: AnyObject {
  /// Does what there is to do, and waits a moment if there is nothing.
  func step() throws
  /// Looks at itself: lag, age, statistics.
  func look(after seconds: Double) throws
  /// Ends in good order.
  func finish() throws
  /// Ends after an error; what was not finished will be done again.
  func abandon()
}

/// Runs sessions one after another until told to stop: an error that may pass ends a session, and a new one goes on where the work is safe.
package final class SessionLoop: Sendable {
  private let logger: Logger
  private let interval: Double
  private let isStopping = Atomic(false)

  /// Makes a loop whose sessions look at themselves every `interval` seconds.
  package init(_ logger: Logger, interval: Double) {
    self.logger = logger
    self.interval = interval
  }

  /// Runs until shut down or cancelled.
  ///
  /// - Parameters:
  ///   - onRestart: Told of each new session after an error.
  /// - Throws: What a new session cannot mend, and any error in making the first session.
  package func run(
    _ make: @escaping @Sendable (_ goesOn: @escaping @Sendable () -> Bool) throws -> any LiveSession,
    onRestart: @escaping @Sendable () -> Void
  ) async throws {
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        // Sessions wait for brokers and disks, which threads of tasks must not.
        try await blocking { try self.loop(make, onRestart) }
      } onGracefulShutdown: {
        self.isStopping.store(true, ordering: .releasing)
      }
    } onCancel: {
      isStopping.store(true, ordering: .releasing)
    }
  }

  private var goesOn: Bool { !isStopping.load(ordering: .acquiring) }

  private func loop(_ make: (@escaping @Sendable () -> Bool) throws -> any LiveSession, _ onRestart: () -> Void) throws
  {
    var wait = 0.5
    var hasBegun = false
    while goesOn {
      let begin = ContinuousClock.now
      do {
        let session = try make { self.goesOn }
        hasBegun = true
        do {
          try work(session)
          return
        } catch {
          session.abandon()
          throw error
        }
      } catch {
        // At the end there is no further session that could mend it.
        guard hasBegun, goesOn, Self.isPassing(error) else { throw error }
        onRestart()
        // One that worked for a while was well.
        if ContinuousClock.now - begin > .seconds(30) { wait = 0.5 }
        logger.error("a new try", metadata: ["after": "\(wait) s", "error": "\(error)"])
        pause(wait)
        wait = min(10, wait * 2)
      }
    }
  }

  private func work(_ session: any LiveSession) throws {
    var last = ContinuousClock.now
    while goesOn {
      try session.step()
      let elapsed = (ContinuousClock.now - last) / .seconds(1)
      guard elapsed >= interval else { continue }
      last = .now
      try session.look(after: elapsed)
    }
    try session.finish()
  }

  private func pause(_ seconds: Double) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline, goesOn { Thread.sleep(forTimeInterval: 0.05) }
  }

  private static func isPassing(_ error: any Error) -> Bool {
    switch error {
    case let error as StorageError: error.code != .unavailable && error.code != .invalidOption
    case let error as KafkaError: error.code != .unavailable && error.code != .invalidOption
    case let error as StreamingError: error.code == .lost
    default: false
    }
  }
}
#endif
