public import TickData

/// How far a stream of messages is in a store: rows and progress are kept in one transaction, so each message is stored once through any crash.
extension TickStore {
  /// The next message of a partition that is not in the store.
  public struct StreamPosition: Sendable, Hashable, Codable {
    /// The topic.
    public var topic: String
    /// The partition.
    public var partition: Int32
    /// The offset of the next message.
    public var next: Int64

    /// Makes a position.
    public init(topic: String, partition: Int32, next: Int64) {
      self.topic = topic
      self.partition = partition
      self.next = next
    }
  }

  /// The last number of a symbol's ticks in a numbered stream.
  public struct StreamSequence: Sendable, Hashable, Codable {
    /// The stream.
    public var stream: String
    /// The symbol.
    public var symbol: String
    /// The number of its last tick.
    public var sequence: Int64

    /// Makes a number.
    public init(stream: String, symbol: String, sequence: Int64) {
      self.stream = stream
      self.symbol = symbol
      self.sequence = sequence
    }
  }

  private static let streamSchema = """
    CREATE TABLE IF NOT EXISTS stream_positions (
      topic VARCHAR, "partition" INTEGER, next_offset BIGINT, PRIMARY KEY (topic, "partition"));
    CREATE TABLE IF NOT EXISTS stream_sequences (
      stream VARCHAR, symbol VARCHAR, sequence BIGINT, PRIMARY KEY (stream, symbol));
    CREATE TABLE IF NOT EXISTS stream_exports (exports BIGINT, exported_rows BIGINT);
    INSERT INTO stream_exports SELECT 0, 0 WHERE (SELECT count(*) FROM stream_exports) = 0
    """

  /// Makes the tables of progress where there are none.
  ///
  /// - Parameter memoryLimit: Most megabytes that the engine keeps of the store in memory; without it, it takes what the machine has.
  public func prepareForStream(memoryLimit: Int? = nil) throws(StorageError) {
    if let memoryLimit { try connection.execute("SET memory_limit = '\(memoryLimit)MB'") }
    try connection.execute(Self.streamSchema)
  }

  /// The positions of all partitions, as of the last append.
  public func streamPositions() throws -> [StreamPosition] {
    var found: [StreamPosition] = []
    try connection.stream("SELECT topic, \"partition\"::BIGINT, next_offset FROM stream_positions") { chunk in
      for row in 0..<chunk.count {
        found.append(
          StreamPosition(
            topic: chunk.text(0, row), partition: Int32(chunk.integers(1)[row]), next: chunk.integers(2)[row]))
      }
    }
    return found
  }

  /// The last numbers of all symbols, as of the last append.
  public func streamSequences() throws -> [StreamSequence] {
    var found: [StreamSequence] = []
    try connection.stream("SELECT stream, symbol, sequence FROM stream_sequences") { chunk in
      for row in 0..<chunk.count {
        found.append(
          StreamSequence(
            stream: chunk.text(0, row), symbol: chunk.text(1, row), sequence: chunk.integers(2)[row]))
      }
    }
    return found
  }

  /// Appends ticks together with how far their partitions are, as one transaction.
  ///
  /// - Parameters:
  ///   - batches: The ticks.
  ///   - positions: The new positions of the partitions they came from.
  ///   - sequences: The new last numbers of the symbols that changed.
  /// - Throws: ``StorageError`` with code `database`; then nothing of it is in the store.
  public func append(
    _ batches: [TickBatch], positions: [StreamPosition], sequences: [StreamSequence]
  ) throws(StorageError) {
    try transaction { () throws(StorageError) in
      if batches.contains(where: { $0.count > 0 }) {
        let appender = try DuckDBAppender(connection, table: "ticks", types: Self.types)
        for batch in batches { try write(batch, to: appender) }
        try appender.finish()
      }
      if !positions.isEmpty {
        let values = positions.map { "(\(sqlLiteral($0.topic)), \($0.partition), \($0.next))" }
        try connection.execute("INSERT OR REPLACE INTO stream_positions VALUES \(values.joined(separator: ", "))")
      }
      var start = 0
      while start < sequences.count {
        let part = sequences[start..<min(start + 1000, sequences.count)]
        let values = part.map { "(\(sqlLiteral($0.stream)), \(sqlLiteral($0.symbol)), \($0.sequence))" }
        try connection.execute("INSERT OR REPLACE INTO stream_sequences VALUES \(values.joined(separator: ", "))")
        start = part.endIndex
      }
    }
  }

  /// Runs statements that all hold or none.
  func transaction(_ body: () throws(StorageError) -> Void) throws(StorageError) {
    try connection.execute("BEGIN TRANSACTION")
    do {
      try body()
      try connection.execute("COMMIT")
    } catch {
      // The first error is the one to report; a failing rollback leaves the transaction to end with the connection.
      _ = try? connection.execute("ROLLBACK")
      throw error
    }
  }
}
