import Compute

/// One training: the scores, derivatives and buffers that live from the first round to the last.
final class BoostingRun {
  private let options: BoostingOptions
  private let customObjective: CustomObjective?
  private let customMetrics: [CustomMetric]
  private let data: BinnedDataset
  private let validation: BinnedDataset?
  private let loss: any Loss
  private let threads: Int
  private let matrix: BinnedMatrix
  private let grower: TreeGrower
  private let sampler: RowSampler
  private let usable: [Bool]
  /// Row weights times the weights of their classes.
  private let weights: [Double]?

  private let rows: Int
  private let classes: Int
  private let scores: UnsafeMutablePointer<Double>
  private let pairs: UnsafeMutablePointer<GradientPair>
  /// The leaf of each row in the newest tree.
  private let leaves: UnsafeMutablePointer<UInt16>
  private var validationScores: [Double] = []
  private var baseScores: [Double]
  private var trees: [Tree] = []
  /// Split bins of every tree, by which DART takes trees off binned rows.
  private var treeBins: [[UInt8]] = []
  private var dropped: DroppedTrees
  private var stopping: EarlyStopping
  /// Rounds done.
  private(set) var roundCount = 0
  private var isExhausted = false
  private var isForest: Bool { options.boosting == .randomForest }

  init(_ booster: Booster, _ data: BinnedDataset, _ validation: BinnedDataset?) {
    let options = booster.options
    self.options = options
    customObjective = booster.customObjective
    customMetrics = booster.customMetrics
    self.data = data
    self.validation = validation
    loss = options.loss(for: data.labels)
    rows = data.rowCount
    classes = loss.scoreCount
    threads = options.threadCount
    matrix = data.matrix
    grower = TreeGrower(matrix, options, threads: threads)
    dropped = DroppedTrees(options)
    stopping = EarlyStopping(options, booster.customMetrics)
    sampler = RowSampler(options, labels: data.labels)
    weights = options.weights(data.weights, data.labels)
    usable = matrix.mappers.map { !$0.isTrivial }
    scores = allocateLarge(Double.self, capacity: rows * classes)
    pairs = allocateLarge(GradientPair.self, capacity: rows * classes)
    leaves = allocateLarge(UInt16.self, capacity: rows)
    baseScores =
      options.boostFromAverage && data.initScores == nil
      ? loss.initialScores(data.labels, weights) : [Double](repeating: 0, count: classes)
    // XGBoost's files hold single precision; what is trained on is what is written.
    if options.growth == .levelwise { baseScores = baseScores.map { Double(Float($0)) } }
    for index in 0..<classes { (scores + index * rows).update(repeating: baseScores[index], count: rows) }
    for base in baseScores { validationScores += repeatElement(base, count: validation?.rowCount ?? 0) }
    for (place, score) in (data.initScores ?? []).enumerated() { scores[place] += score }
    for (place, score) in (validation?.initScores ?? []).enumerated() { validationScores[place] += score }
  }

  deinit {
    deallocateLarge(scores)
    deallocateLarge(pairs)
    deallocateLarge(leaves)
  }

  func train(_ onRound: ((Booster.Progress) -> Bool)?) throws(BoostingError) -> BoostingModel {
    while let values = try nextRound() {
      let goesOn = onRound?(Booster.Progress(iteration: roundCount, scores: values)) ?? true
      if stopping.isOver || !goesOn { break }
    }
    return model
  }

  /// Grows the trees of the next round.
  ///
  /// - Returns: The metrics on the validation data, none without; nil where all rounds were done or no split is worth its cost.
  func nextRound() throws(BoostingError) -> [Double]? {
    guard roundCount < options.numIterations, !isExhausted else { return nil }
    let iteration = roundCount
    if options.boosting == .dart {
      dropped.draw(iteration: iteration)
      addDropped(factor: -1, toValidation: false)
    }
    // A forest's trees all learn the same: what the constant leaves.
    if !isForest || iteration == 0 || options.rowSampling != .bagging { try fillPairs(iteration) }
    let bag = sampler.bag(iteration: iteration, pairs: pairs, classes: classes)
    var hasSplit = false
    for index in 0..<classes {
      let tree = try growTree(iteration, index, bag)
      hasSplit = hasSplit || !tree.splitFeature.isEmpty
      trees.append(tree)
    }
    if options.boosting == .dart { finishDropped() }
    if !hasSplit, !isForest {
      // More rounds would only repeat this one.
      trees.removeLast(classes)
      treeBins.removeLast(classes)
      isExhausted = true
      return nil
    }
    roundCount += 1
    guard validation != nil else { return [] }
    let values = validationValues
    stopping.add(values)
    return values
  }

