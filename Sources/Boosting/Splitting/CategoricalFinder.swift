/// Finds the best split of a feature of categories from its histogram: some of its bins on one side, the rest on the other.
///
/// Few categories are tried alone against the rest; more are sorted by what their rows ask for, and the best cut of that
/// order is taken, which for one loss is the best of all (Fisher 1958). Bin 0 holds what is no category.
struct CategoricalFinder: Sendable {
  private let rules: SplitRules
  private let scale: GradientScale
  private let options: BoostingOptions

  init(rules: SplitRules, scale: GradientScale, options: BoostingOptions) {
    self.rules = rules
    self.scale = scale
    self.options = options
  }

  /// Real sums and rows of some bins.
  private struct Side {
    var sum: Int64 = 0
    var rows = 0
  }

  /// - Parameters:
  ///   - bins: The feature's sums, one a bin.
  ///   - count: Its bins, bin 0 included.
  ///   - leaf: Sums and rows of the leaf.
  ///   - feature: What the split's `feature` is to be.
  /// - Returns: The best split, or one that does not exist; and whether there is any.
  func best(
    _ bins: UnsafePointer<Int64>, count: Int, _ leaf: SplitFinder.Totals, feature: Int
  ) -> (split: Split, isSplittable: Bool) {
    let (gradient, hessian) = real(leaf.sum)
    // As LightGBM: smoothed, the leaf saves what its value saves, not what a value smoothed once more would.
    let before =
      rules.pathSmooth > 0
      ? rules.gain(gradient, hessian, of: leaf.bounds.parent) : rules.gain(gradient, hessian)
    var best = Split()
    let floor = before + rules.minGain
    best.gain = floor
    let perHessian = leaf.rowsPerHessian
    let sides = (0..<count).map { bin in
      Side(sum: bins[bin], rows: Int(Double(hessianSum(bins[bin])) * scale.hessianStep * perHessian + 0.5))
    }
    if options.growth == .levelwise {
      levelwise(sides, leaf, &best)
    } else if count <= options.maxCatToOnehot {
      for bin in alone(sides, leaf) {
        offer(sides[bin], [UInt16(bin)], leaf, extraL2: 0, missingGoesLeft: false, membersGoLeft: true, &best)
      }
    } else {
      sorted(sides, leaf, &best)
    }
    guard best.isCandidate else { return (Split(), false) }
    best.gain -= floor
    best.feature = feature
    return (best, true)
  }

  private func real(_ sum: Int64) -> (gradient: Double, hessian: Double) {
    (Double(gradientSum(sum)) * scale.gradientStep, Double(hessianSum(sum)) * scale.hessianStep)
  }

  private func isEnough(_ side: Side) -> Bool {
    side.rows >= rules.minData && real(side.sum).hessian >= rules.minHessian && side.sum != 0
  }

  private func rest(_ side: Side, of leaf: SplitFinder.Totals) -> Side {
    Side(sum: leaf.sum &- side.sum, rows: leaf.rows - side.rows)
  }

  /// The bins that are tried alone: all, or one by chance for extra-random trees.
  private func alone(_ sides: [Side], _ leaf: SplitFinder.Totals) -> [Int] {
    (1..<sides.count).filter { bin in leaf.onlyBin.map { $0 % (sides.count - 1) + 1 == bin } ?? true }
  }

  /// Takes a side, which goes left if `membersGoLeft`, in place of the best so far if its gain is strictly larger.
  private func offer(
    _ side: Side, _ members: @autoclosure () -> [UInt16], _ leaf: SplitFinder.Totals, extraL2: Double,
    missingGoesLeft: Bool, membersGoLeft: Bool, _ best: inout Split
  ) {
    let other = rest(side, of: leaf)
    guard isEnough(side), isEnough(other) else { return }
    let (left, right) = membersGoLeft ? (side, other) : (other, side)
    let (leftSums, rightSums) = (real(left.sum), real(right.sum))
    let (leftHessian, rightHessian) = (leftSums.hessian + extraL2, rightSums.hessian + extraL2)
    var gain = 0.0
    var outputs = (0.0, 0.0)
    if rules.isBounded {
      outputs = (
        rules.output(leftSums.gradient, leftHessian, rows: left.rows, leaf.bounds),
        rules.output(rightSums.gradient, rightHessian, rows: right.rows, leaf.bounds)
      )
      gain =
        rules.gain(leftSums.gradient, leftHessian, of: outputs.0)
        + rules.gain(rightSums.gradient, rightHessian, of: outputs.1)
    } else {
      gain = rules.gain(leftSums.gradient, leftHessian) + rules.gain(rightSums.gradient, rightHessian)
    }
    guard gain > best.gain else { return }
    best = Split()
    best.gain = gain
    best.left = left.sum
    best.missingGoesLeft = missingGoesLeft
    (best.members, best.membersGoLeft, best.extraL2) = (members(), membersGoLeft, extraL2)
    (best.leftOutput, best.rightOutput) = outputs
    best.isCandidate = true
  }

