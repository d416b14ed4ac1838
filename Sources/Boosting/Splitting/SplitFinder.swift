internal import CKernels

/// Finds the best split of one feature from its histogram.
///
/// Both libraries' scans are here, for their order decides ties: LightGBM goes from the right (missing values left),
/// then from the left (missing right); XGBoost the other way round. Only a strictly larger gain replaces the best so far.
struct SplitFinder: Sendable {
  let rules: SplitRules
  let scale: GradientScale
  let growth: BoostingOptions.Growth
  /// Whether several bins are looked at together; the result is the same.
  var usesVectors: Bool

  init(rules: SplitRules, scale: GradientScale, growth: BoostingOptions.Growth) {
    self.rules = rules
    self.scale = scale
    self.growth = growth
    usesVectors = !rules.isBounded && rules.maxDeltaStep == 0
  }

  /// A leaf to be split, with what all its splits share.
  struct Totals: Sendable {
    let sum: Int64
    let rows: Int
    /// Bounds of the children's values; `parent` is the value of the leaf itself.
    let bounds: OutputBounds
    /// The one bin that may be the last on the left; nil for all.
    var onlyBin: Int?
    fileprivate let hessian: Double
    /// Rows that a hessian of 1 stands for; 0 for a leaf without curvature.
    let rowsPerHessian: Double
    /// What a split must gain more than.
    fileprivate let floor: Double
    fileprivate let kernel: kernel_leaf
  }

  func totals(sum: Int64, rows: Int, bounds: OutputBounds) -> Totals {
    let gradient = Double(gradientSum(sum)) * scale.gradientStep
    let hessian = Double(hessianSum(sum)) * scale.hessianStep
    // As LightGBM: what a leaf saves without a split is not clipped by its bounds.
    let free = OutputBounds(parent: bounds.parent)
    let before =
      rules.pathSmooth > 0
      ? rules.gain(gradient, hessian, of: rules.output(gradient, hessian, rows: rows, free))
      : rules.gain(gradient, hessian)
    var kernel = kernel_leaf()
    (kernel.gradient_step, kernel.hessian_step) = (scale.gradientStep, scale.hessianStep)
    (kernel.lambda_l1, kernel.lambda_l2) = (rules.lambdaL1, rules.lambdaL2)
    kernel.min_hessian = rules.minHessian
    let rowsPerHessian = hessian > 0 ? Double(rows) / hessian : 0
    kernel.rows_per_hessian = rowsPerHessian
    kernel.floor = before + rules.minGain
    (kernel.total, kernel.rows, kernel.min_data) = (sum, Int64(rows), Int64(rules.minData))
    kernel_complete(&kernel)
    return Totals(
      sum: sum, rows: rows, bounds: bounds, hessian: hessian, rowsPerHessian: rowsPerHessian,
      floor: before + rules.minGain, kernel: kernel)
  }

  /// - Parameters:
  ///   - bins: The feature's sums; words up to the next multiple of four behind them are read, whatever they hold.
  ///   - mapper: The feature's bins.
  ///   - leaf: Sums and rows of the leaf.
  ///   - feature: What the split's `feature` is to be.
  ///   - gain: A gain that another feature's split has: one of less need not be found.
  /// - Returns: The best split, or one that does not exist; and whether there is any, be it worse than `gain`.
  func best(
    _ bins: UnsafePointer<Int64>, _ mapper: MapperShape, _ leaf: Totals, feature: Int, over gain: Double = -.infinity
  ) -> (split: Split, isSplittable: Bool) {
    let (hessian, floor) = (leaf.hessian, leaf.floor)
    var best = Split()
    let direction = rules.monotone.isEmpty ? 0 : rules.monotone[feature]
    best.gain = floor
    let isMissing = mapper.hasMissing && bins[mapper.valueBins] != 0
    let isVector = usesVectors && leaf.onlyBin == nil
    var isSplittable = false
    // A hair less, for the difference to the floor was rounded.
    if isVector { best.gain = max(floor, (gain + floor) * (1 - 1e-14)) }
    func fromRight() {
      isVector
        ? vectorScan(bins, mapper, leaf, isFromRight: true, &best, &isSplittable)
        : scanFromRight(bins, mapper, leaf, hessian, direction, &best)
    }
    func fromLeft() {
      isVector
        ? vectorScan(bins, mapper, leaf, isFromRight: false, &best, &isSplittable)
        : scanFromLeft(bins, mapper, leaf, hessian, direction, &best)
    }
    switch growth {
    case .leafwise, .symmetric:
      fromRight()
      if mapper.hasMissing { fromLeft() }
    case .levelwise:
      fromLeft()
      if isMissing { fromRight() }
    }
    guard best.isCandidate else { return (Split(), isSplittable) }
    best.gain -= floor
    best.feature = feature
    return (best, true)
  }

