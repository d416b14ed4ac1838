/// The best levels of an order book, kept from LOBSTER messages.
///
/// What a message file of level N can and cannot tell: it holds only the messages that touch the best N levels. The first row
/// of the book file must seed the book, for orders that rest before the first message are in no message. From then on every
/// change of a level in view is exact. But when a level in view is emptied, the level that moves into view behind it was out
/// of sight: its orders may have come, changed and gone without a message. No rule can know it from messages alone.
///
/// So this book keeps apart what is certain and what is not. ``apply(_:)`` says how many places in view are uncertain; they
/// are filled with what was last seen there, if anything. ``confirm(_:)`` takes the exchange's own row after the message: the
/// certain levels must equal it, the uncertain ones are taken from it and counted, as ``confirmedLevels`` where the guess was
/// right and ``revealedLevels`` where it was not.
///
/// Prices are in 10⁻⁴ dollars, sizes in shares. Memory: one level for every price that was in view and may still stand.
public struct LobsterBook: Sendable, Hashable, Codable {
  /// Number of levels a side in view, as in the name of the file.
  public let depth: Int
  /// Rows given to ``confirm(_:)``.
  public private(set) var rowCount = 0
  /// Of these, rows that differed from the book where it was certain; 0 for a whole and sound pair of files.
  public private(set) var unequalRows = 0
  /// Uncertain levels that the row confirmed.
  public private(set) var confirmedLevels = 0
  /// Uncertain levels that the row showed to be otherwise, or of which nothing was known.
  public private(set) var revealedLevels = 0
  /// Messages that took away from a price where the book had no level; 0 where every row is confirmed.
  public private(set) var unknownPrices = 0
  private var bidSide: LobsterSide
  private var askSide: LobsterSide

  /// Makes a book of the first row of an order book file, which holds the book after the first message.
  ///
  /// - Throws: ``TickDataError`` with code `invalidOption` for a depth below 1.
  public init(depth: Int, firstRow: BookLevels) throws(TickDataError) {
    guard depth >= 1 else { throw TickDataError(.invalidOption, "a book of \(depth) levels; at least 1 is needed") }
    self.depth = depth
    bidSide = LobsterSide(.bid, depth: depth, row: firstRow.bids)
    askSide = LobsterSide(.ask, depth: depth, row: firstRow.asks)
  }

  /// Offers to buy: the best ``depth`` are in view, what is behind them was last seen so.
  public var bids: PriceLevels { bidSide.levels }

  /// Offers to sell, as ``bids``.
  public var asks: PriceLevels { askSide.levels }

  /// The best ``depth`` levels of both sides.
  public var levels: BookLevels { BookLevels(bids: bids.top(depth), asks: asks.top(depth)) }

  /// Places in view, of both sides, whose level is a guess or unknown.
  public var uncertainLevels: Int { bidSide.uncertain + askSide.uncertain }

  /// Takes the next message; the first message of a file is in the first row already.
  ///
  /// One without a size changes nothing. O(log levels).
  ///
  /// - Returns: ``uncertainLevels`` after the message.
  @discardableResult
  public mutating func apply(_ message: LobsterMessage) -> Int {
    guard message.size > 0 else { return uncertainLevels }
    switch (message.kind, message.side) {
    case (.hiddenExecution, _), (.cross, _), (.halt, _): break
    case (_, .bid):
      askSide.dropGuesses(crossing: message.price)
      if !bidSide.change(message) { unknownPrices += 1 }
    case (_, .ask):
      bidSide.dropGuesses(crossing: message.price)
      if !askSide.change(message) { unknownPrices += 1 }
    }
    return uncertainLevels
  }

  /// Compares the book with the exchange's row after the last message, and learns from it what was uncertain.
  ///
  /// Where a certain level differs the book takes the row's, and the row counts into ``unequalRows``.
  /// O(depth · log levels).
  ///
  /// - Returns: Whether all certain levels were equal.
  @discardableResult
  public mutating func confirm(_ row: BookLevels) -> Bool {
    let (bid, ask) = (bidSide.compare(row.bids), askSide.compare(row.asks))
    bidSide.take(row.bids)
    askSide.take(row.asks)
    rowCount += 1
    confirmedLevels += bid.confirmed + ask.confirmed
    revealedLevels += bid.revealed + ask.revealed
    if !(bid.agree && ask.agree) { unequalRows += 1 }
    return bid.agree && ask.agree
  }
}
