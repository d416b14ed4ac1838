#if Programs
import ArgumentParser

@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measures TickBoost; the peers of each suite are scripts in Benchmarks/peers.",
    subcommands: liveBenchmarks + servingBenchmarks + [
      BoostingBenchmark.self, TrainingBenchmark.self, PredictionBenchmark.self, StorageBenchmark.self,
      StreamingBenchmark.self, FeaturesBenchmark.self, StreamBenchmark.self, PipelineBenchmark.self,
      BacktestBenchmark.self, TuningBenchmark.self, TuningObjective.self, SearchBenchmark.self, HonestyBenchmark.self,
    ])
}

/// Those of the live path, which needs its trait.
private var liveBenchmarks: [any ParsableCommand.Type] {
  #if Streaming
  [MessageBenchmark.self, LiveBenchmark.self, LivePredictionBenchmark.self, SoakBenchmark.self, ChaosBenchmark.self]
  #else
  []
  #endif
}

/// Those of the prediction service.
private var servingBenchmarks: [any ParsableCommand.Type] {
  #if Serving
  [ServingBenchmark.self, ServingLiveBenchmark.self]
  #else
  []
  #endif
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