  /// The metrics on the validation data after the rounds so far, those of the constant before the first; none without such data.
  var validationValues: [Double] {
    guard let validation else { return [] }
    let scores = rawValidationScores
    return options.usedMetrics.map {
      $0.value(scores: scores, labels: validation.labels, weights: validation.weights, options: options)
    } + customMetrics.map { $0.value(scores, validation.labels, validation.weights) }
  }

  /// The raw scores of the validation rows after the rounds so far, `[class * rows + row]`.
  var rawValidationScores: [Double] { isForest && roundCount > 0 ? forestScores(roundCount) : validationScores }

  // MARK: - DART and forests

  /// Adds the trees of the rounds left out to the scores, times a factor.
  private func addDropped(factor: Double, toValidation: Bool) {
    for round in dropped.rounds {
      for index in 0..<classes {
        var tree = trees[round * classes + index]
        tree.scale(by: factor)
        let bins = treeBins[round * classes + index]
        BinnedScorer(data).add(tree, bins: bins, to: scores + index * rows, threads: threads)
        if toValidation, let validation {
          validationScores.withUnsafeMutableBufferPointer {
            BinnedScorer(validation).add(
              tree, bins: bins, to: $0.baseAddress! + index * validation.rowCount, threads: threads)
          }
        }
      }
    }
  }

  /// Puts the rounds left out back in their new size.
  private func finishDropped() {
    addDropped(factor: 1, toValidation: false)
    // From whole to what they keep, on all rows.
    addDropped(factor: dropped.kept - 1, toValidation: true)
    for round in dropped.rounds {
      for index in 0..<classes {
        trees[round * classes + index].scale(by: dropped.kept)
        if options.growth == .levelwise { trees[round * classes + index].roundToSingle() }
        trees[round * classes + index].shrinkage *= dropped.kept
      }
    }
    dropped.finishRound()
  }

  /// The mean over the trees so far: sums start with the constant once, each tree means it with itself.
  private func forestScores(_ count: Int) -> [Double] {
    let rows = validation?.rowCount ?? 0
    return validationScores.indices.map { place in
      let base = baseScores[place / max(1, rows)]
      return base + (validationScores[place] - base) / Double(count)
    }
  }

  private func fillPairs(_ iteration: Int) throws(BoostingError) {
    if let customObjective { return try fillPairs(customObjective, iteration) }
    // Each chunk writes its own rows only; labels and weights are read.
    nonisolated(unsafe) let (pairs, scores) = (pairs, UnsafePointer(scores))
    let (loss, rows) = (loss, rows)
    data.labels.withUnsafeBufferPointer { labels in
      nonisolated(unsafe) let labels = labels.baseAddress!
      func run(_ weights: UnsafePointer<Double>?) {
        nonisolated(unsafe) let weights = weights
        forEachChunk(of: rows, size: 8192, threads: threads) { range in
          loss.fill(pairs, rows: range, rowCount: rows, scores: scores, labels: labels, weights: weights)
        }
      }
      if let weights {
        weights.withUnsafeBufferPointer { run($0.baseAddress) }
      } else {
        run(nil)
      }
    }
  }

  /// Asks a loss from outside.
  private func fillPairs(_ objective: CustomObjective, _ iteration: Int) throws(BoostingError) {
    let count = rows * classes
    let (gradients, hessians) = objective.derivatives(
      Array(UnsafeBufferPointer(start: scores, count: count)), data.labels)
    guard gradients.count == count, hessians.count == count, hessians.allSatisfy({ $0 >= 0 }) else {
      throw BoostingError(
        .shapeMismatch,
        "the objective gave \(gradients.count) first and \(hessians.count) second derivatives in round "
          + "\(iteration + 1); \(count) of each are needed, the second not negative")
    }
    for place in 0..<count {
      let weight = weights?[place % rows] ?? 1
      pairs[place] = GradientPair(gradient: Float(gradients[place] * weight), hessian: Float(hessians[place] * weight))
    }
  }

