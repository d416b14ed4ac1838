import Foundation

/// What a program says on the terminal: progress and notes on standard error, results on standard output.
public enum Console {
  /// Whether standard error is a terminal, so that a progress line may overwrite itself.
  public static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Columns of the terminal; nil where there is none or it does not say.
  static var columns: Int? {
    var size = winsize()
    guard isTerminal, ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes a line for people on standard error.
  public static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Writes a result as one line of JSON on standard output.
  public static func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Writes rows as a table with aligned columns on standard output; the first row is the heading.
  public static func printTable(_ rows: [[String]]) {
    guard let columns = rows.first?.count else { return }
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.enumerated().map { index, cell in
        let gap = String(repeating: " ", count: widths[index] - cell.count)
        return index == 0 ? cell + gap : gap + cell
      }
      print(cells.joined(separator: "  "))
    }
  }
}

/// A progress bar on a terminal, plain lines now and then in a pipe, nothing when quiet.
public final class Progress {
  private let title: String
  private let total: Int?
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant

  /// Starts a bar for `total` steps, or for an unknown number.
  public init(_ title: String, total: Int? = nil, isQuiet: Bool = false) {
    self.title = title
    self.total = total
    self.isQuiet = isQuiet
    start = clock.now
    last = start
  }

  /// Shows that `done` steps are done; nil where steps are not what counts.
  ///
  /// On a terminal the line is cut to its width, since one that wraps cannot be written over.
  public func update(_ done: Int?, _ detail: String = "") {
    let now = clock.now
    guard !isQuiet, now - last > (Console.isTerminal ? .milliseconds(100) : .seconds(10)) else { return }
    last = now
    var line = "\(title):" + (done.map { " \($0)" } ?? "")
    if let total, let done, total > 0 {
      let share = min(1, Double(done) / Double(total))
      let filled = Int(share * 24)
      line =
        "\(title) [\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 24 - filled))] "
        + "\(Int(share * 100)) %"
    }
    if !detail.isEmpty { line += done == nil ? " \(detail)" : "  \(detail)" }
    if let columns = Console.columns { line = String(line.prefix(columns - 1)) }
    FileHandle.standardError.write(Data((Console.isTerminal ? "\r\u{1b}[K\(line)" : line + "\n").utf8))
  }

  /// Ends the bar with one line that stays.
  public func finish(_ text: String) {
    guard !isQuiet else { return }
    let seconds = (clock.now - start).seconds
    let line = "\(title): \(text) (\(format(seconds, 2)) s)"
    Console.note(Console.isTerminal ? "\r\u{1b}[K\(line)" : line)
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// Runs `body` and returns its result and how many seconds it took.
public func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try body()
  return (result, (clock.now - start).seconds)
}

/// A number with a fixed number of decimals; `-` for NaN.
public func format(_ value: Double, _ decimals: Int = 4) -> String {
  value.isNaN ? "-" : String(format: "%.\(decimals)f", value)
}

/// A number with its first five digits, however small; `-` for NaN.
public func formatDigits(_ value: Double) -> String { value.isNaN ? "-" : String(format: "%.5g", value) }

/// A whole number with thousands separated.
public func format(_ value: Int) -> String {
  var digits = String(abs(value))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits = String(digits.dropLast(3))
  }
  return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number of things: `1 row`, `12,000 rows`.
public func counted(_ count: Int, _ thing: String) -> String { "\(format(count)) \(thing)\(count == 1 ? "" : "s")" }

/// The largest resident size of this process so far, in MiB.
public func peakMemoryMiB() -> Double {
  var usage = rusage()
  #if os(Linux)
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
  #else
  getrusage(RUSAGE_SELF, &usage)
  return Double(usage.ru_maxrss) / 1_048_576
  #endif
}

/// A time stamp as `YYYY-MM-DD hh:mm:ss` UTC; `-` for none.
public func formatTime(_ nanoseconds: Int64?) -> String {
  guard let nanoseconds, nanoseconds != .min else { return "-" }
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_US_POSIX")
  formatter.timeZone = TimeZone(identifier: "UTC")
  formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
  return formatter.string(from: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9))
}
