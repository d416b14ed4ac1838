/// How ticks of a topic are stored.
public struct TickIngestOptions: Sendable, Hashable {
  /// The topic of the ticks.
  public var topic = "tick-data"
  /// The group whose members share the topic's partitions.
  public var groupID = "ingest-ticks"
  /// The topic of what is no tick, with the reason and where it was as headers; nil to count them only.
  public var deadLetterTopic: String? = "tick-data-rejected"
  /// Partitions of topics that are not there yet, at least 1.
  public var partitions = 4
  /// Rows that are stored together at most, at least 1.
  public var batchRows = 65_536
  /// Seconds after which what has come is stored, above 0.
  public var batchInterval = 1.0
  /// The folder of the Parquet export; nil for none.
  public var exportFolder: String?
  /// Rows after which an export is made, at least 1.
  public var exportRows = 5_000_000
  /// Seconds after which an export is made, above 0.
  public var exportInterval = 300.0
  /// Seconds that the table keeps behind the market's time, which is the middle of the last 1,001 ticks' times; nil to keep all.
  ///
  /// With an export folder rows go only once they are exported.
  public var retention: Double?
  /// Most megabytes that the store's engine keeps in memory, at least 100; exports beyond it go by way of the disk.
  public var memoryLimit = 200
  /// Seconds between two lines of statistics in the log; 0 for none.
  public var reportInterval = 10.0

  /// Makes the defaults.
  public init() {}

  func validate() throws(StreamingError) {
    for (name, value) in [
      ("batchRows", batchRows), ("exportRows", exportRows), ("partitions", partitions),
    ] where value < 1 {
      throw StreamingError(.invalidOption, "\(name) is \(value); at least 1 is needed")
    }
    guard retention ?? 1 <= 1e9 else {
      throw StreamingError(.invalidOption, "retention is \(retention ?? 0); at most 1e9 seconds are allowed")
    }
    guard memoryLimit >= 100 else {
      throw StreamingError(.invalidOption, "memoryLimit is \(memoryLimit) MB; at least 100 are needed")
    }
    for (name, value) in [
      ("batchInterval", batchInterval), ("exportInterval", exportInterval), ("retention", retention ?? 1),
    ] where !(value > 0) {
      throw StreamingError(.invalidOption, "\(name) is \(value); more than 0 seconds are needed")
    }
  }
}

/// What an ingest has done, in numbers.
public struct TickIngestStatistics: Sendable, Hashable, Codable {
  /// Messages that were read.
  public var received = 0
  /// Ticks that are in the store, committed.
  public var stored = 0
  /// Messages that are no ticks.
  public var rejected = 0
  /// Ticks whose number was there before, so left out.
  public var repeated = 0
  /// Messages that were stored before they were read again, so left out.
  public var duplicates = 0
  /// Ticks with a time before an earlier tick's of their symbol; stored as they came.
  public var late = 0
  /// Messages of the assigned partitions that were not read yet.
  public var lag = 0
  /// Assigned partitions.
  public var partitions = 0
  /// Transactions.
  public var commits = 0
  /// Rows exported to Parquet.
  public var exported = 0
  /// Rows removed by age.
  public var removed = 0
  /// Times that reading began again after an error of the store or the brokers.
  public var restarts = 0
}
