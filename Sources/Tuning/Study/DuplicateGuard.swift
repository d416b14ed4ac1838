import Compute

/// The points of a finite space that were tried.
struct DuplicateGuard {
  private let space: SearchSpace
  private let tried: Set<[Double]>
  private let total: Int?

  /// Makes the guard; nil where it does not apply.
  ///
  /// - Parameters:
  ///   - space: The parameters that are drawn together.
  ///   - view: What was tried.
  ///   - isWhole: Whether the space is known to be all there is; else every trial must have had just these parameters.
  init?(_ space: SearchSpace, _ view: StudyView, isWhole: Bool) {
    guard space.parameters.allSatisfy({ $0.distribution.count != nil }) else { return nil }
    if !isWhole {
      let isStatic = view.finished.allSatisfy { $0.state == .failed || $0.parameters.count == space.parameters.count }
      guard isStatic else { return nil }
    }
    self.space = space
    total = space.count
    var tried: Set<[Double]> = []
    for trial in [view.finished, view.running[...]].joined() {
      let point = space.parameters.map { parameter in
        trial.position(parameter.name) ?? (parameter.distribution.isSingle ? parameter.distribution.low : .nan)
      }
      if !point.contains(where: \.isNaN) { tried.insert(point) }
    }
    self.tried = tried
  }

  /// Whether every point was tried.
  var isExhausted: Bool { total.map { tried.count >= $0 } ?? false }

  /// Whether a draw was not tried, or leaves something open.
  func isNew(_ drawn: [TrialParameter]) -> Bool {
    let point = space.parameters.map { parameter in
      drawn.first { $0.name == parameter.name }?.position
        ?? (parameter.distribution.isSingle ? parameter.distribution.low : .nan)
    }
    return point.contains(where: \.isNaN) || !tried.contains(point)
  }

  /// One of the points that were not tried; nil if the space is too large to look through.
  func anyNew(_ stream: RandomStream) -> [TrialParameter]? {
    guard let total, total <= 1 << 20, total > tried.count else { return nil }
    var random = stream
    var skip = random.index(below: total - tried.count)
    for index in 0..<total {
      let point = space.point(index)
      if tried.contains(point) { continue }
      if skip == 0 {
        return zip(space.parameters, point).map {
          TrialParameter(name: $0.name, distribution: $0.distribution, position: $1)
        }
      }
      skip -= 1
    }
    return nil
  }
}
