// swift-tools-version:6.2
import PackageDescription

// MARK: - Settings shared by our own targets

// Warnings are errors in our targets only; the packages we depend on keep their own rules.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(name)", resources: resources, swiftSettings: swiftSettings)
}

/// One of the thin programs in `Examples`; without the trait `Programs` it builds to an empty shell.
func program(_ name: String, _ dependencies: [Target.Dependency], folder: String = "Examples") -> Target {
  .executableTarget(
    name: name,
    dependencies: dependencies + [
      "ProgramSupport",
      .product(
        name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Programs"])),
    ],
    path: folder == "." ? "Benchmarks" : "\(folder)/\(name)",
    exclude: folder == "." ? ["peers"] : [],
    swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], golden: Bool = false) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    path: "Tests/\(name)Tests", exclude: golden ? ["Golden"] : [], swiftSettings: swiftSettings)
}

/// A product of a package that only the trait `Streaming` fetches.
func streaming(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package, condition: .when(traits: ["Streaming"]))
}

/// A product of a package that only the trait `Serving` fetches.
func serving(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package, condition: .when(traits: ["Serving"]))
}

let core: [Target.Dependency] = ["Compute", "TickData", "Features", "Boosting", "Evaluation", "Tuning", "Modeling"]

let package = Package(
  name: "TickBoost",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "TickData", targets: ["TickData"]),
    .library(name: "Features", targets: ["Features"]),
    .library(name: "Boosting", targets: ["Boosting"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Tuning", targets: ["Tuning"]),
    .library(name: "Modeling", targets: ["Modeling"]),
    .library(name: "TickStorage", targets: ["TickStorage"]),
    .library(name: "TickStreaming", targets: ["TickStreaming"]),
    .library(name: "ModelServing", targets: ["ModelServing"]),
    .executable(name: "generate-ticks", targets: ["generate-ticks"]),
    .executable(name: "ingest-ticks", targets: ["ingest-ticks"]),
    .executable(name: "local-broker", targets: ["local-broker"]),
    .executable(name: "stream-ticks", targets: ["stream-ticks"]),
    .executable(name: "predict-stream", targets: ["predict-stream"]),
    .executable(name: "serve-models", targets: ["serve-models"]),
    .executable(name: "compute-features", targets: ["compute-features"]),
    .executable(name: "train-models", targets: ["train-models"]),
    .executable(name: "predict", targets: ["predict"]),
    .executable(name: "evaluate-models", targets: ["evaluate-models"]),
    .executable(name: "boost", targets: ["boost"]),
  ],
  // MARK: - Traits
  // A package that imports the core with `traits: []` fetches nothing at all.
  traits: [
    .trait(name: "Programs", description: "The command line programs (swift-argument-parser)."),
    .trait(
      name: "Streaming",
      description: "The live path: WebSocket (swift-nio), logs, metrics, and services that end in good order."),
    .trait(
      name: "Serving", description: "The prediction service by HTTP (Hummingbird), with TLS (swift-nio-ssl).",
      enabledTraits: ["Streaming"]),
    .default(enabledTraits: ["Programs", "Streaming", "Serving"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
  ],
  targets: [
    // MARK: - Foreign code
    .target(name: "CKernels", path: "Sources/CKernels"),
    .target(
      name: "CDuckDB", path: "Sources/CDuckDB", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(
      name: "CKafka", path: "Sources/CKafka", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    // MARK: - The core
    module("Compute", ["CKernels"]),
    module("TickData", ["Compute"]),
    module("Features", ["CKernels", "Compute", "TickData"]),
    module("Boosting", ["Compute", "CKernels"]),
    module("Evaluation", ["Compute", "TickData"]),
    module("Tuning", ["CKernels", "Compute", "Boosting", "Evaluation"]),
    module("Modeling", ["CKernels", "Compute", "TickData", "Features", "Boosting", "Evaluation", "Tuning"]),
    // MARK: - What stands around it
    module("TickStorage", ["TickData", "Compute", "CDuckDB"]),
    module(
      "TickStreaming",
      [
        "TickData", "TickStorage", "Compute", "CKernels", "CKafka", streaming("NIOCore", "swift-nio"),
        streaming("NIOPosix", "swift-nio"), streaming("NIOHTTP1", "swift-nio"), streaming("NIOWebSocket", "swift-nio"),
        streaming("Logging", "swift-log"), streaming("Metrics", "swift-metrics"),
        streaming("ServiceLifecycle", "swift-service-lifecycle"),
      ]),
    module(
      "ModelServing",
      [
        "TickData", "Features", "Boosting", "Evaluation", "Modeling", "TickStorage", "TickStreaming", "Compute",
        streaming("Logging", "swift-log"), streaming("Metrics", "swift-metrics"),
        streaming("CoreMetrics", "swift-metrics"),
        streaming("ServiceLifecycle", "swift-service-lifecycle"), streaming("NIOCore", "swift-nio"),
        streaming("NIOPosix", "swift-nio"), streaming("NIOConcurrencyHelpers", "swift-nio"),
        serving("Hummingbird", "hummingbird"), serving("HummingbirdTLS", "hummingbird"),
        serving("HummingbirdCore", "hummingbird"), serving("NIOHTTPTypes", "swift-nio-extras"),
        serving("NIOHTTPTypesHTTP1", "swift-nio-extras"), serving("NIOHTTP1", "swift-nio"),
        serving("HTTPTypes", "swift-http-types"), serving("NIOSSL", "swift-nio-ssl"),
      ],
      resources: ["console.html", "console.css", "console.js"].map { .embedInCode("Console/Assets/\($0)") }),
    // MARK: - Programs
    .target(
      name: "ProgramSupport",
      dependencies: [
        "TickData", "TickStorage", "TickStreaming", "Boosting", streaming("Logging", "swift-log"),
        streaming("ServiceLifecycle", "swift-service-lifecycle"),
        streaming("UnixSignals", "swift-service-lifecycle"),
        .product(
          name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Programs"])),
      ],
      path: "Examples/ProgramSupport", swiftSettings: swiftSettings),
    .executableTarget(
      name: "quick-start", dependencies: ["TickData", "Features", "Modeling"], path: "Examples/quick-start",
      swiftSettings: swiftSettings),
    program("generate-ticks", core + ["TickStorage", "TickStreaming", streaming("Logging", "swift-log")]),
    program("ingest-ticks", core + ["TickStorage", "TickStreaming"]),
    program("local-broker", ["TickStreaming", streaming("ServiceLifecycle", "swift-service-lifecycle")]),
    program("stream-ticks", ["TickStreaming"]),
    program("predict-stream", ["ModelServing", "TickStreaming"]),
    program(
      "serve-models",
      [
        "ModelServing", "Modeling", "TickStreaming", "TickStorage", streaming("Logging", "swift-log"),
        streaming("Metrics", "swift-metrics"), streaming("ServiceLifecycle", "swift-service-lifecycle"),
      ]),
    program("compute-features", core + ["TickStorage"]),
    program("train-models", core + ["TickStorage"]),
    program("predict", core + ["TickStorage", "ModelServing"]),
    program("evaluate-models", core + ["TickStorage"]),
    program("boost", ["Boosting", "Compute", "TickStorage"]),
    program("benchmarks", core + ["TickStorage", "TickStreaming", "ModelServing"], folder: "."),
    // MARK: - Tests
    .target(
      name: "TestSupport", dependencies: core, path: "Sources/TestSupport", swiftSettings: swiftSettings),
    // Tests of the repository itself: its documents and house rules.
    .testTarget(name: "RepositoryTests", path: "Tests/RepositoryTests", swiftSettings: swiftSettings),
    // Tests that run the programs as their users do.
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "TestSupport", "compute-features", "generate-ticks", "train-models", "evaluate-models", "serve-models",
      ],
      path: "Tests/ProgramTests",
      swiftSettings: swiftSettings),
    tests("Compute", ["CKernels"]),
    tests("TickData", ["Compute"], golden: true),
    tests("Features", ["TickData", "Compute"], golden: true),
    tests("Boosting", ["Compute", "CKernels"], golden: true),
    tests("Evaluation", ["TickData"], golden: true),
    tests("Tuning", ["Compute", "Boosting", "Evaluation", "study-process"], golden: true),
    // What tests of journals kill.
    .executableTarget(
      name: "study-process", dependencies: ["Tuning"], path: "Tests/StudyProcess", swiftSettings: swiftSettings),
    tests("Modeling", ["Compute", "TickData", "Features", "Boosting", "Evaluation", "Tuning"]),
    tests("TickStorage", ["TickData", "Compute", "generate-ticks"]),
    tests("TickStreaming", ["TickData", "Compute", "CKernels", "TickStorage", streaming("Logging", "swift-log")]),
    tests(
      "ModelServing",
      [
        "TickData", "Features", "Boosting", "Evaluation", "Modeling", "TickStreaming", "TickStorage",
        streaming("Logging", "swift-log"), streaming("ServiceLifecycle", "swift-service-lifecycle"),
        streaming("UnixSignals", "swift-service-lifecycle"),
        streaming("NIOCore", "swift-nio"), streaming("NIOPosix", "swift-nio"), serving("NIOSSL", "swift-nio-ssl"),
      ]),
  ]
)
