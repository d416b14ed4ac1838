#if Serving
import Modeling
import Evaluation
import Foundation
import Synchronization

/// The service's own metrics, as they are asked for.
enum ServiceMetrics {
  static func text(_ state: ServingState) -> String {
    var text = PrometheusText()
    requests(state, &text)
    models(state, &text)
    watch(state, &text)
    text.single("tickboost_live_symbols", "gauge", "Symbols whose ticks come in.", Double(state.predictor.table.count))
    text.single(
      "tickboost_live_ticks_total", "counter", "Ticks that gave features.",
      Double(state.predictor.table.taken.load(ordering: .relaxed)))
    if let log = state.predictor.log {
      let counts = log.counts
      text.family("tickboost_prediction_log_rows_total", "counter", "Predictions logged, and left out.")
      text.sample("tickboost_prediction_log_rows_total", [("state", "written")], Double(counts.written))
      text.sample("tickboost_prediction_log_rows_total", [("state", "dropped")], Double(counts.dropped))
      text.single(
        "tickboost_prediction_log_waiting", "gauge", "Predictions that wait for a file.", Double(counts.waiting))
    }
    text.single("process_resident_memory_bytes", "gauge", "Resident memory.", Double(residentBytes()))
    text.single("tickboost_uptime_seconds", "gauge", "Seconds since the start.", state.uptime)
    state.metrics?.write(to: &text)
    return text.text
  }

  private static func requests(_ state: ServingState, _ text: inout PrometheusText) {
    let routes = state.gate.allMetrics.filter { !$0.counts.isEmpty }.sorted {
      ($0.path, $0.method) < ($1.path, $1.method)
    }
    text.family("http_requests_total", "counter", "Requests by route and status.")
    for route in routes {
      for (status, count) in route.counts.sorted(by: { $0.key < $1.key }) {
        text.sample(
          "http_requests_total", [("method", route.method), ("route", route.path), ("status", String(status))],
          Double(count))
      }
    }
    text.family("http_request_duration_seconds", "histogram", "Time from a request's head to its answer.")
    for route in routes {
      text.histogram(
        "http_request_duration_seconds", [("method", route.method), ("route", route.path)], route.durations)
    }
    let limits = [("request", state.gate.requests), ("batch", state.gate.batches), ("stream", state.gate.streams)]
    text.family("tickboost_requests_in_flight", "gauge", "Requests, batches and event streams that are worked on.")
    for (kind, limit) in limits {
      text.sample("tickboost_requests_in_flight", [("kind", kind)], Double(limit.count))
    }
    text.family("tickboost_requests_refused_total", "counter", "Requests refused because too much was worked on.")
    for (kind, limit) in limits {
      text.sample("tickboost_requests_refused_total", [("kind", kind)], Double(limit.refused))
    }
  }

  private static func models(_ state: ServingState, _ text: inout PrometheusText) {
    let entries = state.host.models.entries
    let all = entries.flatMap { entry in
      [(entry.champion, "champion")] + (entry.challenger.map { [($0, "challenger")] } ?? [])
    }
    func labels(_ model: ServedModel) -> [(String, String)] { [("model", model.name), ("version", model.version)] }
    text.family("tickboost_model_info", "gauge", "Versions that are loaded, by alias.")
    for (model, alias) in all { text.sample("tickboost_model_info", labels(model) + [("alias", alias)], 1) }
    text.family("tickboost_prediction_duration_seconds", "histogram", "Time of a prediction on request.")
    for (model, _) in all {
      text.histogram("tickboost_prediction_duration_seconds", labels(model), model.statistics.latency)
    }
    func counter(_ name: String, _ help: String, _ value: (ServedModelStatistics) -> Double) {
      text.family(name, "counter", help)
      for (model, _) in all { text.sample(name, labels(model), value(model.statistics)) }
    }
    counter("tickboost_stream_predictions_total", "Predictions of ticks as they came.") {
      Double($0.streamed.load(ordering: .relaxed))
    }
    counter("tickboost_batch_rows_total", "Rows predicted in batches.") {
      Double($0.batchRows.load(ordering: .relaxed))
    }
    counter("tickboost_batch_seconds_total", "Time of batches.") {
      Double($0.batchTime.load(ordering: .relaxed)) / 1e9
    }
    counter("tickboost_live_outcomes_total", "Predictions whose outcome is known.") {
      Double($0.outcomes.withLock { $0.rows })
    }
    text.family("tickboost_live_score", "gauge", "Scores of live predictions.")
    for (model, _) in all {
      for (name, value) in model.statistics.scores.withLock({ $0.values }).sorted(by: { $0.key < $1.key }) {
        text.sample("tickboost_live_score", labels(model) + [("score", name)], value)
      }
    }
    text.single(
      "tickboost_model_reloads_total", "counter", "Times that other versions came.", Double(state.host.reloads))
    text.single(
      "tickboost_models_refused", "gauge", "Models not served as their folder says.", Double(state.host.refusals.count))
  }

  private static func watch(_ state: ServingState, _ text: inout PrometheusText) {
    let seen = state.watch.seen
    text.family("tickboost_alarms_total", "counter", "Alarms by kind.")
    for kind in Alarm.Kind.allCases {
      text.sample("tickboost_alarms_total", [("kind", kind.rawValue)], Double(seen.alarmCounts[kind] ?? 0))
    }
    let drift = seen.drift.sorted { $0.key < $1.key }.map { name, report in
      (labels: [("model", name), ("version", report.version)], report: report)
    }
    text.family("tickboost_drift_share", "gauge", "Share of features whose distribution moved from training.")
    for (labels, report) in drift { text.sample("tickboost_drift_share", labels, report.share) }
    text.family("tickboost_drift_feature_psi", "gauge", "Population stability index of a feature against training.")
    for (labels, report) in drift {
      for column in report.features {
        text.sample("tickboost_drift_feature_psi", labels + [("feature", column.name)], column.stabilityIndex)
      }
    }
    text.family("tickboost_drift_feature_ks", "gauge", "Kolmogorov and Smirnov's distance of a feature from training.")
    for (labels, report) in drift {
      for column in report.features {
        guard let own = column.drift else { continue }
        text.sample("tickboost_drift_feature_ks", labels + [("feature", column.name)], own.ksStatistic)
      }
    }
    text.family("tickboost_drift_prediction_ks", "gauge", "The same of the predictions.")
    for (labels, report) in drift {
      guard let predictions = report.predictions else { continue }
      text.sample("tickboost_drift_prediction_ks", labels, predictions.ksStatistic)
    }
  }
}
#endif
