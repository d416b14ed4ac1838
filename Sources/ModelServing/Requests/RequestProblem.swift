/// Why a request is refused: what a client gets, in the shape that FastAPI's clients know.
///
/// ```json
/// {"detail":[{"type":"unknown","loc":["body","models",0],"msg":"there is no model 'x'; …","input":"x"}]}
/// ```
package struct RequestProblem: Error, Sendable, Hashable {
  /// One thing that is wrong.
  package struct Detail: Sendable, Hashable, Codable {
    /// The kind: `missing`, `type_error`, `value_error`, `unknown`, `too_long` or `json_invalid`.
    package let type: String
    /// Where: `body`, `path`, `query` or `header`, then names and places.
    package let loc: [Place]
    /// What was given and what is allowed.
    package let msg: String
    /// What was given, cut to 100 characters; nil where nothing was.
    package let input: String?
  }

  /// A step on the way to what is wrong: the name of a field or the place in a list.
  package enum Place: Sendable, Hashable, Codable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case name(String)
    case index(Int)

    package init(stringLiteral value: String) { self = .name(value) }
    package init(integerLiteral value: Int) { self = .index(value) }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let index = try? container.decode(Int.self) {  // A name then.
        self = .index(index)
      } else {
        self = .name(try container.decode(String.self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .name(let name): try container.encode(name)
      case .index(let index): try container.encode(index)
      }
    }
  }

  /// The status of the answer.
  package let status: Int
  /// What is wrong with the request's content; empty where the message says it all.
  package let details: [Detail]
  /// What is wrong.
  package let message: String
  /// Seconds after which it may be tried again.
  package var retryAfter: Int?

  /// Something else than the content is wrong.
  package init(_ status: Int, _ message: String, retryAfter: Int? = nil) {
    self.status = status
    self.message = message
    self.retryAfter = retryAfter
    details = []
  }

  /// A field is wrong.
  package init(_ type: String, _ loc: [Place], _ message: String, input: String? = nil) {
    status = 422
    self.message = message
    details = [Detail(type: type, loc: loc, msg: message, input: input.map { String($0.prefix(100)) })]
  }

  /// The body is no JSON, or not of the types that are needed.
  package static func invalidJSON(_ reason: String, at position: Int) -> RequestProblem {
    RequestProblem(
      "json_invalid", ["body", .index(position)], "the body cannot be read: \(reason), at byte \(position)")
  }

  /// The body that a client gets.
  package var body: Body { details.isEmpty ? .text(message) : .details(details) }

  /// `detail` as text or as a list.
  package enum Body: Sendable, Hashable, Codable {
    case text(String)
    case details([Detail])

    private enum CodingKeys: String, CodingKey { case detail }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if let text = try? container.decode(String.self, forKey: .detail) {  // A list then.
        self = .text(text)
      } else {
        self = .details(try container.decode([Detail].self, forKey: .detail))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .text(let text): try container.encode(text, forKey: .detail)
      case .details(let details): try container.encode(details, forKey: .detail)
      }
    }
  }
}
