#if Streaming
package import CoreMetrics
import Synchronization

/// Keeps what the process's metrics say (swift-metrics), to be read by Prometheus: counters and gauges by name and labels.
///
/// Recorders without aggregation and gauges keep their last value, timers and aggregating recorders their count and sum.
package final class MetricsStore: MetricsFactory {
  private struct Key: Hashable {
    let label: String
    let dimensions: [String]
    let values: [String]
  }

  private enum Kind: String {
    case counter, gauge, summary
  }

  private struct Entry {
    let kind: Kind
    let cell: Cell
  }

  private let entries = Mutex<[Key: Entry]>([:])

  package init() {}

  private func cell(_ label: String, _ dimensions: [(String, String)], _ kind: Kind) -> Cell {
    let key = Key(label: label, dimensions: dimensions.map(\.0), values: dimensions.map(\.1))
    return entries.withLock { entries in
      if let known = entries[key] { return known.cell }
      let cell = Cell()
      entries[key] = Entry(kind: kind, cell: cell)
      return cell
    }
  }

  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    cell(label, dimensions, .counter)
  }

  package func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler { cell(label, dimensions, .counter) }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, dimensions, .gauge)
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler { cell(label, dimensions, aggregate ? .summary : .gauge) }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label, dimensions, .summary)
  }

  package func destroyCounter(_ handler: any CounterHandler) {}
  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  package func destroyMeter(_ handler: any MeterHandler) {}
  package func destroyRecorder(_ handler: any RecorderHandler) {}
  package func destroyTimer(_ handler: any TimerHandler) {}

  /// Writes all metrics, in the order of their names.
  func write(to text: inout PrometheusText) {
    let all = entries.withLock { $0 }
    let families = Dictionary(grouping: all) { Self.name($0.key.label) }
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      let kind = family[0].value.kind
      let full = kind == .counter ? "\(name)_total" : name
      text.family(full, kind.rawValue, "As the program's statistics count it.")
      for (key, entry) in family.sorted(by: { $0.key.values.joined() < $1.key.values.joined() })
      where entry.kind == kind {
        let labels = zip(key.dimensions.map(Self.name), key.values).map { ($0, $1) }
        let (value, count) = entry.cell.value
        if kind == .summary {
          text.sample("\(full)_sum", labels, value)
          text.sample("\(full)_count", labels, Double(count))
        } else {
          text.sample(full, labels, value)
        }
      }
    }
  }

  /// A name that Prometheus takes.
  private static func name(_ label: String) -> String {
    let name = String(
      label.unicodeScalars.map { scalar -> Character in
        let isAllowed =
          scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) || scalar == "_"
        return isAllowed ? Character(scalar) : "_"
      })
    return name.first.map { $0.isNumber ? "_\(name)" : name } ?? "_"
  }

  /// One metric's number.
  private final class Cell: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private let state = Mutex((value: 0.0, count: 0))

    var value: (value: Double, count: Int) { state.withLock { $0 } }

    private func add(_ amount: Double) {
      state.withLock {
        $0.value += amount
        $0.count += 1
      }
    }

    private func put(_ value: Double) {
      state.withLock {
        $0.value = value
        $0.count += 1
      }
    }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { state.withLock { $0 = (0, 0) } }
    func set(_ value: Int64) { put(Double(value)) }
    func set(_ value: Double) { put(value) }
    // A gauge is a recorder without aggregation in swift-metrics: its last value is what counts.
    func record(_ value: Int64) { put(Double(value)) }
    func record(_ value: Double) { put(value) }
    func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1e9) }
  }
}
#endif
