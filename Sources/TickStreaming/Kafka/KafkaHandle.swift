internal import CKafka
import Foundation
import Synchronization

/// A client of librdkafka: made of options by name, freed once.
final class KafkaHandle: @unchecked Sendable {  // Any thread may call the library; the pointer never changes.
  let library: KafkaLibrary
  let pointer: OpaquePointer
  /// Told of what happens until the client is freed.
  private let events: KafkaEvents

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - pairs: Options by librdkafka's names; later ones take the place of earlier ones.
  ///   - optional: Options that are left out where the library does not know them.
  ///   - events: What callbacks find the client's owner by.
  ///   - prepare: Sets callbacks.
  /// - Throws: ``KafkaError``: `invalidOption` naming the option and what the library says, or `unavailable`.
  init(
    isProducer: Bool, pairs: [(String, String)], optional: [(String, String)] = [],
    events: KafkaEvents,
    prepare: (borrowing KafkaLibrary, OpaquePointer) -> Void = { _, _ in }
  ) throws(KafkaError) {
    let library = try KafkaLibrary.shared()
    guard let options = library.call.conf_new() else { throw KafkaError(.fatal, "no memory for options") }
    var text = [CChar](repeating: 0, count: 512)
    for (name, value) in optional { _ = library.call.conf_set(options, name, value, &text, text.count) }
    for (name, value) in pairs where library.call.conf_set(options, name, value, &text, text.count) != KAFKA_CONF_OK {
      library.call.conf_destroy(options)
      throw KafkaError(.invalidOption, "\(name) is '\(value)': \(Self.string(text))")
    }
    library.call.conf_set_opaque(options, Unmanaged.passUnretained(events).toOpaque())
    // Without it the library writes to standard error.
    library.call.conf_set_log_cb(options) { client, level, _, text in
      guard let client, let library = try? KafkaLibrary.shared(),  // It is loaded: it called.
        let log = library.call.opaque(client).flatMap({ KafkaEvents.of($0).log })
      else { return }
      log(KafkaConfiguration.LogLevel(syslog: level), cString(text))
    }
    prepare(library, options)
    let kind = Int32(isProducer ? KAFKA_PRODUCER : KAFKA_CONSUMER)
    guard let pointer = library.call.new(kind, options, &text, text.count) else {
      library.call.conf_destroy(options)
      throw KafkaError(.invalidOption, Self.string(text))
    }
    self.library = library
    self.pointer = pointer
    self.events = events
  }

  deinit { library.call.destroy(pointer) }

  static func string(_ text: [CChar]) -> String {
    String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Throws the error after which the client cannot go on, if there was one.
  func throwFatal() throws(KafkaError) {
    var text = [CChar](repeating: 0, count: 512)
    if library.call.fatal_error(pointer, &text, text.count) != 0 { throw KafkaError(.fatal, Self.string(text)) }
  }

  /// Runs a body with a list of partitions, which is freed after it.
  func withList<Result>(
    _ partitions: [KafkaPosition],
    _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws(KafkaError) -> Result
  ) throws(KafkaError) -> Result {
    guard let list = library.call.topic_partition_list_new(Int32(partitions.count)) else {
      throw KafkaError(.fatal, "no memory for \(partitions.count) partitions")
    }
    defer { library.call.topic_partition_list_destroy(list) }
    for own in partitions {
      library.call.topic_partition_list_add(list, own.topic, own.partition)?.pointee.offset = own.offset
    }
    return try body(list)
  }

  /// Topics and their numbers of partitions, as the brokers have them.
  func topics(timeout: Double) throws(KafkaError) -> [String: Int] {
    var found: UnsafePointer<rd_kafka_metadata_t>?
    try library.check(library.call.metadata(pointer, 1, nil, &found, milliseconds(timeout)), "listing topics")
    guard let found else { return [:] }
    defer { library.call.metadata_destroy(found) }
    var topics: [String: Int] = [:]
    for index in 0..<Int(found.pointee.topic_cnt) {
      let topic = found.pointee.topics[index]
      if topic.err == 0 { topics[cString(topic.topic)] = Int(topic.partition_cnt) }
    }
    return topics
  }
}

/// What callbacks of the library find by its opaque pointer.
class KafkaEvents: @unchecked Sendable {  // Subclasses say why for what they add.
  let log: KafkaConfiguration.LogHandler?

  init(_ log: KafkaConfiguration.LogHandler?) { self.log = log }

  static func of(_ opaque: UnsafeMutableRawPointer) -> KafkaEvents {
    Unmanaged<KafkaEvents>.fromOpaque(opaque).takeUnretainedValue()
  }
}

extension KafkaConfiguration.LogLevel {
  /// The level of a number of syslog.
  init(syslog level: Int32) {
    switch level {
    case ...3: self = .error
    case 4: self = .warning
    case 5...6: self = .info
    default: self = .debug
    }
  }
}

/// What a client has made, freed before the client.
final class KafkaPart: @unchecked Sendable {  // As the client; the pointer never changes.
  let pointer: OpaquePointer
  private let handle: KafkaHandle
  private let free: @Sendable (KafkaLibrary, OpaquePointer) -> Void

  init(
    _ pointer: OpaquePointer, of handle: KafkaHandle, free: @escaping @Sendable (KafkaLibrary, OpaquePointer) -> Void
  ) {
    self.pointer = pointer
    self.handle = handle
    self.free = free
  }

  deinit { free(handle.library, pointer) }
}

/// Seconds as the library takes them.
func milliseconds(_ seconds: Double) -> Int32 { Int32(max(0, min(seconds * 1000, 2e9))) }

/// A place in a partition: the offset of the next message to be read.
public struct KafkaPosition: Sendable, Hashable, Codable {
  /// The topic.
  public let topic: String
  /// The partition.
  public let partition: Int32
  /// The next message's offset; negative for none.
  public let offset: Int64

  /// Makes a position.
  public init(topic: String, partition: Int32, offset: Int64) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
  }

  init(_ element: rd_kafka_topic_partition_t) {
    self.init(topic: cString(element.topic), partition: element.partition, offset: element.offset)
  }
}

func positions(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [KafkaPosition] {
  (0..<Int(list.pointee.cnt)).map { KafkaPosition(list.pointee.elems[$0]) }
}
