/// How a ``TPESampler`` works.
public struct TPEOptions: Sendable, Hashable {
  /// How many of n trials count as good.
  public enum Gamma: Sendable, Hashable {
    /// A share of them, rounded up, up to a limit.
    case share(Double, limit: Int)
    /// A multiple of their root, rounded up, up to a limit.
    case root(Double, limit: Int)

    func count(_ trials: Int) -> Int {
      switch self {
      case .share(let share, let limit): min(Int((share * Double(trials)).rounded(.up)), limit)
      case .root(let factor, let limit): min(Int((factor * Double(trials).squareRoot()).rounded(.up)), limit)
      }
    }
  }

  /// How trials are weighted by their age.
  public enum Weights: Sendable, Hashable {
    /// All the same.
    case uniform
    /// The last ones by 1, those before by less and less the older they are.
    case recent(Int)

    func values(_ count: Int) -> [Double] {
      guard case .recent(let flat) = self, count >= flat else { return [Double](repeating: 1, count: count) }
      let ramp = count - flat
      let first = 1 / Double(count)
      let step = ramp > 1 ? (1 - first) / Double(ramp - 1) : 0
      return (0..<count).map { $0 < ramp ? ($0 == ramp - 1 && ramp > 1 ? 1 : first + Double($0) * step) : 1 }
    }
  }

  /// How wide kernels are, and what they are on a lattice.
  public enum Kernels: Sendable, Hashable {
    /// As in Optuna 5: the larger gap to a neighbour.
    case optuna5
    /// As in Optuna 4: the prior's centre is a neighbour as well, joint kernels are as wide as their count says, and the
    /// logarithm of a whole number is taken for a continuum.
    case optuna4
  }

  /// Ended trials before which values are drawn at random; at least 0.
  public var startupTrials = 10
  /// Points drawn from the good trials, of which the best is taken; at least 1.
  public var candidates = 24
  /// Whether parameters are drawn jointly; nil means yes with one objective and no with several.
  public var isMultivariate: Bool?
  /// Whether conditional parameters are drawn jointly with those they come with; implies joint drawing.
  public var isGrouped = false
  /// Whether running trials count as bad, which keeps parallel trials apart.
  public var constantLiar = true
  /// How many trials are good; nil is a tenth, at most 25 of them with one objective.
  public var gamma: Gamma?
  /// How trials weigh.
  public var weights = Weights.recent(25)
  /// The weight of the prior, the whole range; at least 0.
  public var priorWeight = 1.0
  /// Whether a kernel may not become narrower than its share of the range.
  public var magicClip = true
  /// Whether the ends of the range count as neighbours of the outermost kernels.
  public var considersEndpoints = false

  /// How wide kernels are.
  public var kernels = Kernels.optuna5

  /// The defaults of Optuna 5.0, which are ours.
  public init() {}

  /// The defaults of Optuna 5.0: joint drawing with one objective, running trials count.
  public static var optuna5: TPEOptions { TPEOptions() }

  /// The defaults of Optuna 4: every parameter by itself, running trials are not seen, kernels of its own.
  public static var optuna4: TPEOptions {
    var options = TPEOptions()
    options.isMultivariate = false
    options.constantLiar = false
    options.kernels = .optuna4
    return options
  }

  /// The settings of Hyperopt.
  public static var hyperopt: TPEOptions {
    var options = optuna4
    options.startupTrials = 20
    options.gamma = .root(0.25, limit: 25)
    return options
  }

  /// Whether kernels are as wide as their count says, for drawing jointly as Optuna 4 does.
  var areWidthsByCount: Bool { kernels == .optuna4 && (isMultivariate == true || isGrouped) }

  func checked() throws(TuningError) {
    guard startupTrials >= 0, candidates >= 1, priorWeight >= 0, priorWeight.isFinite else {
      throw TuningError(
        .invalidOption,
        "startupTrials \(startupTrials), candidates \(candidates), priorWeight \(priorWeight); at least 0, 1 and 0")
    }
    guard !isGrouped || isMultivariate != false else {
      throw TuningError(.invalidOption, "isGrouped with isMultivariate false; groups are drawn jointly")
    }
  }
}
