#if Serving
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TickStreaming

/// Answers as bytes.
enum Problems {
  /// The answer to a request that is refused.
  static func response(_ problem: RequestProblem, _ style: RouteBook.ErrorStyle) -> Response {
    let (status, bytes) = bytes(problem, style)
    var response = Response.json(bytes, status: HTTPResponse.Status(code: status))
    if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
    if status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }

  /// Status and body of that answer.
  static func bytes(_ problem: RequestProblem, _ style: RouteBook.ErrorStyle) -> (status: Int, bytes: [UInt8]) {
    let bytes: [UInt8]
    var status = problem.status
    switch style {
    case .detail:
      // A body of texts and numbers always encodes.
      let data = (try? JSONEncoder.sorted.encode(problem.body)) ?? Data(#"{"detail":"?"}"#.utf8)
      bytes = Array(data)
    case .inference:
      if status == 422 { status = 400 }
      var writer = JSONWriter()
      writer.open("{")
      writer.key("error")
      writer.string(problem.message)
      writer.close("}")
      bytes = writer.bytes
    }
    return (status, bytes)
  }
}

extension JSONEncoder {
  /// An encoder whose output is the same for equal values.
  static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension Response {
  /// JSON.
  static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    data(bytes, "application/json", status: status)
  }

  /// JSON of a value; by another name than ``json(_:status:)``, for lists of bytes are values too.
  static func encoding(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    try json(Array(JSONEncoder.sorted.encode(value)), status: status)
  }

  /// Bytes of a type.
  static func data(_ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: type, .contentLength: String(bytes.count)],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Nothing.
  static func empty() -> Response { Response(status: .noContent) }
}
#endif
