/// The parameters of a search that are known before it starts, in the order in which they were added.
///
/// A study needs none: an objective may suggest as it runs. One that is given lets the first trials be drawn jointly, lets a
/// grid be laid, and lets a study without continua notice that nothing is left to try.
public struct SearchSpace: Sendable, Hashable {
  /// A named parameter.
  public struct Parameter: Sendable, Hashable {
    /// The name, such as `num_leaves`.
    public let name: String
    /// Its values.
    public let distribution: Distribution

    package init(name: String, distribution: Distribution) {
      self.name = name
      self.distribution = distribution
    }
  }

  /// The parameters.
  public private(set) var parameters: [Parameter] = []

  /// Makes a space without parameters.
  public init() {}

  /// Adds a parameter.
  ///
  /// - Throws: ``TuningError`` with code `conflictingDomain` for a name that is there already, or `invalidDomain`.
  public mutating func add<Value>(_ name: String, _ domain: Domain<Value>) throws(TuningError) {
    try add(name, domain.distribution)
  }

  package mutating func add(_ name: String, _ distribution: Distribution) throws(TuningError) {
    guard self[name] == nil else {
      throw TuningError(.conflictingDomain, "the parameter '\(name)' is in the space already; names must differ")
    }
    parameters.append(Parameter(name: name, distribution: try distribution.checked(name)))
  }

  /// The values of a parameter; nil if there is none of that name.
  public subscript(name: String) -> Distribution? { parameters.first { $0.name == name }?.distribution }

  /// How many points there are; nil if a parameter is a continuum or there are more than a whole number holds.
  public var count: Int? {
    var total = 1
    for parameter in parameters {
      guard let count = parameter.distribution.count else { return nil }
      let (product, isOver) = total.multipliedReportingOverflow(by: count)
      if isOver { return nil }
      total = product
    }
    return total
  }

  /// The positions of a point by its index in `0..<count`, the first parameter slowest; every domain has a count.
  package func point(_ index: Int) -> [Double] {
    var rest = index
    var positions = [Double](repeating: 0, count: parameters.count)
    for (place, parameter) in parameters.enumerated().reversed() {
      let distribution = parameter.distribution
      let count = distribution.count ?? 1
      positions[place] = distribution.snapped(distribution.low + Double(rest % count) * (distribution.step ?? 0))
      rest /= count
    }
    return positions
  }

  package init(_ parameters: [Parameter]) { self.parameters = parameters }
}
