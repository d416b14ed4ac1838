import Foundation

/// A way to split a leaf, or none.
struct Split: Sendable {
  /// The feature, or −1 for no split.
  var feature = -1
  /// Last value bin that goes left.
  var bin = 0
  /// Whether missing values go left.
  var missingGoesLeft = false
  /// Gain over the unsplit leaf, less the least gain that is asked for.
  var gain = -Double.infinity
  /// Sums of the left side in steps.
  var left: Int64 = 0
  /// Values of the two sides before shrinkage, where they are bounded or smoothed.
  var leftOutput = 0.0
  var rightOutput = 0.0
  /// Bins of the set of a split by categories, and whether they go left; empty for numbers.
  var members: [UInt16] = []
  var membersGoLeft = false
  /// L2 penalty of the two sides beside the usual one.
  var extraL2 = 0.0
  /// Whether a scan has found anything.
  var isCandidate = false

  var exists: Bool { feature >= 0 }

  /// Whether this one is taken rather than another: larger gain, then the smaller feature.
  func isBetter(than other: Split) -> Bool {
    if !exists { return false }
    if !other.exists || gain > other.gain { return true }
    return gain == other.gain && feature < other.feature
  }
}

/// The penalties and limits of a split, and the one place of the gain formula.
struct SplitRules: Sendable {
  let lambdaL1: Double
  let lambdaL2: Double
  let minGain: Double
  let minData: Int
  let minHessian: Double
  /// The parent's weight, in rows, in the value of a leaf.
  let pathSmooth: Double
  let monotone: [Int]
  private let monotonePenalty: Double
  /// Largest leaf value before shrinkage; 0 for no limit.
  let maxDeltaStep: Double

  init(_ options: BoostingOptions) {
    lambdaL1 = options.lambdaL1
    lambdaL2 = options.lambdaL2
    // XGBoost asks for more than 1e-6 in any case.
    minGain = options.growth == .levelwise ? max(options.minGainToSplit, 1e-6) : options.minGainToSplit
    minData = options.minDataInLeaf
    minHessian = options.minSumHessianInLeaf
    pathSmooth = options.pathSmooth
    monotone = options.monotoneConstraints.contains { $0 != 0 } ? options.monotoneConstraints : []
    monotonePenalty = options.monotonePenalty
    // XGBoost's Poisson loss limits steps by itself: the exponential runs away from a far first step.
    let isSteep = options.growth == .levelwise && options.objective == .poisson
    maxDeltaStep = isSteep && options.maxDeltaStep == 0 ? 0.7 : options.maxDeltaStep
  }

  /// T(G)²/(H + λ₂) with the soft threshold T by λ₁: twice the loss that the best leaf value saves.
  ///
  /// Where the value w is limited, the loss that it saves: −(2 T(G) w + (H + λ₂) w²).
  @inline(__always)
  func gain(_ gradient: Double, _ hessian: Double) -> Double {
    if maxDeltaStep > 0 {
      let value = abs(output(gradient, hessian))
      return 2 * max(0, abs(gradient) - lambdaL1) * value - (hessian + lambdaL2) * value * value
    }
    let size = max(0, abs(gradient) - lambdaL1)
    return size * size / (hessian + lambdaL2)
  }

  /// What is left of the gain of a split on a feature with a direction, as LightGBM has it.
  func monotoneFactor(depth: Int) -> Double {
    // LightGBM's epsilon: such a split is the last resort.
    if monotonePenalty >= Double(depth) + 1 { return 1e-15 }
    let levels =
      monotonePenalty <= 1 ? monotonePenalty * exp2(-Double(depth)) : exp2(monotonePenalty - 1 - Double(depth))
    return monotonePenalty == 0 ? 1 : 1 - levels + 1e-15
  }

  /// Whether values depend on more than a leaf's own sums, and gains on the values.
  var isBounded: Bool { pathSmooth > 0 || !monotone.isEmpty }

  /// The value of a leaf under its bounds: smoothed to its parent's, as LightGBM does, then clipped.
  func output(_ gradient: Double, _ hessian: Double, rows: Int, _ bounds: OutputBounds) -> Double {
    var value = output(gradient, hessian)
    if pathSmooth > 0 {
      let weight = Double(rows) / pathSmooth
      value = (value * weight + bounds.parent) / (weight + 1)
    }
    return min(bounds.upper, max(bounds.lower, value))
  }

  /// Twice the loss that a given value saves.
  func gain(_ gradient: Double, _ hessian: Double, of value: Double) -> Double {
    let size = max(0, abs(gradient) - lambdaL1)
    return -(2 * (gradient < 0 ? -size : size) * value + (hessian + lambdaL2) * value * value)
  }

  /// −T(G)/(H + λ₂): the best value of a leaf before shrinkage; 0 for a leaf without curvature.
  func output(_ gradient: Double, _ hessian: Double) -> Double {
    let size = max(0, abs(gradient) - lambdaL1)
    let scale = hessian + lambdaL2
    guard size > 0, scale > 0 else { return 0 }
    let value = maxDeltaStep > 0 ? min(maxDeltaStep, size / scale) : size / scale
    return gradient > 0 ? -value : value
  }
}

/// What bounds the value of a leaf: the constraints of the splits above, and what it is smoothed to.
struct OutputBounds: Sendable {
  /// The parent's value before shrinkage.
  var parent = 0.0
  /// L2 penalty beside the usual one, of leaves made by a split of sorted categories.
  var extraL2 = 0.0
  var lower = -Double.infinity
  var upper = Double.infinity
}
