#if Serving
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TickStorage
import TickStreaming

/// Looks for new versions and at the service itself, as often as the options say.
struct WatchLoop: Service {
  let state: ServingState

  func run() async throws {
    let state = state
    let options = state.watch.options
    do {
      try await cancelledOnShutdown {
        var lastReload = ContinuousClock.now
        var lastReport = lastReload
        while true {
          try await Task.sleep(for: .seconds(min(1, options.reloadInterval > 0 ? options.reloadInterval : 1)))
          let isDue = options.reloadInterval > 0 && ContinuousClock.now - lastReload >= .seconds(options.reloadInterval)
          if isDue { lastReload = .now }
          if options.reportInterval > 0, ContinuousClock.now - lastReport >= .seconds(options.reportInterval) {
            lastReport = .now
            report(state)
          }
          // Bundles are read and columns sorted: nothing for the threads that answer.
          try await blocking {
            if isDue, state.host.refresh() {
              state.forgetTexts()
              state.gate.logger.info("other models", metadata: ["models": "\(state.host.models.versions)"])
            }
            state.watch.look(state)
          }
        }
      }
    } catch is CancellationError {
      // The end that was asked for.
    }
  }
}

/// Says in the log what a service does.
private func report(_ state: ServingState) {
  let seen = state.watch.seen
  func rate(_ value: Double) -> Logger.MetadataValue { "\(Int(value.rounded()))" }
  func micro(_ value: Int64?) -> Logger.MetadataValue { value.map { "\($0 / 1000)" } ?? "-" }
  var figures: Logger.Metadata = [
    "requests_per_s": rate(seen.requestsPerSecond), "request_p99_us": micro(seen.requests.p99),
    "predictions_per_s": rate(seen.predictionsPerSecond), "memory_bytes": "\(residentBytes())",
  ]
  if let counts = state.streamCounts?() {
    figures["ticks_per_s"] = rate(seen.ticksPerSecond)
    figures["symbols"] = "\(state.predictor.table.count)"
    figures["lag"] = "\(counts.lag)"
  }
  state.gate.logger.info("serving", metadata: figures)
}

/// Writes the prediction log, file by file.
struct LogWriter: Service {
  let state: ServingState
  let logger: Logger

  func run() async throws {
    guard let log = state.predictor.log else { return await waitForShutdown() }
    let interval = max(0.1, state.watch.options.logInterval)
    let writer = LogFile(try RecordFileWriter(columns: PredictionLog.columns))
    do {
      try await cancelledOnShutdown {
        var last = ContinuousClock.now
        while true {
          try await Task.sleep(for: .seconds(min(interval, 0.5)))
          // Sooner where many answers wait: those beyond the limit would be lost.
          guard log.counts.waiting > PredictionLog.queueLimit / 4 || ContinuousClock.now - last >= .seconds(interval)
          else { continue }
          last = .now
          try await blocking { writer.flush(log) }
        }
      }
    } catch is CancellationError {
      // The end that was asked for.
    }
    try await blocking { writer.flush(log) }
    let counts = log.counts
    logger.info("predictions logged", metadata: ["rows": "\(counts.written)", "left_out": "\(counts.dropped)"])
  }

  /// The writer, which one thread at a time uses.
  ///
  /// Unchecked: the loop above waits for each flush before the next.
  private final class LogFile: @unchecked Sendable {
    private let writer: RecordFileWriter
    init(_ writer: RecordFileWriter) { self.writer = writer }
    func flush(_ log: PredictionLog) { log.flush(writer) }
  }
}
#endif