  /// Grows the tree of one class, gives its leaves their exact values and adds them to all scores.
  private func growTree(_ iteration: Int, _ index: Int, _ bag: [UInt32]?) throws(BoostingError) -> Tree {
    let own = pairs + index * rows
    let scale = GradientScale(own, count: rows, threads: threads)
    guard scale.isFinite else {
      throw BoostingError(
        .invalidLabel,
        "gradients are not finite in round \(iteration + 1): training diverges (learningRate \(options.learningRate)), or "
          + "labels times weights exceed single precision")
    }
    let salt = options.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(iteration * classes + index) &* 0xD1B5_4A32_D192_ED03
    let features = NodeFeatures(
      options, tree: sampler.features(usable, iteration: iteration, index: index), iteration: iteration, index: index)
    var result = grower.grow(own, scale, scale.packer(salt: salt), bag: bag, features: features)
    if bag == nil { grower.writeLeaves(result.ranges, to: leaves) }
    setValues(&result, own, scale, iteration, index, isBagged: bag != nil)
    guard result.tree.leafValue.allSatisfy(\.isFinite) else {
      throw BoostingError(
        .invalidLabel,
        "leaf values are not finite in round \(iteration + 1): training diverges (learningRate \(options.learningRate))"
      )
    }
    treeBins.append(result.bins)
    if !result.tree.splitFeature.isEmpty {
      if !isForest { addScores(result, index, isBagged: bag != nil) }
      if let validation {
        validationScores.withUnsafeMutableBufferPointer {
          BinnedScorer(validation).add(
            result.tree, bins: result.bins, to: $0.baseAddress! + index * validation.rowCount, threads: threads)
        }
      }
    }
    return result.tree
  }

  /// Replaces the quantised leaf values by those of the exact sums, and shrinks them.
  private func setValues(
    _ result: inout TreeGrower.Result, _ own: UnsafePointer<GradientPair>, _ scale: GradientScale,
    _ iteration: Int, _ index: Int, isBagged: Bool
  ) {
    guard !result.tree.splitFeature.isEmpty else {
      // Such a tree is kept only beside others of its round; it must say what the scores were trained on: nothing.
      result.tree.leafValue = [0]
      return
    }
    let exact = ExactSums(scale, count: rows)
    let rules = SplitRules(options)
    let sums = isBagged ? bagSums(result, own, exact) : allSums(result, own, exact)
    // Where leaves bound each other by their values, these must stay what they were when they did.
    let keepsValues = !rules.monotone.isEmpty && options.monotoneMethod == .intermediate
    for (leaf, sum) in sums.enumerated() {
      let hessian = exact.hessian(sum.1)
      result.tree.leafWeight[leaf] = hessian
      if keepsValues { continue }
      let gradient = exact.gradient(sum.0)
      result.tree.leafValue[leaf] =
        rules.isBounded
        ? rules.output(
          gradient, hessian + result.bounds[leaf].extraL2, rows: result.tree.leafCount[leaf], result.bounds[leaf])
        : rules.output(gradient, hessian + result.bounds[leaf].extraL2)
    }
    if let loss = loss as? PercentileLoss { renewValues(&result, loss, index) }
    // As LightGBM: the first tree's leaves stay constant.
    if options.linearTree, iteration > 0 || data.initScores != nil { fitLeaves(&result, own) }
    let rate = isForest ? 1 : options.boosting == .dart ? dropped.shrinkage : options.learningRate
    result.tree.scale(by: rate)
    result.tree.shrinkage = rate
    if options.growth == .levelwise {
      // XGBoost's files hold single precision; what is trained on is what is written.
      result.tree.roundToSingle()
    }
  }

  /// Gives leaves linear functions of the features above them.
  private func fitLeaves(_ result: inout TreeGrower.Result, _ pairs: UnsafePointer<GradientPair>) {
    guard let table = data.table else { return }
    let fit = LinearFit(
      table: table, lambda: options.linearLambda, isCategorical: matrix.mappers.map(\.isCategorical))
    nonisolated(unsafe) let (grower, pairs) = (grower, pairs)
    let (ranges, paths, values) = (result.ranges, result.tree.paths, result.tree.leafValue)
    let leaves = parallelMap(count: ranges.count, threads: threads) { leaf in
      fit.leaf(path: paths[leaf], rows: grower.rows(ranges[leaf]), pairs, value: values[leaf])
    }
    result.tree.linear = LinearLeaves(leaves: leaves)
  }

  private func bagSums(
    _ result: TreeGrower.Result, _ pairs: UnsafePointer<GradientPair>, _ exact: ExactSums
  ) -> [(Int64, Int64)] {
    nonisolated(unsafe) let (grower, pairs) = (grower, pairs)
    let ranges = result.ranges
    return parallelMap(count: ranges.count, threads: threads) { leaf in
      var total: (Int64, Int64) = (0, 0)
      grower.forEachEntries(ranges[leaf]) { entries in
        let part = exact.sums(pairs, entries: entries)
        total.0 &+= part.0
        total.1 &+= part.1
      }
      return total
    }
  }

