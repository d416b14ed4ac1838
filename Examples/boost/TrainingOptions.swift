#if Programs
import ArgumentParser
import Boosting
import Foundation
import ProgramSupport

/// What training and cross-validation are told: files on the command line, options as name=value or in a config file.
struct TrainingOptions: ParsableArguments {
  @Argument(help: "Options as name=value under LightGBM's or XGBoost's names, such as num_leaves=63.")
  var parameters: [String] = []
  @Option(help: "Table to train on: .csv, .tsv, LibSVM (all also .gz), .parquet or .npy.") var data: String?
  @Option(help: "Labels: a file, or a column by name or number; without it a text's first column.")
  var label: String?
  @Option(help: "Row weights: a file, or a column that is left when the label is gone; else DATA.weight if it exists.")
  var weight: String?
  @Option(help: "Options in the form of LightGBM's train.conf, one name = value a line; the command line goes before.")
  var config: String?
  @Option(help: "Threads; 0 for all processors.") var threads: Int?
  @Option(help: "Whose defaults and conventions: lightgbm, or xgboost, which .json, .ubj and grow_policy choose.")
  var defaults: Defaults?
  @Option(help: "Whether the first line of a text names the columns: true or false; found out without it.")
  var header: Bool?

  enum Defaults: String, ExpressibleByArgument, CaseIterable { case lightgbm, xgboost }

  /// Files and options after the config file and the command line are put together.
  struct Resolved {
    var options: BoostingOptions
    var defaults: Defaults
    var data: String
    var label: String?
    var weight: String?
    var header: Bool?
    var valid: String?
    var model: String?
    /// Features of categories that are named rather than numbered; ``nameCategories(_:)`` finds them.
    var categoryNames: [String] = []
    /// Whether the objective was asked for, rather than left to the defaults.
    var namesObjective = false
    /// What an absent value of a LibSVM line is.
    var absent: Double { defaults == .xgboost ? .nan : 0 }
  }

  /// Settings that name files or columns rather than train; the first is our own name.
  private static let fileNames: [[String]] = [
    ["data", "train", "train_data", "train_data_file", "data_filename"],
    ["valid", "test", "valid_data", "valid_data_file", "test_data", "test_data_file", "valid_filenames"],
    ["output_model", "model_output", "model_out"], ["label_column", "label"], ["weight_column", "weight"],
    ["header", "has_header"], ["task", "task_type"],
    ["forcedbins_filename", "fb_filename", "forcedbins", "forced_bins"],
  ]
  /// Settings of LightGBM's program that change nothing about the model.
  private static let withoutEffect: Set<String> = [
    "verbosity", "verbose", "metric_freq", "output_freq", "is_training_metric", "training_metric",
    "is_provide_training_metric", "train_metric", "is_save_binary_file", "save_binary", "local_listen_port",
    "local_port", "port", "machine_list_file", "machine_list", "mlist", "silent", "histogram_pool_size", "time_out",
  ]

  /// Puts everything together.
  ///
  /// - Parameters:
  ///   - model: The model file of the command line; its ending can choose the defaults.
  ///   - valid: The validation file of the command line.
  func resolved(model: String? = nil, valid: String? = nil) throws -> Resolved {
    var files: [String: String] = [:]
    var settings: [(name: String, value: String)] = []
    var categoryNames: [String] = []
    for (name, value) in try pairs() {
      if BoostingOptions.categoricalNames.contains(name), value.hasPrefix("name:") {
        categoryNames = value.dropFirst(5).split(separator: ",").map(String.init)
      } else if let names = Self.fileNames.first(where: { $0.contains(name) }) {
        files[names[0]] = value
      } else if Self.withoutEffect.contains(name) {
        Console.note("boost: \(name) has no effect here")
      } else {
        settings.append((name, value))
      }
    }
    if let task = files["task"], task != "train", task != "training" {
      throw ValidationError("task is '\(task)' in the options; this command trains")
    }
    guard let data = data ?? files["data"] else { throw ValidationError("--data is needed") }
    let model = model ?? files["output_model"]
    let isXGBoost =
      model?.hasSuffix(".json") == true || model?.hasSuffix(".ubj") == true
      || settings.contains { $0.name == "grow_policy" && ["depthwise", "levelwise", "lossguide"].contains($0.value) }
    let defaults = defaults ?? (isXGBoost ? .xgboost : .lightgbm)
    var options = try options(settings, defaults)
    if let path = files["forcedbins_filename"], !path.isEmpty { options.forcedBins = try forcedBins(path) }
    return Resolved(
      options: options, defaults: defaults, data: data,
      label: label ?? files["label_column"], weight: weight ?? files["weight_column"],
      header: header ?? files["header"].map { $0.lowercased() == "true" || $0 == "1" },
      valid: valid ?? files["valid"], model: model, categoryNames: categoryNames,
      namesObjective: settings.contains { BoostingOptions.objectiveNames.contains($0.name) })
  }

