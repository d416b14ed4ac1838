import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("linear leaves")
struct LinearTests {
  private static var content: CategoricalTests.Content { CategoricalTests.content }
  private static var originals: [CategoricalTests.Content.Model] { content.models.filter { $0.kind == "linear" } }
  private static let columns = Array(content.table[2...])
  private static var rows: [[Double]] { Array(content.columns(of: content.rows)[2...]) }

  private static func options(_ model: CategoricalTests.Content.Model) throws -> BoostingOptions {
    var options = BoostingOptions.lightGBM
    options.objective = model.label == "binary" ? .binary : .regression
    (options.numLeaves, options.numIterations) = (15, 12)
    for (name, value) in model.parameters { try options.set(name, to: value) }
    return options
  }

  @Test("LightGBM's models predict what they predict there, and a file keeps them")
  func readsOriginals() throws {
    for model in Self.originals {
      let own = try BoostingModel(text: model.text)
      #expect(try own.rawScores(Self.rows) == model.scores)
      #expect(try own.rawScores(Self.columns) == model.train_scores)
      let again = try BoostingModel(text: own.lightGBMText())
      #expect(try again.rawScores(Self.columns) == model.train_scores)
      #expect(throws: BoostingError.self) { try own.xgboostJSON(singlePrecisionInput: true) }
    }
  }

  @Test("training gives LightGBM's functions")
  func trainsLikeLightGBM() throws {
    for model in Self.originals {
      let labels = model.label == "binary" ? Self.content.binary : Self.content.real
      let own = try Booster(Self.options(model)).train(TrainingData(columns: Self.columns, labels: labels))
      // LightGBM keeps values and derivatives in single precision.
      for (value, expected) in zip(try own.rawScores(Self.columns), model.train_scores) {
        #expect(abs(value - expected) < 1e-5)
      }
    }
  }

