import Features
package import Modeling
import TickData

/// The predictions of one symbol that wait for their outcome, and what became of those that have it.
///
/// A prediction's label is known when the trade comes that its target names, ``TargetConfiguration/horizon`` trades later: by
/// the same definition as in training, so trades that the cleaning of a model drops are none to it.
package struct OutcomeTracker: Sendable {
  /// A prediction with its outcome.
  package struct Scored {
    package let model: ServedModel
    package let prediction: BundlePrediction
    package let label: Double
    /// When the prediction was made.
    let arrival: ContinuousClock.Instant
    /// The number of the trade that it was made with.
    let trade: Int

    var loss: Double { OutcomeScores.loss(prediction, label: label) }
  }

  private struct Pending: Sendable {
    let arrival: ContinuousClock.Instant
    let trade: Int
    let price: Double
    let time: Int64
    let prediction: BundlePrediction
  }

  private struct Queue: Sendable {
    let model: ServedModel
    /// The last predictions, one a trade, in a ring of the target's horizon; nil where a trade was not predicted.
    var ring: [Pending?]
    /// The place of the next trade.
    var place: Int
    /// The place of the newest one.
    var newest = 0
  }

  /// Few models, so a list is fastest.
  private var queues: [Queue] = []
  private var trades = 0

  package init() {}

  /// Takes a trade and the predictions made with it, and gives those whose outcome it is.
  ///
  /// - Parameter took: Whether the trade counts for a way to features: false where its cleaning dropped it, nil if there is no such
  ///   way any more.
  package mutating func take(
    price: Double, time: Int64, _ results: [(model: ServedModel, prediction: BundlePrediction)],
    at arrival: ContinuousClock.Instant, took: (LiveModels.Lane) -> Bool?
  ) -> [Scored] {
    trades += 1
    var scored: [Scored] = []
    scored.reserveCapacity(queues.count)
    for index in queues.indices where took(queues[index].model.lane) == true {
      let place = queues[index].place
      if let pending = queues[index].ring[place] {
        let bundle = queues[index].model.bundle
        let label = bundle.target.label(
          from: pending.price, at: pending.time, to: price, at: time, bounds: bundle.bounds,
          calendar: bundle.recipe.calendar)
        if !label.isNaN {
          scored.append(
            Scored(
              model: queues[index].model, prediction: pending.prediction, label: label, arrival: pending.arrival,
              trade: pending.trade))
        }
      }
      // The newest takes the place of the one that is `horizon` trades old.
      queues[index].ring[place] = nil
      queues[index].newest = place
      queues[index].place = (place + 1) % queues[index].ring.count
    }
    for (model, prediction) in results {
      let index = place(of: model)
      queues[index].ring[queues[index].newest] = Pending(
        arrival: arrival, trade: trades, price: price, time: time, prediction: prediction)
    }
    // Versions that predict no longer are forgotten once their outcomes are known, or cannot be.
    if queues.count > results.count {
      queues.removeAll { queue in took(queue.model.lane) == nil || !queue.ring.contains { $0 != nil } }
    }
    return scored
  }

  private mutating func place(of model: ServedModel) -> Int {
    if let known = queues.firstIndex(where: { $0.model === model }) { return known }
    let horizon = model.bundle.target.horizon
    queues.append(Queue(model: model, ring: [Pending?](repeating: nil, count: horizon), place: 1 % horizon))
    return queues.count - 1
  }
}
