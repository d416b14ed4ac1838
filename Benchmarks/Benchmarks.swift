#if Programs
import ArgumentParser

@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measures TickBoost; the peers of each suite are scripts in Benchmarks/peers.",
    subcommands: [
      BoostingBenchmark.self, TrainingBenchmark.self, PredictionBenchmark.self, StorageBenchmark.self,
      StreamingBenchmark.self, FeaturesBenchmark.self, StreamBenchmark.self, PipelineBenchmark.self,
      BacktestBenchmark.self, TuningBenchmark.self, TuningObjective.self, SearchBenchmark.self, HonestyBenchmark.self,
    ])
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package trait 'Programs'") }
}
#endif
