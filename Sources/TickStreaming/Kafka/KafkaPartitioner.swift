/// Which partition a key belongs to: the rule of Java's clients (murmur2), so that theirs and ours agree.
public enum KafkaPartitioner {
  /// The partition of a key among `partitions`, at least 1.
  public static func partition(of key: some Collection<UInt8>, partitions: Int) -> Int32 {
    precondition(partitions >= 1, "a topic has at least one partition")
    return Int32((Int64(murmur2(Array(key))) & 0x7fff_ffff) % Int64(partitions))
  }

  /// The 32-bit MurmurHash2 of Java's clients, with their seed.
  ///
  /// Source: Appleby's MurmurHash2, and the published values of Kafka's own tests.
  static func murmur2(_ data: [UInt8]) -> Int32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: data.count)
    let words = data.count / 4
    for word in 0..<words {
      var k = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[4 * word + $1]) << UInt32(8 * $1) }
      k = k &* multiplier
      k ^= k >> 24
      k = k &* multiplier
      hash = (hash &* multiplier) ^ k
    }
    let rest = data.count % 4
    if rest > 0 {
      for byte in 0..<rest { hash ^= UInt32(data[4 * words + byte]) << UInt32(8 * byte) }
      hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    hash ^= hash >> 15
    return Int32(bitPattern: hash)
  }
}
