#if Serving
import Foundation
import Logging
import Modeling
import ServiceLifecycle
import Synchronization
import TickData
import TickStorage
import TickStreaming

/// Trains models anew in the background, by the clock or after alarms, and lets one take over only if it beats the champion on newer rows.
final class Retrainer: Service {
  private let options: RetrainingOptions
  private let host: ModelHost
  private let registry: ModelRegistry
  private let watch: ServingWatch
  private let logger: Logger
  private let isEnding = Atomic(false)

  /// - Throws: `StreamingError` with code `invalidOption` if the models cannot be changed: a single bundle has no versions.
  init(_ options: RetrainingOptions, host: ModelHost, watch: ServingWatch, logger: Logger) throws {
    guard let registry = host.registry else {
      throw StreamingError(
        .invalidOption, "'\(host.path)' is one bundle; training anew needs the folder that holds it")
    }
    self.options = options
    self.host = host
    self.registry = registry
    self.watch = watch
    self.logger = logger
  }

  func run() async throws {
    do {
      try await cancelledOnShutdown {
        var last = ContinuousClock.now
        var alarms = self.alarmCount
        while true {
          try await Task.sleep(for: .seconds(1))
          let elapsed = (ContinuousClock.now - last) / .seconds(1)
          let isTime = self.options.interval > 0 && elapsed >= self.options.interval
          let isAlarm = self.options.onAlarm && self.alarmCount > alarms && elapsed >= self.options.pause
          guard isTime || isAlarm else { continue }
          alarms = self.alarmCount
          try await withTaskCancellationHandler {
            try await blocking { self.renew(isAlarm ? "an alarm" : "the clock") }
          } onCancel: {
            self.isEnding.store(true, ordering: .relaxed)
          }
          last = .now
        }
      }
    } catch is CancellationError {
      // The end that was asked for; a training that was on its way stopped after a round.
    }
  }

  private var alarmCount: Int {
    let counts = watch.seen.alarmCounts
    return (counts[.drift] ?? 0) + (counts[.accuracy] ?? 0)
  }

  /// Trains every model anew.
  private func renew(_ cause: String) {
    logger.info("training anew", metadata: ["cause": "\(cause)"])
    do {
      let ticks = try newestTicks()
      for entry in host.models.entries {
        do {
          try renew(entry.champion.bundle, ticks)
        } catch is CancellationError {
          return
        } catch {
          watch.raise(.retraining, "'\(entry.name)' could not be trained anew: \(error)")
        }
      }
    } catch {
      watch.raise(.retraining, "there are no ticks to train on: \(error)")
    }
  }

  private func renew(_ champion: ModelBundle, _ ticks: TickTable) throws {
    let renewal = try ModelRenewal(of: champion, ticks: ticks, testShare: options.testShare, threads: options.threads) {
      isEnding.load(ordering: .relaxed)
    }
    let figures = String(
      format: "loss %.6g against %.6g on %ld newer rows, p %.3f", renewal.loss, renewal.championLoss, renewal.testRows,
      renewal.pValue)
    guard renewal.bundle.modelVersion != champion.modelVersion else { return }
    let name = champion.name
    let (became, version) = try host.changing { () -> (String, String) in
      let aliases = try registry.aliases(of: name).versions
      // Somebody may have changed the champion while this one was trained, and chosen a challenger.
      let isSame = aliases[ModelRegistry.champion] == champion.modelVersion
      let alias =
        !renewal.isBetter || !isSame
        ? nil
        : options.promotes
          ? ModelRegistry.champion : aliases[ModelRegistry.challenger] == nil ? ModelRegistry.challenger : nil
      let version = try registry.register(renewal.bundle, alias: alias)
      let reason =
        renewal.isBetter
        ? isSame ? "there is a challenger" : "the champion has changed" : "it does not beat the champion"
      return (alias.map { "is the \($0)" } ?? "has no alias: \(reason)", version)
    }
    host.refresh(isForced: true)
    watch.raise(.retraining, "the new version \(version) of '\(name)' \(became) (\(figures))")
  }

  /// The newest ticks, in the order of each symbol.
  private func newestTicks() throws -> TickTable {
    let path = options.ticksPath
    if path.hasSuffix(".duckdb") || path.hasSuffix(".db") {
      return try TickStore(path: path, readOnly: true).table(newest: options.ticks > 0 ? options.ticks : .max)
    }
    let table = try TickFile(path).table()
    guard options.ticks > 0, table.rowCount > options.ticks else { return table }
    // As old as the newest so many are, in all symbols.
    let times = table.series.flatMap { $0.columns.times.filter { $0 != Tick.noTime } }.sorted()
    guard times.count > options.ticks else { return table }
    let first = times[times.count - options.ticks]
    var newest = TickTable()
    for series in table.series {
      for row in 0..<series.count where series.columns.times[row] >= first { newest.append(series[row]) }
    }
    return newest
  }
}
#endif
