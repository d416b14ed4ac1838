internal import CKafka

/// Sends to one topic at the least cost a message: no reports, which ``KafkaProducer/deliveredCount`` and ``KafkaProducer/failedCount`` stand in for.
public final class KafkaTopicWriter: Sendable {
  /// The topic.
  public let topic: String
  private let producer: KafkaProducer
  private let part: KafkaPart
  private let handle: KafkaHandle

  init(topic: String, producer: KafkaProducer, part: KafkaPart, handle: KafkaHandle) {
    self.topic = topic
    self.producer = producer
    self.part = part
    self.handle = handle
  }

  /// Puts a message in the producer's queue.
  ///
  /// - Parameters:
  ///   - partition: The partition; nil for the key's by the library's own rule.
  /// - Returns: False if the queue is full: wait for deliveries.
  /// - Throws: ``KafkaError``: `broker` for a message that can never be sent, `closed`, `fatal`.
  public func write(
    key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, partition: Int32? = nil
  ) throws(KafkaError) -> Bool {
    guard producer.isOpen else { throw KafkaError(.closed, "the producer was closed") }
    // The library copies both.
    let result = handle.library.call.produce(
      part.pointer, partition ?? -1, Int32(KAFKA_MSG_F_COPY), UnsafeMutableRawPointer(mutating: value.baseAddress),
      value.count, key.baseAddress, key.count, nil)
    guard result != 0 else { return true }
    let number = handle.library.call.last_error()
    if Int(number) == KAFKA_ERR_QUEUE_FULL { return false }
    throw handle.library.error(number, "sending to '\(topic)'")
  }

  /// The same with arrays.
  public func write(
    key: some Collection<UInt8>, value: some Collection<UInt8>, partition: Int32? = nil
  ) throws(KafkaError) -> Bool {
    let (key, value) = (Array(key), Array(value))
    let result = key.withUnsafeBytes { key in
      value.withUnsafeBytes { value in
        Result { () throws(KafkaError) in try write(key: key, value: value, partition: partition) }
      }
    }
    return try result.get()
  }
}