  private func allSums(
    _ result: TreeGrower.Result, _ pairs: UnsafePointer<GradientPair>, _ exact: ExactSums
  ) -> [(Int64, Int64)] {
    nonisolated(unsafe) let (leaves, pairs) = (UnsafePointer(leaves), pairs)
    let (count, rows) = (result.ranges.count, rows)
    let none = [(Int64, Int64)](repeating: (0, 0), count: count)
    let chunk = max(65_536, 16 * count)
    let parts = parallelMap(count: (rows + chunk - 1) / chunk, threads: threads) { index in
      var sums = none
      exact.add(pairs, index * chunk..<min((index + 1) * chunk, rows), leaves: leaves, to: &sums)
      return sums
    }
    return parts.reduce(into: none) { total, part in
      for leaf in total.indices {
        total[leaf].0 &+= part[leaf].0
        total[leaf].1 &+= part[leaf].1
      }
    }
  }

  /// Gives leaves the percentile of their rows' residuals: what the derivatives of these losses cannot tell.
  private func renewValues(_ result: inout TreeGrower.Result, _ loss: PercentileLoss, _ index: Int) {
    nonisolated(unsafe) let (grower, scores) = (grower, UnsafePointer(scores + index * rows))
    let (ranges, labels, weights) = (result.ranges, data.labels, weights)
    result.tree.leafValue = parallelMap(count: ranges.count, threads: threads) { leaf in
      let members = grower.rows(ranges[leaf])
      return loss.percentile(
        of: members.map { labels[$0] - scores[$0] }, labels: members.map { labels[$0] },
        weights: weights.map { weights in members.map { weights[$0] } })
    }
  }

  private func addScores(_ result: TreeGrower.Result, _ index: Int, isBagged: Bool) {
    let own = scores + index * rows
    if isBagged || result.tree.linear != nil {
      var known: UnsafePointer<UInt16>?
      if isBagged, result.ranges.count < Int(BinnedScorer.unknown) {
        leaves.update(repeating: BinnedScorer.unknown, count: rows)
        grower.writeLeaves(result.ranges, to: leaves)
        known = UnsafePointer(leaves)
      }
      BinnedScorer(data).add(result.tree, bins: result.bins, to: own, known: known, threads: threads)
      return
    }
    nonisolated(unsafe) let (leaves, target) = (UnsafePointer(leaves), own)
    let values = result.tree.leafValue
    forEachChunk(of: rows, size: 16_384, threads: threads) { rows in
      values.withUnsafeBufferPointer { values in
        for row in rows { target[row] += values[Int(leaves[row])] }
      }
    }
  }

  /// The model of the rounds so far; with early stopping cut to its best round.
  var model: BoostingModel {
    var kept = trees
    if options.earlyStoppingRounds > 0, let best = stopping.bestRound { kept = Array(trees.prefix(best * classes)) }
    let ranges = zip(matrix.mappers, usable).map { $1 && !$0.isCategorical ? $0.minimum...$0.maximum : nil }
    var bases = baseScores
    if isForest {
      // Each tree says the whole prediction, of which the mean is taken.
      for place in kept.indices { kept[place].add(bases[place % classes]) }
      if kept.isEmpty { kept = bases.map { Tree(constant: $0, count: rows) } }
      bases = [Double](repeating: 0, count: classes)
    } else if options.growth != .levelwise {
      // As LightGBM: the intercept stands in the first trees, so that files need no word for it.
      if kept.isEmpty {
        kept = bases.map { Tree(constant: $0, count: rows) }
      } else {
        for index in 0..<classes {
          kept[index].add(bases[index])
          if bases[index] != 0 { kept[index].shrinkage = 1 }
        }
      }
      bases = [Double](repeating: 0, count: classes)
    }
    var model = BoostingModel(
      objective: options.objective, numClass: options.scoresPerRow,
      featureNames: data.featureNames, baseScores: bases, trees: kept, featureRanges: ranges, averagesTrees: isForest)
    if validation != nil { model.metricHistory = stopping.history }
    model.objectiveParameter = options.objectiveParameter
    model.bestIteration = stopping.bestRound
    for (feature, mapper) in matrix.mappers.enumerated() where mapper.isCategorical {
      model.featureCategories[feature] = mapper.categories.filter { $0 != CategoricalBins.others }
    }
    return model
  }
}
