internal import CKafka
import Compute

/// librdkafka's functions, loaded once when they are first needed.
///
/// The library is looked for at `TICKBOOST_RDKAFKA` (a file), in `.deps/lib` of the folders above the program and of the
/// checkout it was built from, and then where the system's loader looks.
struct KafkaLibrary: Sendable {
  let call: kafka_functions

  private static let loaded: Result<KafkaLibrary, KafkaError> = load()

  static func shared() throws(KafkaError) -> KafkaLibrary { try loaded.get() }

  /// The version of the library, such as `2.0.2`.
  var version: String { cString(call.version_str()) }

  private static func load() -> Result<KafkaLibrary, KafkaError> {
    var reasons: [String] = []
    let names = ["librdkafka.so", "librdkafka.so.1", "librdkafka.dylib", "librdkafka.1.dylib"]
    for path in SharedLibrary.places(of: names, variable: "TICKBOOST_RDKAFKA") {
      var functions = kafka_functions()
      guard let problem = kafka_load(path, &functions) else { return .success(KafkaLibrary(call: functions)) }
      reasons.append(String(cString: problem))
    }
    return .failure(
      KafkaError(
        .unavailable,
        "librdkafka is not available; run Scripts/bootstrap, or name the file in TICKBOOST_RDKAFKA"
          + " (\(reasons.first ?? "no place to look"))"))
  }

  /// The error of a code.
  func error(_ number: Int32, _ what: String) -> KafkaError {
    let text = "\(what): \(cString(call.err2str(number))) (\(cString(call.err2name(number))))"
    switch Int(number) {
    case KAFKA_ERR_QUEUE_FULL: return KafkaError(.queueFull, text, isRetriable: true)
    case KAFKA_ERR_TIMED_OUT, KAFKA_ERR_MSG_TIMED_OUT, 7: return KafkaError(.timedOut, text, isRetriable: true)
    case KAFKA_ERR_FATAL: return KafkaError(.fatal, text)
    case KAFKA_ERR_TRANSPORT, KAFKA_ERR_ALL_BROKERS_DOWN, 5, 6, 13, 14, 15, 16, 27:
      return KafkaError(.broker, text, isRetriable: true)
    default: return KafkaError(.broker, text)
    }
  }

  /// Throws what an error object says, and frees it.
  func check(_ error: OpaquePointer?, _ what: String) throws(KafkaError) {
    guard let error else { return }
    defer { call.error_destroy(error) }
    let text = "\(what): \(cString(call.error_string(error)))"
    let number = Int(call.error_code(error))
    let code: KafkaError.Code =
      call.error_is_fatal(error) != 0
      ? .fatal : number == KAFKA_ERR_QUEUE_FULL ? .queueFull : number == KAFKA_ERR_TIMED_OUT ? .timedOut : .broker
    throw KafkaError(
      code, text, isRetriable: code == .queueFull || call.error_is_retriable(error) != 0,
      needsAbort: call.error_txn_requires_abort(error) != 0)
  }

  func check(_ number: Int32, _ what: String) throws(KafkaError) {
    if number != 0 { throw error(number, what) }
  }
}

/// A text of the library's; empty for none.
func cString(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }
