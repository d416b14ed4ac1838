/// Cleans the ticks of one symbol as they come, by the rules and with the memory of ``TickCleaner``.
///
/// What history gives is what this gives, tick by tick, but for one thing: a tick that comes late cannot be put back to its place, so it is used
/// as it comes, and counted.
public struct LiveTickCleaner: Sendable {
  /// What is remembered of the ticks before.
  public struct State: Sendable, Hashable, Codable {
    var lastTime = Tick.noTime
    var latestTime = Tick.noTime
    var previous: Tick?
    var cumulativeDay = Int64.min
    /// Highest cumulative volume by local day: a late row of an earlier day must not start the present one anew.
    var cumulativeHighs: [Int64: Double] = [:]

    /// Makes the state before the first tick.
    public init() {}
  }

  private var pass: CleaningPass

  /// Makes a cleaner.
  ///
  /// - Parameter state: Where to go on.
  public init(_ options: CleaningOptions, symbol: String, state: State = State()) {
    pass = CleaningPass(options: options, symbol: symbol)
    pass.memory = state
  }

  /// What is remembered, to go on with later.
  public var state: State { pass.memory }

  /// What was found so far, by rule; rows that were dropped are counted, not kept.
  public var counts: [CleaningReport.Count] { pass.report.counts }

  /// The rule that dropped the last tick; nil if it was kept.
  public private(set) var lastRule: CleaningRule?

  /// Takes the next tick.
  ///
  /// - Returns: The tick, repaired where a rule says so; nil if a rule drops it.
  /// - Complexity: O(log zone changes).
  public mutating func clean(_ tick: Tick) -> Tick? {
    let kept = pass.take(tick, row: 0)
    lastRule = kept == nil ? pass.report.rejects.last?.rule : nil
    if kept == nil { pass.report.removeRejects() }
    return kept
  }
}
