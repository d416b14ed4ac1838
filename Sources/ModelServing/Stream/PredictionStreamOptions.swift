/// How ticks of a topic are predicted.
public struct PredictionStreamOptions: Sendable, Hashable {
  /// The topic of the ticks.
  public var topic = "tick-data"
  /// The topic of the predictions, with as many partitions as that of the ticks.
  public var predictionsTopic = "predictions"
  /// The topic that keeps the state of each symbol, compacted, with as many partitions as that of the ticks.
  public var stateTopic = "predict-stream-state"
  /// The group whose members share the topic's partitions.
  public var groupID = "predict-stream"
  /// Partitions of topics that are not there yet.
  public var partitions = 4
  /// Names of the bundles that predict; empty for all of the folder.
  public var models: [String] = []
  /// Seconds between two looks for new versions of the bundles; 0 for none.
  public var reloadInterval = 5.0
  /// Seconds between two checkpoints of the state: as much is read again after a crash.
  public var checkpointInterval = 10.0
  /// The name under which predictions are written in transactions, one an instance; nil for none.
  public var transactionalID: String?
  /// Seconds of predictions in a transaction.
  public var transactionInterval = 0.1
  /// Seconds between two lines of statistics in the log; 0 for none.
  public var reportInterval = 10.0

  /// Makes the defaults.
  public init() {}
}

/// What a prediction stream has done, in numbers.
public struct PredictionStreamStatistics: Sendable, Hashable, Codable {
  /// Messages that were read.
  public var received = 0
  /// Predictions written.
  public var predicted = 0
  /// Ticks that were read again after a restart to rebuild the state, whose predictions are there.
  public var replayed = 0
  /// Quotes, which change the features of the next trade and are not predicted.
  public var quotes = 0
  /// Messages that are no ticks, or ticks for which no feature is defined.
  public var rejected = 0
  /// Ticks that cleaning dropped.
  public var cleaned = 0
  /// Ticks whose number was there before, so left out.
  public var repeated = 0
  /// Ticks missing in gaps of their numbers.
  public var missing: Int64 = 0
  /// Ticks with a time before an earlier tick's of their symbol.
  public var late = 0
  /// Symbols with a state.
  public var symbols = 0
  /// Assigned partitions.
  public var partitions = 0
  /// Messages of the assigned partitions that were not read yet.
  public var lag = 0
  /// Checkpoints of the state.
  public var checkpoints = 0
  /// Times that new versions of bundles were taken up.
  public var reloads = 0
  /// Times that reading began again after an error.
  public var restarts = 0
  /// Microseconds from a tick's arrival to its prediction in the producer's queue, those before it in the same fetch included: at most so many for half of them.
  public var latencyP50 = 0.0
  /// The same for 99 % of them.
  public var latencyP99 = 0.0
  /// The longest.
  public var latencyMax = 0.0
  /// Microseconds that a tick itself takes, from the client's queue to the producer's: at most so many for half of them.
  public var serviceP50 = 0.0
  /// The same for 99 % of them.
  public var serviceP99 = 0.0
}
