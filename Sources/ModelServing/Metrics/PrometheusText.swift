/// Metrics in Prometheus' text format 0.0.4: families of samples, each with its labels.
struct PrometheusText {
  private(set) var text = ""

  /// Begins a family.
  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(type)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    let list = labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",")
    let number =
      value.isNaN
      ? "NaN"
      : value.isInfinite
        ? (value > 0 ? "+Inf" : "-Inf")
        : value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    text += name + (labels.isEmpty ? "" : "{\(list)}") + " \(number)\n"
  }

  /// A family of one number.
  mutating func single(_ name: String, _ type: String, _ help: String, _ value: Double) {
    family(name, type, help)
    sample(name, [], value)
  }

  /// The buckets, sum and count of a histogram of durations, in seconds.
  mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: DurationHistogram) {
    let snapshot = histogram.snapshot
    var sum = 0
    for (bound, count) in zip(histogram.bounds, snapshot.counts) {
      sum += count
      sample("\(name)_bucket", labels + [("le", "\(Double(bound) / 1e9)")], Double(sum))
    }
    sample("\(name)_bucket", labels + [("le", "+Inf")], Double(snapshot.total))
    sample("\(name)_sum", labels, Double(snapshot.sum) / 1e9)
    sample("\(name)_count", labels, Double(snapshot.total))
  }

  static func escaped(_ text: String, quotes: Bool = false) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
