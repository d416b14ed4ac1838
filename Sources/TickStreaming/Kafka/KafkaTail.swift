/// Reads the ends of partitions: what is there already, without a group.
public struct KafkaTail {
  private let consumer: KafkaConsumer

  /// Makes a reader.
  ///
  /// - Throws: ``KafkaError``: `invalidOption`, `unavailable`.
  public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    var configuration = configuration
    configuration.properties["enable.partition.eof"] = "true"
    // A group's name is needed, but nothing joins it: partitions are assigned.
    consumer = try KafkaConsumer(configuration, KafkaConsumerOptions(groupID: "\(configuration.clientID)-tail"))
  }

  /// The last message of each partition that has one, or the last of those that are wanted.
  ///
  /// - Parameters:
  ///   - reach: How many offsets the search goes back at most.
  ///   - isWanted: Asked for messages from the end on.
  /// - Throws: ``KafkaError``: `timedOut` if a partition's end could not be read.
  public func lastMessages(
    topic: String, partitions: some Sequence<Int32>, timeout: Double = 30, reach: Int64 = 100_000,
    where isWanted: (KafkaMessage) -> Bool = { _ in true }
  ) throws(KafkaError) -> [Int32: KafkaMessage] {
    var found: [Int32: KafkaMessage] = [:]
    for partition in partitions {
      let ends = try consumer.watermarks(topic: topic, partition: partition, timeout: timeout)
      // The last offsets may be marks of transactions, which are no messages: further back, until one is found.
      var (step, end): (Int64, Int64) = (1, ends.upperBound)
      let lowest = max(ends.lowerBound, ends.upperBound - reach)
      while found[partition] == nil, end > lowest {
        let start = max(lowest, end - step)
        found[partition] = try messages(topic, partition, from: start, to: end, timeout).last(where: isWanted)
        (end, step) = (start, step * 4)
      }
    }
    try consumer.assign([])
    return found
  }

  /// The first offset that a partition still has.
  public func lowestOffset(_ topic: String, _ partition: Int32, timeout: Double = 30) throws(KafkaError) -> Int64 {
    try consumer.watermarks(topic: topic, partition: partition, timeout: timeout).lowerBound
  }

  /// All messages of a partition from an offset on up to its present end.
  public func messages(
    topic: String, partition: Int32, from start: Int64, timeout: Double = 60
  ) throws(KafkaError) -> [KafkaMessage] {
    let ends = try consumer.watermarks(topic: topic, partition: partition, timeout: timeout)
    let first = max(start, ends.lowerBound)
    guard first < ends.upperBound else { return [] }
    return try messages(topic, partition, from: first, to: ends.upperBound, timeout)
  }

  private func messages(
    _ topic: String, _ partition: Int32, from start: Int64, to end: Int64, _ timeout: Double
  ) throws(KafkaError) -> [KafkaMessage] {
    try consumer.assign([KafkaPosition(topic: topic, partition: partition, offset: start)])
    var found: [KafkaMessage] = []
    let deadline = ContinuousClock.now + .seconds(timeout)
    while true {
      var isAtEnd = false
      let batch = try consumer.poll(limit: 1000, timeout: 0.1, { $0.copy }, onEnd: { isAtEnd = true })
      found += batch.filter { $0.partition == partition && $0.offset >= start && $0.offset < end }
      // The end is told where the last offsets are no messages.
      if isAtEnd || (found.last?.offset ?? -1) >= end - 1 { return found }
      guard ContinuousClock.now < deadline else {
        throw KafkaError(
          .timedOut, "reading '\(topic)' partition \(partition) from \(start) to \(end) took over \(timeout) s",
          isRetriable: true)
      }
    }
  }
}
