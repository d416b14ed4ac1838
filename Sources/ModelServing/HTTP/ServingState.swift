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
  let health = HealthText()
  let console = ConsoleText()
  /// What the stream or feed of this process has done; nil without one.
  let streamCounts: (@Sendable () -> PredictionStreamStatistics)?
  /// Whether the process was told to end: it is not ready then.
  let isDraining = Atomic(false)

  init(
    predictor: RequestPredictor, gate: RequestGate, metrics: MetricsStore?, watch: ServingWatch,
    streamCounts: (@Sendable () -> PredictionStreamStatistics)?
  ) {
    self.streamCounts = streamCounts
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
    if isDraining.load(ordering: .relaxed) { problems.append("the service ends") }
    return problems
  }

  /// The models, with what the registry has of them.
  func modelAnswers() throws -> [ModelAnswer] {
    let live = host.models
    let refusals = host.refusals
    return try live.entries.map { entry in
      let bundle = entry.champion.bundle
      let aliases = try host.registry?.aliases(of: entry.name).versions ?? [ModelRegistry.champion: bundle.modelVersion]
      let loaded = [entry.champion.version] + (entry.challenger.map { [$0.version] } ?? [])
      let versions = try host.registry?.versions(of: entry.name) ?? [bundle.modelVersion]
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
    let outcomes = model.statistics.outcomes.withLock { $0 }
    guard outcomes.rows > 0 else { return nil }
    self.init(rows: outcomes.rows, scores: outcomes.named(model.bundle.target))
  }
}

extension ChallengerAnswer {
  /// Nil without a challenger.
  init?(_ entry: LiveModels.Entry) {
    guard let challenger = entry.challenger else { return nil }
    let own = challenger.statistics.outcomes.withLock { $0 }
    let champion = entry.champion.statistics.outcomes.withLock { $0 }
    self.init(
      version: challenger.version, mode: entry.share == nil ? "shadow" : "ab", share: entry.share ?? 0, rows: own.rows,
      scores: own.named(challenger.bundle.target),
      pValue: OutcomeScores.pValue(champion, own, horizon: challenger.bundle.target.horizon))
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

/// The answer of `/health`, made at most once a tenth of a second: load balancers ask for it often.
final class HealthText: Sendable {
  private let state = Mutex<(bytes: [UInt8], time: ContinuousClock.Instant)?>(nil)

  func bytes(_ serving: ServingState) -> [UInt8] {
    let now = ContinuousClock.now
    if let known = state.withLock({ $0 }), now - known.time < .milliseconds(100) { return known.bytes }
    let problems = serving.problems
    let answer = HealthAnswer(
      status: problems.isEmpty ? "ok" : "degraded", models: serving.host.models.entries.count,
      symbols: serving.predictor.table.count, uptimeSeconds: (serving.uptime * 1000).rounded() / 1000,
      problems: problems)
    // Texts and numbers always encode.
    let bytes = Array((try? JSONEncoder.sorted.encode(answer)) ?? Data("{}".utf8))
    state.withLock { $0 = (bytes, now) }
    return bytes
  }
}
#endif