  /// Reads LightGBM's file of forced bins: `[{"feature": 0, "bin_upper_bound": [0.5, 1.5]}, ...]`.
  private func forcedBins(_ path: String) throws -> [Int: [Double]] {
    struct Entry: Decodable {
      var feature: Int
      var bin_upper_bound: [Double]
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw ValidationError("there is no file '\(path)' for forcedbins_filename")
    }
    do {
      let entries = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      return Dictionary(entries.map { ($0.feature, $0.bin_upper_bound) }) { $0 + $1 }
    } catch {
      throw ValidationError(
        "forcedbins_filename '\(path)' is no list of {\"feature\": number, \"bin_upper_bound\": [numbers]}")
    }
  }

  private func options(_ settings: [(name: String, value: String)], _ defaults: Defaults) throws -> BoostingOptions {
    var options = defaults == .xgboost ? BoostingOptions.xgboost : .lightGBM
    // The growth decides what `alpha` means, and how many bins there can be.
    for (name, value) in settings where name == "grow_policy" || name == "growth" { try options.set(name, to: value) }
    if options.growth != .levelwise { options.maxBin = min(options.maxBin, 255) }
    for (name, value) in settings where !(name == "grow_policy" || name == "growth") { try set(name, value, &options) }
    if let threads { options.numThreads = threads }
    return options
  }

  private func set(_ name: String, _ value: String, _ options: inout BoostingOptions) throws {
    if BoostingOptions.parameterNames.contains(name) { return try options.set(name, to: value) }
    let known = BoostingOptions.parameterNames + Self.fileNames.flatMap { $0 } + Self.withoutEffect.sorted()
    let nearest = nearestName(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
    throw ValidationError("there is no option '\(name)'\(nearest)")
  }

  /// The options of the config file and then those of the command line, which so go before.
  private func pairs() throws -> [(String, String)] {
    var lines: [(text: String, origin: String)] = []
    if let config {
      let text: String
      do {
        text = try String(contentsOfFile: config, encoding: .utf8)
      } catch {
        throw ValidationError("the config file '\(config)' cannot be read: \(error.localizedDescription)")
      }
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        lines.append((String(line.prefix { $0 != "#" }), "'\(config)', line \(number + 1)"))
      }
    }
    lines += parameters.map { ($0, "the command line") }
    return try lines.compactMap { line, origin in
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { return nil }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw ValidationError("'\(text)' in \(origin) is not name=value") }
      return (
        parts[0].trimmingCharacters(in: .whitespaces), parts[1].trimmingCharacters(in: .whitespaces)
      )
    }
  }
}

extension TrainingOptions.Resolved {
  /// Throws if the format of a model file cannot say what will be trained.
  ///
  /// - Parameter isSingle: Whether all values are single precision, as XGBoost's thresholds are.
  func checkFormat(of path: String, isSingle: Bool) throws {
    if path.hasSuffix(".txt") { return }
    func refuse(_ what: String) -> ValidationError {
      ValidationError("XGBoost's format, which '\(path)' asks for, cannot say \(what); --model NAME.txt can")
    }
    let unknown: [BoostingOptions.Objective] = [.huber, .fair, .expectile, .mape, .multiclassOVA]
    if unknown.contains(options.objective) { throw refuse("objective=\(options.objective.rawValue)") }
    if options.boosting == .randomForest { throw refuse("boosting=rf") }
    if options.linearTree { throw refuse("linear_tree") }
    if options.zeroAsMissing { throw refuse("zero_as_missing") }
    if options.growth != .levelwise, !isSingle {
      throw refuse(
        "the double-precision thresholds of \(options.growth.rawValue) trees (write text, then boost convert "
          + "--single-precision, or train on float32 values)")
    }
  }

  /// Numbers the features of categories that were given by name.
  mutating func nameCategories(_ names: [String]) throws {
    for name in categoryNames {
      guard let number = names.firstIndex(of: name) else {
        let nearest = nearestName(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("categorical_feature names '\(name)', which is no column\(nearest)")
      }
      options.categoricalFeatures.append(number)
    }
  }

  /// Reads the training table with its labels and weights.
  func trainingFile() throws -> DataFile {
    var file = try DataFile(data, hasHeader: header, absent: absent)
    try file.takeLabels(label)
    try file.takeWeights(weight)
    return file
  }
}
#endif
