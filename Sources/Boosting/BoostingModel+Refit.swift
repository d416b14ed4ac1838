import Compute

extension BoostingModel {
  /// The same trees with leaf values moved towards what other data says: for markets that change slowly.
  ///
  /// Tree after tree each leaf becomes `decay · old + (1 − decay) · new`, where new is the best value for the rows of
  /// the data that reach it, times the tree's shrinkage. Leaves without rows keep their value. Source: LightGBM's refit.
  /// - Parameters:
  ///   - data: Rows with the model's features.
  ///   - options: The objective's parameters and the penalties of leaf values.
  ///   - decay: Share of the old values, in 0...1 (`refit_decay_rate`).
  /// - Throws: ``BoostingError``: `invalidOption` for another objective or a custom one, a decay outside its range, a random
  ///   forest or linear leaves;
  ///   `shapeMismatch` for other features; `invalidLabel` if labels do not fit.
  /// - Complexity: O(rows · trees · depth).
  public func refitted(
    on data: TrainingData, _ options: BoostingOptions, decay: Double = 0.9
  ) throws(BoostingError) -> BoostingModel {
    try options.validate()
    guard 0...1 ~= decay else { throw BoostingError(.invalidOption, "decay is \(decay); it must be in 0...1") }
    guard options.objective == objective, options.scoresPerRow == scoresPerRow, !averagesTrees else {
      throw BoostingError(
        .invalidOption,
        "objective is \(options.objective.rawValue); only sums of trees of the model's own, \(objective.rawValue), are "
          + "refitted")
    }
    guard !trees.contains(where: { $0.linear != nil }) else {
      throw BoostingError(.invalidOption, "the model has linear leaves; only constant ones are refitted")
    }
    guard objective != .custom else {
      throw BoostingError(.invalidOption, "objective is custom; a refit has nobody to ask for its derivatives")
    }
    try options.loss.check(data.labels)
    let rules = SplitRules(options)
    let loss = options.loss(for: data.labels)
    let weights = options.weights(data.weights, data.labels)
    let reached = try leafIndices(data.table, threads: options.numThreads)
    let (rows, classes) = (data.rowCount, scoresPerRow)
    var scores = data.initScores ?? [Double](repeating: 0, count: rows * classes)
    for index in 0..<classes { for row in 0..<rows { scores[index * rows + row] += baseScores[index] } }
    var pairs = [GradientPair](repeating: GradientPair(gradient: 0, hessian: 0), count: rows * classes)
    var renewed = trees
    for number in trees.indices {
      if number % classes == 0 { fill(&pairs, scores, data.labels, weights, loss) }
      let index = number % classes
      var sums = trees[number].leafValue.map { _ in (gradient: 0.0, hessian: 0.0, rows: 0) }
      for row in 0..<rows {
        let leaf = Int(reached[row * trees.count + number])
        sums[leaf].gradient += Double(pairs[index * rows + row].gradient)
        sums[leaf].hessian += Double(pairs[index * rows + row].hessian)
        sums[leaf].rows += 1
      }
      for (leaf, sum) in sums.enumerated() where sum.rows > 0 {
        let value = rules.output(sum.gradient, sum.hessian) * trees[number].shrinkage
        renewed[number].leafValue[leaf] = decay * trees[number].leafValue[leaf] + (1 - decay) * value
        renewed[number].leafWeight[leaf] = sum.hessian
        renewed[number].leafCount[leaf] = sum.rows
      }
      if options.growth == .levelwise { renewed[number].roundToSingle() }
      for row in 0..<rows {
        scores[index * rows + row] += renewed[number].leafValue[Int(reached[row * trees.count + number])]
      }
    }
    var model = BoostingModel(
      objective: objective, numClass: numClass, featureNames: featureNames, baseScores: baseScores, trees: renewed,
      featureRanges: featureRanges)
    model.objectiveParameter = objectiveParameter
    model.featureCategories = featureCategories
    return model
  }

  private func fill(
    _ pairs: inout [GradientPair], _ scores: [Double], _ labels: [Double], _ weights: [Double]?, _ loss: any Loss
  ) {
    let rows = labels.count
    pairs.withUnsafeMutableBufferPointer { pairs in
      scores.withUnsafeBufferPointer { scores in
        labels.withUnsafeBufferPointer { labels in
          func run(_ weights: UnsafePointer<Double>?) {
            loss.fill(
              pairs.baseAddress!, rows: 0..<rows, rowCount: rows, scores: scores.baseAddress!,
              labels: labels.baseAddress!, weights: weights)
          }
          if let weights { weights.withUnsafeBufferPointer { run($0.baseAddress) } } else { run(nil) }
        }
      }
    }
  }
}