  @Test("a line is learned exactly, and better than by steps")
  func line() throws {
    let x = (0..<1000).map(Double.init)
    var random = RandomStream(seed: 3)
    let y = x.map { 2 * $0 + random.normal() }
    var options = BoostingOptions.lightGBM
    (options.numIterations, options.numLeaves, options.learningRate) = (100, 5, 0.2)
    func error(_ isLinear: Bool) throws -> Double {
      options.linearTree = isLinear
      let model = try Booster(options).train(TrainingData(columns: [x], labels: y))
      return zip(try model.predictions([x]), y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 1000
    }
    let (linear, steps) = (try error(true), try error(false))
    // The noise has the variance 1; the first tree and a shrunk start leave some of the rest.
    #expect(linear < 2 && linear < steps / 2)
  }

  @Test("a feature far from zero, such as seconds since 1970, is fitted like any other")
  func far() throws {
    var random = RandomStream(seed: 21)
    let near = (0..<2000).map { _ in random.uniform() * 1000 }
    let y = near.map { 0.01 * $0 + 0.1 * random.normal() }
    var options = BoostingOptions.lightGBM
    (options.linearTree, options.numIterations, options.numLeaves, options.learningRate) = (true, 40, 4, 0.3)
    func error(_ x: [Double]) throws -> Double {
      let model = try Booster(options).train(TrainingData(columns: [x], labels: y))
      return zip(try model.predictions([x]), y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2000
    }
    let (own, moved) = (try error(near), try error(near.map { $0 + 1.7e9 }))
    #expect(own < 0.02 && moved < 0.02)
  }

  @Test("validation data without its table is refused")
  func validationWithoutTable() throws {
    let data = try TrainingData(columns: Self.columns, labels: Self.content.real)
    let options = try Self.options(Self.originals[0])
    let bins = try BinnedDataset(data, options)
    let bare = try BinnedDataset(data, binnedAs: BinnedDataset(data, .lightGBM))
    #expect(throws: BoostingError.self) { try Booster(options).train(bins, validation: bare) }
  }

  @Test("models have the same bytes for any number of threads; scores while training are the model's")
  func sameBytes() throws {
    let table = Self.columns.enumerated().map { index, column in
      column.enumerated().map { $0 % 17 == index ? Double.nan : $1 }
    }
    let data = try TrainingData(columns: table, labels: Self.content.real)
    for pairs in [
      [:], ["boosting": "dart", "skip_drop": "0"], ["bagging_fraction": "0.5", "bagging_freq": "1"],
      ["data_sample_strategy": "goss", "learning_rate": "0.5"],
    ] as [[String: String]] {
      var options = try Self.options(Self.originals[0])
      options.metrics = [.l2]
      for (name, value) in pairs { try options.set(name, to: value) }
      var texts: Set<String> = []
      for threads in [1, 2, 3, 8] {
        options.numThreads = threads
        let model = try Booster(options).train(data, validation: data)
        texts.insert(try model.lightGBMText())
        let own = ValidationMetric.l2.value(
          scores: try model.rawScores(data.table), labels: data.labels, weights: nil, options: options)
        #expect(isClose(own, model.history.last ?? 0, relative: 1e-9))
      }
      #expect(texts.count == 1)
    }
  }

  @Test("contributions are Shapley's values where unknown features are as missing ones: by trying every subset")
  func shapley() throws {
    var random = RandomStream(seed: 4)
    let columns = (0..<3).map { _ in (0..<600).map { _ in random.normal() } }
    let labels = (0..<600).map { columns[0][$0] * columns[1][$0] + columns[2][$0] + 0.1 * random.normal() }
    var options = BoostingOptions.lightGBM
    (options.linearTree, options.numLeaves, options.numIterations) = (true, 6, 4)
    let model = try Booster(options).train(TrainingData(columns: columns, labels: labels))
    #expect(model.trees.contains { $0.linear != nil })
    let part = columns.map { Array($0[..<12]) }
    let shares = try model.contributions(NumericTable(columns: part))
    let scores = try model.rawScores(part)
    for row in 0..<12 {
      func worth(_ known: Set<Int>) -> Double {
        model.trees.reduce(0) { $0 + Self.expected($1, known) { part[$0][row] } }
      }
      for feature in 0..<3 {
        var value = 0.0
        for subset in 0..<8 where subset >> feature & 1 == 0 {
          let known = Set((0..<3).filter { subset >> $0 & 1 != 0 })
          // |S|! (3 − |S| − 1)! / 3!
          let weight = [1.0 / 3, 1.0 / 6, 1.0 / 3][known.count]
          value += weight * (worth(known.union([feature])) - worth(known))
        }
        #expect(abs(shares[row * 4 + feature] - value) < 1e-9)
      }
      #expect(abs(shares[row * 4..<row * 4 + 4].reduce(0, +) - scores[row]) < 1e-9)
    }
  }

  @Test(
    "interactions are those of Shapley's values, of steps and linear leaves: by trying every subset",
    arguments: [false, true])
  func interactions(isLinear: Bool) throws {
    var random = RandomStream(seed: 5)
    let columns = (0..<4).map { _ in (0..<800).map { _ in random.normal() } }
    let labels = (0..<800).map { columns[0][$0] * columns[1][$0] + columns[2][$0] + 0.1 * random.normal() }
    var options = BoostingOptions.lightGBM
    (options.linearTree, options.numLeaves, options.numIterations) = (isLinear, 8, 4)
    let model = try Booster(options).train(TrainingData(columns: columns, labels: labels))
    let part = try NumericTable(columns: columns.map { Array($0[..<10]) })
    let (pairs, shares) = (try model.interactions(part), try model.contributions(part))
    for row in 0..<10 {
      func worth(_ known: Set<Int>) -> Double {
        model.trees.reduce(0) { $0 + Self.expected($1, known) { columns[$0][row] } }
      }
      for i in 0..<4 {
        let own = pairs[(row * 5 + i) * 5..<(row * 5 + i + 1) * 5]
        #expect(abs(own.reduce(0, +) - shares[row * 5 + i]) < 1e-9)
        for j in 0..<4 where j != i {
          var value = 0.0
          for subset in 0..<16 where subset >> i & 1 == 0 && subset >> j & 1 == 0 {
            let known = Set((0..<4).filter { subset >> $0 & 1 != 0 })
            // |S|! (4 − |S| − 2)! / (2 (4 − 1)!)
            let weight = [1.0 / 6, 1.0 / 12, 1.0 / 6][known.count]
            value +=
              weight * (worth(known.union([i, j])) - worth(known.union([i])) - worth(known.union([j])) + worth(known))
          }
          #expect(abs(pairs[(row * 5 + i) * 5 + j] - value) < 1e-9)
        }
      }
      #expect(pairs[row * 25 + 24] == shares[row * 5 + 4])
    }
  }

  /// What a tree is expected to say when some features are known: unknown splits go both ways by their training rows.
  private static func expected(_ tree: Tree, _ known: Set<Int>, _ row: (Int) -> Double) -> Double {
    func count(_ place: Int32) -> Int {
      place < 0 ? tree.leafCount[Int(~place)] : count(tree.left[Int(place)]) + count(tree.right[Int(place)])
    }
    func value(_ place: Int32) -> Double {
      guard place >= 0 else {
        return tree.value(ofLeaf: Int(~place)) { known.contains($0) ? row($0) : .nan }
      }
      let (left, right) = (tree.left[Int(place)], tree.right[Int(place)])
      let feature = Int(tree.splitFeature[Int(place)])
      if known.contains(feature) { return value(row(feature) <= tree.threshold[Int(place)] ? left : right) }
      return (Double(count(left)) * value(left) + Double(count(right)) * value(right)) / Double(count(place))
    }
    return value(tree.splitFeature.isEmpty ? ~0 : 0)
  }

  @Test("unsound options and datasets without values are refused")
  func refusals() throws {
    let data = try TrainingData(columns: Self.columns, labels: Self.content.real)
    for (name, value) in [
      ("objective", "regression_l1"), ("zero_as_missing", "true"), ("linear_lambda", "-1"), ("growth", "levelwise"),
      ("monotone_constraints", "1,0"), ("path_smooth", "1"),
    ] {
      var options = try Self.options(Self.originals[0])
      try options.set(name, to: value)
      if name == "growth" { (options.maxDepth, options.numLeaves) = (5, 0) }
      #expect(throws: BoostingError.self) { try Booster(options).train(data) }
    }
    let options = try Self.options(Self.originals[0])
    let bins = try BinnedDataset(data, .lightGBM)
    #expect(throws: BoostingError.self) { try Booster(options).train(bins) }
    let model = try BoostingModel(text: Self.originals[0].text)
    #expect(throws: BoostingError.self) { try model.refitted(on: data, options) }
  }
}