  /// Either scan, several bins at a time.
  private func vectorScan(
    _ bins: UnsafePointer<Int64>, _ mapper: MapperShape, _ leaf: Totals, isFromRight: Bool, _ best: inout Split,
    _ isSplittable: inout Bool
  ) {
    var shared = leaf.kernel
    var found = kernel_found(gain: best.gain, left: 0, bin: -1, exists: isSplittable ? 1 : 0)
    if isFromRight {
      kernel_split_from_right(bins, mapper.valueBins, &shared, &found, VectorKernels.avx2)
    } else {
      kernel_split_from_left(
        bins, mapper.partsMissing ? mapper.valueBins : mapper.valueBins - 1, &shared, &found, VectorKernels.avx2)
    }
    isSplittable = found.exists != 0
    guard found.bin >= 0 else { return }
    (best.gain, best.left, best.bin) = (found.gain, found.left, Int(found.bin))
    (best.missingGoesLeft, best.isCandidate) = (isFromRight, true)
  }

  /// Takes a split in place of the best so far if its gain is strictly larger.
  @inline(__always)
  private func offer(
    _ bin: Int, _ left: Int64, _ right: Int64, _ leftHessian: Double, _ rightHessian: Double, missingGoesLeft: Bool,
    _ best: inout Split
  ) {
    let gain =
      rules.gain(Double(gradientSum(left)) * scale.gradientStep, leftHessian)
      + rules.gain(Double(gradientSum(right)) * scale.gradientStep, rightHessian)
    guard gain > best.gain else { return }
    best.gain = gain
    best.bin = bin
    best.left = left
    best.missingGoesLeft = missingGoesLeft
    best.isCandidate = true
  }

  /// The same where values are bounded or smoothed: the gain is that of the values, which must go the right way.
  private func offerBounded(
    _ bin: Int, _ left: Int64, _ right: Int64, _ leftRows: Int, _ leaf: Totals, _ direction: Int,
    missingGoesLeft: Bool, _ best: inout Split
  ) {
    let leftSums = (Double(gradientSum(left)) * scale.gradientStep, Double(hessianSum(left)) * scale.hessianStep)
    let rightSums = (Double(gradientSum(right)) * scale.gradientStep, Double(hessianSum(right)) * scale.hessianStep)
    let leftOutput = rules.output(leftSums.0, leftSums.1, rows: leftRows, leaf.bounds)
    let rightOutput = rules.output(rightSums.0, rightSums.1, rows: leaf.rows - leftRows, leaf.bounds)
    if (direction > 0 && leftOutput > rightOutput) || (direction < 0 && leftOutput < rightOutput) { return }
    let gain =
      rules.gain(leftSums.0, leftSums.1, of: leftOutput) + rules.gain(rightSums.0, rightSums.1, of: rightOutput)
    guard gain > best.gain else { return }
    best.gain = gain
    best.bin = bin
    best.left = left
    best.missingGoesLeft = missingGoesLeft
    (best.leftOutput, best.rightOutput) = (leftOutput, rightOutput)
    best.isCandidate = true
  }

