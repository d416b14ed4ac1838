#if Serving
import Boosting
import Evaluation
import Features
import Foundation
import Modeling
import Synchronization
import TickStreaming

/// What the routes of a service share.
final class ServingState: Sendable {
  let predictor: RequestPredictor
  let gate: RequestGate
  let metrics: MetricsStore?
  let watch: ServingWatch
  let begin = ContinuousClock.now
  /// Load balancers ask for health often, and each page for its snapshot.
  private let health = AgedText(age: .milliseconds(100))
  private let models = AgedText(age: .milliseconds(100))
  private let console = AgedText(age: .milliseconds(500))
  private let symbols = AgedText(age: .milliseconds(100))
  /// What the stream or feed of this process has done; nil without one.
  let streamCounts: (@Sendable () -> PredictionStreamStatistics)?
  /// Whether ticks are to come.
  let awaitsTicks: @Sendable () -> Bool
  /// Whether the process was told to end: it is not ready then.
  let isDraining = Atomic(false)

  init(
    predictor: RequestPredictor, gate: RequestGate, metrics: MetricsStore?, watch: ServingWatch,
    streamCounts: (@Sendable () -> PredictionStreamStatistics)?, awaitsTicks: @escaping @Sendable () -> Bool
  ) {
    self.streamCounts = streamCounts
    self.awaitsTicks = awaitsTicks
    self.predictor = predictor
    self.gate = gate
    self.metrics = metrics
    self.watch = watch
  }

  var host: ModelHost { predictor.host }
  var uptime: Double { (ContinuousClock.now - begin) / .seconds(1) }

  /// What the service cannot do as it should.
  var problems: [String] {
    var problems = host.refusals.values.map { "model \($0.name): \($0.reason)" }.sorted()
    if let failure = predictor.log?.failure { problems.append("prediction log: \(failure)") }
    return problems + states
  }

  /// The same without what is told to those with a key only.
  private var openProblems: [String] {
    var problems = host.refusals.values.map { refusal in
      refusal.name.isEmpty
        ? "the models' folder cannot be used; the log says why"
        : "model \(refusal.name) is not served as its folder says; the log says why"
    }.sorted()
    if predictor.log?.failure != nil { problems.append("predictions cannot be logged; the log says why") }
    return problems + states
  }

  /// What can be told to anybody.
  private var states: [String] {
    (watch.silence.map { [$0] } ?? []) + (isDraining.load(ordering: .relaxed) ? ["the service ends"] : [])
  }

  /// The answer of `/health`.
  func healthText() -> [UInt8] {
    health.bytes {
      // Anybody may ask, so paths and reasons are for those who are let in.
      let problems = openProblems
      let answer = HealthAnswer(
        status: problems.isEmpty ? "ok" : "degraded", models: host.models.entries.count,
        symbols: predictor.table.count, uptimeSeconds: (uptime * 1000).rounded() / 1000, problems: problems)
      // Texts and numbers always encode.
      return Array((try? JSONEncoder.sorted.encode(answer)) ?? Data("{}".utf8))
    }
  }

  /// The answer of `/models`.
  func modelsText() throws -> [UInt8] {
    try models.bytes { try Array(JSONEncoder.sorted.encode(ModelsAnswer(models: modelAnswers()))) }
  }

  /// What the console shows; made of all symbols, so on a thread of its own.
  func consoleText() async throws -> [UInt8] {
    if let known = console.known { return known }
    return try await blocking {
      try self.console.bytes {
        let encoder = JSONEncoder.sorted
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return Array(try encoder.encode(ConsoleSnapshot(self)))
      }
    }
  }

  /// The answer of `/symbols`, made likewise.
  func symbolsText() async throws -> [UInt8] {
    if let known = symbols.known { return known }
    let stored = try await predictor.store?.symbols() ?? []
    return try await blocking {
      try self.symbols.bytes {
        let all = stored.union(self.predictor.table.all.map(\.symbol))
        return Array(try JSONEncoder.sorted.encode(SymbolsAnswer(symbols: all.sorted())))
      }
    }
  }

  /// Says that models have changed: who asks next is told.
  func forgetTexts() {
    for text in [health, models, console, symbols] { text.forget() }
  }

  /// The models, with what the registry has of them.
  private func modelAnswers() -> [ModelAnswer] {
    let live = host.models
    let refusals = host.refusals
    return live.entries.map { entry in
      let bundle = entry.champion.bundle
      // An error of the registry's files is a refusal, told below; the other models are told all the same.
      let aliases =
        (try? host.registry?.aliases(of: entry.name).versions) ?? [ModelRegistry.champion: bundle.modelVersion]
      let loaded = [entry.champion.version] + (entry.challenger.map { [$0.version] } ?? [])
      let versions = (try? host.registry?.versions(of: entry.name)) ?? loaded  // As above.
      return ModelAnswer(
        name: entry.name, target: bundle.target.name, kind: bundle.kind.rawValue, version: bundle.modelVersion,
        trees: bundle.model.treeCount, features: bundle.model.featureNames, trainedTo: bundle.data.lastTime,
        scores: bundle.meanScores, live: LiveScoresAnswer(entry.champion), challenger: ChallengerAnswer(entry),
        versions: versions.map { version in
          ModelAnswer.Version(
            version: version, aliases: aliases.filter { $0.value == version }.map(\.key).sorted(),
            isLoaded: loaded.contains(version))
        }, refused: refusals[entry.name]?.reason)
    }
  }
}

extension LiveScoresAnswer {
  /// Nil before the first outcome.
  init?(_ model: ServedModel) {
    let (rows, scores) = model.statistics.scores.withLock { $0 }
    guard rows > 0 else { return nil }
    self.init(rows: rows, scores: scores)
  }
}

extension ChallengerAnswer {
  /// Nil without a challenger.
  init?(_ entry: LiveModels.Entry) {
    guard let challenger = entry.challenger else { return nil }
    let (rows, scores) = challenger.statistics.scores.withLock { $0 }
    self.init(
      version: challenger.version, mode: entry.share == nil ? "shadow" : "ab", share: entry.share ?? 0, rows: rows,
      scores: scores, pValue: challenger.statistics.pValue(against: entry.champion.version))
  }
}

extension ModelBundle {
  /// The scores of training by name, means over folds.
  var meanScores: [String: Double] {
    func mean(_ value: (FoldScores) -> Double?) -> Double? {
      let values = scores.compactMap(value).filter(\.isFinite)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    return [
      "auc": mean { $0.auc?.value }, "accuracy": mean(\.accuracy), "f1": mean(\.f1), "log_loss": mean(\.logLoss),
      "rmse": mean { $0.regression?.rmse }, "mae": mean { $0.regression?.mae }, "r2": mean { $0.regression?.r2 },
    ].compactMapValues { $0 }
  }
}
#endif
