/// What a ``TickCleaner`` found and did: nothing is dropped, reordered or repaired without being counted here.
public struct CleaningReport: Sendable, Hashable, Codable {
  /// What was done to the rows of a count.
  public enum Action: String, Sendable, Hashable, Codable {
    /// The rows were taken out and are in ``CleaningReport/rejects``.
    case dropped
    /// A field was changed.
    case repaired
    /// The rows were moved to their place in time.
    case reordered
    /// The rows were left as they are.
    case reported
  }

  /// How many rows of a symbol a rule found, and what was done.
  public struct Count: Sendable, Hashable, Codable {
    /// The rule.
    public let rule: CleaningRule
    /// The symbol.
    public let symbol: String
    /// What was done.
    public let action: Action
    /// How many rows.
    public var rows: Int
  }

  /// A row that was taken out, as it came.
  public struct Reject: Sendable, Hashable, Codable {
    /// Position among the symbol's rows as they came, from 0.
    public let row: Int
    /// The rule that rejected it.
    public let rule: CleaningRule
    /// The row as it came.
    public let tick: Tick
  }

  /// Rows that came in.
  public private(set) var rowsIn = 0
  /// Rows that went out; `rowsIn` is always `rowsOut` plus the number of rejects.
  public private(set) var rowsOut = 0
  /// Counts in order of symbol and rule.
  public private(set) var counts: [Count] = []
  /// The rows that were taken out.
  public private(set) var rejects: [Reject] = []

  /// Makes an empty report.
  public init() {}

  /// Rows that a rule found in all symbols.
  public func rows(_ rule: CleaningRule) -> Int {
    counts.lazy.filter { $0.rule == rule }.reduce(0) { $0 + $1.rows }
  }

  /// The counts summed over symbols, in the order of the rules.
  public var totals: [(rule: CleaningRule, action: Action, rows: Int, symbols: Int)] {
    var totals: [(rule: CleaningRule, action: Action, rows: Int, symbols: Int)] = []
    for rule in CleaningRule.allCases {
      for action in [Action.dropped, .repaired, .reordered, .reported] {
        let found = counts.filter { $0.rule == rule && $0.action == action }
        if !found.isEmpty { totals.append((rule, action, found.reduce(0) { $0 + $1.rows }, found.count)) }
      }
    }
    return totals
  }

  /// Adds what another report says of other rows.
  public mutating func merge(_ other: CleaningReport) {
    rowsIn += other.rowsIn
    rowsOut += other.rowsOut
    counts += other.counts
    rejects += other.rejects
  }

  mutating func removeRejects() { rejects = [] }

  mutating func note(rowsIn: Int, rowsOut: Int) {
    self.rowsIn += rowsIn
    self.rowsOut += rowsOut
  }

  mutating func add(_ rule: CleaningRule, _ action: Action, symbol: String) {
    if let place = counts.firstIndex(where: { $0.rule == rule && $0.symbol == symbol && $0.action == action }) {
      counts[place].rows += 1
    } else {
      counts.append(Count(rule: rule, symbol: symbol, action: action, rows: 1))
    }
  }

  mutating func reject(_ rule: CleaningRule, row: Int, _ tick: Tick) {
    add(rule, .dropped, symbol: tick.symbol)
    rejects.append(Reject(row: row, rule: rule, tick: tick))
  }
}
