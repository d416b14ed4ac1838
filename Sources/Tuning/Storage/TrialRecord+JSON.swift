extension TrialState {
  /// The name that Optuna gives to the state.
  package var word: String {
    switch self {
    case .running: "RUNNING"
    case .complete: "COMPLETE"
    case .pruned: "PRUNED"
    case .failed: "FAIL"
    }
  }

  package init?(word: String) {
    switch word {
    case "RUNNING": self = .running
    case "COMPLETE": self = .complete
    case "PRUNED": self = .pruned
    case "FAIL": self = .failed
    default: return nil
    }
  }
}

extension TrialRecord {
  /// The trial in Optuna's fields; `hidden`, `rungs`, `joint` and `fixed` are ours, for going on with a study.
  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(key: "number", value: .whole(number)), .init(key: "state", value: .text(state.word)),
      .init(key: "values", value: values.isEmpty ? .null : .list(values.map { .real($0) })),
      .init(key: "datetime_start", value: .real(started)),
      .init(key: "datetime_complete", value: ended.map { .real($0) } ?? .null),
    ]
    members += Self.members(parameters, "params", "distributions")
    let steps = reports.map { JSONValue.Member(key: String($0.step), value: .real($0.value)) }
    members.append(.init(key: "intermediate_values", value: .object(steps)))
    members.append(.init(key: "user_attrs", value: .object(Self.sorted(attributes.mapValues(\.json)))))
    members.append(.init(key: "constraints", value: .object(Self.sorted(constraints.mapValues { .real($0) }))))
    if !hidden.isEmpty { members.append(.init(key: "hidden", value: .list(hidden.map { .whole($0) }))) }
    if !rungs.isEmpty { members.append(.init(key: "rungs", value: .list(rungs.map { .real($0) }))) }
    if !joint.isEmpty { members += Self.members(joint, "joint", "joint_distributions") }
    if !fixed.isEmpty { members.append(.init(key: "fixed", value: .object(Self.sorted(fixed.mapValues(\.json))))) }
    return .object(members)
  }

  /// Reads that form; nil for another.
  package init?(_ json: JSONValue) {
    guard let number = json["number"]?.wholeNumber, let word = json["state"]?.string, let state = TrialState(word: word)
    else { return nil }
    self.init(number: number, state: state)
    values = (json["values"]?.items ?? []).compactMap(\.number)
    started = json["datetime_start"]?.number ?? 0
    ended = json["datetime_complete"]?.number
    for member in json["intermediate_values"]?.members ?? [] {
      guard let step = Int(member.key), let value = member.value.number else { return nil }
      reports.append(Report(step: step, value: value))
    }
    guard let parameters = Self.parameters(json["params"], json["distributions"]),
      let joint = Self.parameters(json["joint"], json["joint_distributions"])
    else { return nil }
    self.parameters = parameters
    self.joint = joint
    for member in json["user_attrs"]?.members ?? [] { attributes[member.key] = ParameterValue(member.value) }
    for member in json["constraints"]?.members ?? [] { constraints[member.key] = member.value.number }
    for member in json["fixed"]?.members ?? [] { fixed[member.key] = ParameterValue(member.value) }
    hidden = (json["hidden"]?.items ?? []).compactMap(\.wholeNumber)
    rungs = (json["rungs"]?.items ?? []).compactMap(\.number)
  }

  /// The same trial with another number, as one that hides nothing.
  package func renumbered(_ number: Int) -> TrialRecord {
    var record = TrialRecord(number: number, state: state)
    record.parameters = parameters
    record.values = values
    record.reports = reports
    record.attributes = attributes
    record.constraints = constraints
    record.started = started
    record.ended = ended
    record.rungs = rungs
    return record
  }

  private static func members(_ parameters: [TrialParameter], _ values: String, _ distributions: String)
    -> [JSONValue.Member]
  {
    [
      .init(key: values, value: .object(parameters.map { .init(key: $0.name, value: $0.value.json) })),
      .init(key: distributions, value: .object(parameters.map { .init(key: $0.name, value: $0.distribution.json) })),
    ]
  }

  private static func sorted(_ values: [String: JSONValue]) -> [JSONValue.Member] {
    values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) }
  }

  private static func parameters(_ values: JSONValue?, _ distributions: JSONValue?) -> [TrialParameter]? {
    var parameters: [TrialParameter] = []
    for member in values?.members ?? [] {
      guard let json = distributions?[member.key], let distribution = Distribution(json),
        let value = ParameterValue(member.value), let position = distribution.position(of: value)
      else { return nil }
      parameters.append(TrialParameter(name: member.key, distribution: distribution, position: position))
    }
    return parameters
  }
}
