/// What the trials of a define-by-run study tell of its space.
enum SpaceInference {
  /// Parameters that every trial has with the same values, by name: the part of the space that is never conditional.
  static func intersection(_ trials: some Sequence<TrialRecord>) -> SearchSpace {
    var common: [SearchSpace.Parameter]?
    for trial in trials where trial.state == .complete || trial.state == .pruned {
      narrow(&common, by: trial)
    }
    return SearchSpace(common ?? [])
  }

  /// Takes one more trial into an intersection.
  static func narrow(_ common: inout [SearchSpace.Parameter]?, by trial: TrialRecord) {
    guard let known = common else {
      common = trial.parameters.map { SearchSpace.Parameter(name: $0.name, distribution: $0.distribution) }
        .sorted { $0.name < $1.name }
      return
    }
    let isSame = known.allSatisfy { trial.parameter($0.name)?.distribution == $0.distribution }
    if !isSame { common = known.filter { trial.parameter($0.name)?.distribution == $0.distribution } }
  }

  /// A partition of all parameters: each part is all or not at all in every trial.
  static func groups(_ trials: some Sequence<TrialRecord>) -> [SearchSpace] {
    var groups: [[SearchSpace.Parameter]] = []
    for trial in trials where trial.state == .complete || trial.state == .pruned {
      var rest = trial.parameters.map { SearchSpace.Parameter(name: $0.name, distribution: $0.distribution) }
      let names = Set(rest.map(\.name))
      var next: [[SearchSpace.Parameter]] = []
      for group in groups {
        next.append(group.filter { names.contains($0.name) })
        next.append(group.filter { !names.contains($0.name) })
        let taken = Set(group.map(\.name))
        rest.removeAll { taken.contains($0.name) }
      }
      next.append(rest)
      groups = next.filter { !$0.isEmpty }
    }
    return groups.map { SearchSpace($0.sorted { $0.name < $1.name }) }
  }
}
