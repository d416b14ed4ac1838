extension StudyEvent {
  /// The form in which the journal keeps it.
  var json: JSONValue {
    switch self {
    case .created(let name, let directions, let seed):
      .object([
        "event": .text("created"), "name": .text(name), "directions": .list(directions.map { .text($0.rawValue) }),
        "seed": .text(String(seed)), "format": .whole(1),
      ])
    case .enqueued(let values):
      .object([
        "event": .text("enqueued"),
        "values": .object(values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value.json) }),
      ])
    case .started(let record, let owner, let isQueued):
      .object([
        "event": .text("started"), "owner": .text(owner), "queued": .flag(isQueued), "trial": record.json,
      ])
    case .finished(let record): .object(["event": .text("finished"), "trial": record.json])
    }
  }

  /// Reads that form; nil for another.
  init?(_ json: JSONValue) {
    switch json["event"]?.string {
    case "created":
      guard let name = json["name"]?.string, let words = json["directions"]?.items,
        let seed = json["seed"]?.string.flatMap(UInt64.init), json["format"] == .whole(1)
      else { return nil }
      let directions = words.compactMap { $0.string.flatMap(Direction.init) }
      guard directions.count == words.count else { return nil }
      self = .created(name: name, directions: directions, seed: seed)
    case "enqueued":
      guard let members = json["values"]?.members else { return nil }
      var values: [String: ParameterValue] = [:]
      for member in members { values[member.key] = ParameterValue(member.value) }
      self = .enqueued(values)
    case "started":
      guard let owner = json["owner"]?.string, let record = json["trial"].flatMap({ TrialRecord($0) }) else {
        return nil
      }
      self = .started(record, owner: owner, isQueued: json["queued"]?.bool ?? false)
    case "finished":
      guard let record = json["trial"].flatMap({ TrialRecord($0) }) else { return nil }
      self = .finished(record)
    default: return nil
    }
  }
}