  /// LightGBM's search among many categories, from both ends of their order.
  private func sorted(_ sides: [Side], _ leaf: SplitFinder.Totals, _ best: inout Split) {
    let order = order(sides, smoothing: options.catSmooth).filter { Double(sides[$0].rows) >= options.catSmooth }
    let most = min(options.maxCatThreshold, (order.count + 1) / 2)
    let only = leaf.onlyBin.map { $0 % max(1, most) }
    for isFromEnd in [false, true] {
      let way = isFromEnd ? order.reversed() : order
      var side = Side()
      var group = 0
      for place in 0..<most {
        side.sum &+= sides[way[place]].sum
        side.rows += sides[way[place]].rows
        group += sides[way[place]].rows
        if !isEnough(side) { continue }
        let other = rest(side, of: leaf)
        if !isEnough(other) || other.rows < options.minDataPerGroup { break }
        if group < options.minDataPerGroup { continue }
        group = 0
        if let only, only != place { continue }
        offer(
          side, way[...place].map { UInt16($0) }, leaf, extraL2: options.catL2, missingGoesLeft: false,
          membersGoLeft: true, &best)
      }
    }
  }

  /// XGBoost's search: the members of the set go right, the last bin, of what is no category, always left.
  private func levelwise(_ sides: [Side], _ leaf: SplitFinder.Totals, _ best: inout Split) {
    let (missing, known) = (sides[0], Array(1..<max(1, sides.count - 1)))
    func plus(_ side: Side, _ other: Side) -> Side {
      Side(sum: side.sum &+ other.sum, rows: side.rows + other.rows)
    }
    if known.count < options.maxCatToOnehot {
      for bin in known where leaf.onlyBin.map({ $0 % known.count + 1 == bin }) ?? true {
        for missingGoesLeft in missing.sum == 0 ? [true] : [true, false] {
          offer(
            missingGoesLeft ? sides[bin] : plus(sides[bin], missing), [UInt16(bin)], leaf, extraL2: 0,
            missingGoesLeft: missingGoesLeft, membersGoLeft: false, &best)
        }
      }
      return
    }
    // By the value that each would have alone, ascending.
    let values = sides.map { side in
      let sums = real(side.sum)
      return rules.output(sums.gradient, sums.hessian)
    }
    let order = known.sorted { (values[$0], $0) < (values[$1], $1) }
    let all = order.reduce(Side()) { plus($0, sides[$1]) }
    let most = min(options.maxCatThreshold, order.count) - 1
    let only = leaf.onlyBin.map { $0 % max(1, most) }
    var (first, last) = (Side(), Side())
    for place in 0..<max(0, most) {
      first = plus(first, sides[order[place]])
      last = plus(last, sides[order[order.count - 1 - place]])
      if let only, only != place { continue }
      offer(
        first, order[...place].map { UInt16($0) }, leaf, extraL2: 0, missingGoesLeft: true, membersGoLeft: false,
        &best)
      // The last ones go left, the others and missing values right.
      let rest = Side(sum: all.sum &- last.sum &+ missing.sum, rows: all.rows - last.rows + missing.rows)
      offer(
        rest, order[..<(order.count - 1 - place)].map { UInt16($0) }, leaf, extraL2: 0, missingGoesLeft: false,
        membersGoLeft: false, &best)
    }
  }

  /// The bins of categories by G/(H + smoothing), ascending; equal ones by number.
  private func order(_ sides: [Side], smoothing: Double) -> [Int] {
    let keys = sides.map { side in
      let (gradient, hessian) = real(side.sum)
      return hessian + smoothing > 0 ? gradient / (hessian + smoothing) : 0
    }
    return (1..<sides.count).sorted { (keys[$0], $0) < (keys[$1], $1) }
  }
}