  /// Missing values with the left side; the right side grows from the highest value bin down.
  @inline(__always)
  private func scanFromRight(
    _ bins: UnsafePointer<Int64>, _ mapper: MapperShape, _ leaf: Totals, _ hessian: Double, _ direction: Int,
    _ best: inout Split
  ) {
    let perHessian = rules.minData > 0 || rules.isBounded ? leaf.rowsPerHessian : 0
    let total = leaf.sum
    var right: Int64 = 0
    var rightRows = 0
    // With one value bin the only split is value | missing, which the scan from the left finds.
    var bin = mapper.valueBins - 1
    while bin >= 1 {
      let sum = bins[bin]
      right &+= sum
      if rules.minData > 0 || rules.isBounded {
        rightRows += Int(Double(hessianSum(sum)) * scale.hessianStep * perHessian + 0.5)
      }
      bin -= 1
      let left = total &- right
      let rightHessian = Double(hessianSum(right)) * scale.hessianStep
      if rightRows < rules.minData || rightHessian < rules.minHessian || right == 0 { continue }
      let leftHessian = Double(hessianSum(left)) * scale.hessianStep
      if leaf.rows - rightRows < rules.minData || leftHessian < rules.minHessian { break }
      if left == 0 { continue }
      if let only = leaf.onlyBin, only != bin { continue }
      if rules.isBounded {
        offerBounded(
          bin, left, right, leaf.rows - rightRows, leaf, direction, missingGoesLeft: true, &best)
      } else {
        offer(bin, left, right, leftHessian, rightHessian, missingGoesLeft: true, &best)
      }
    }
  }

  /// Missing values with the right side; the left side grows from bin 0 up, to all values | missing.
  @inline(__always)
  private func scanFromLeft(
    _ bins: UnsafePointer<Int64>, _ mapper: MapperShape, _ leaf: Totals, _ hessian: Double, _ direction: Int,
    _ best: inout Split
  ) {
    let perHessian = rules.minData > 0 || rules.isBounded ? leaf.rowsPerHessian : 0
    let total = leaf.sum
    var left: Int64 = 0
    var leftRows = 0
    let end = mapper.partsMissing ? mapper.valueBins : mapper.valueBins - 1
    for bin in 0..<end {
      let sum = bins[bin]
      left &+= sum
      if rules.minData > 0 || rules.isBounded {
        leftRows += Int(Double(hessianSum(sum)) * scale.hessianStep * perHessian + 0.5)
      }
      let right = total &- left
      let leftHessian = Double(hessianSum(left)) * scale.hessianStep
      if leftRows < rules.minData || leftHessian < rules.minHessian || left == 0 { continue }
      let rightHessian = Double(hessianSum(right)) * scale.hessianStep
      if leaf.rows - leftRows < rules.minData || rightHessian < rules.minHessian { break }
      if right == 0 { continue }
      if let only = leaf.onlyBin, only != bin { continue }
      if rules.isBounded {
        offerBounded(bin, left, right, leftRows, leaf, direction, missingGoesLeft: false, &best)
      } else {
        offer(bin, left, right, leftHessian, rightHessian, missingGoesLeft: false, &best)
      }
    }
  }
}

/// What the split finder needs of a mapper.
struct MapperShape: Sendable, Hashable {
  let valueBins: Int
  let hasMissing: Bool
  /// Whether all values can be parted from the missing ones; where zero is missing, its own empty bin stands for it.
  let partsMissing: Bool
  /// Categories that have bins, besides bin 0; 0 for numbers.
  let categories: Int

  init(_ mapper: BinMapper) {
    valueBins = mapper.upperBounds.count
    hasMissing = mapper.missingBin != nil
    partsMissing = mapper.missing == .nan
    categories = mapper.categories.count
  }
}
