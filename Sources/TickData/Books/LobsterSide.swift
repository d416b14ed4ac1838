/// One side of a ``LobsterBook``: levels in view that are certain, and behind them guesses.
struct LobsterSide: Sendable, Hashable, Codable {
  private(set) var levels: PriceLevels
  /// The best so many levels are certain.
  private(set) var certain = 0
  /// Whether these are all levels there are, in view or not.
  private var isWhole = false
  private let depth: Int

  init(_ side: BookSide, depth: Int, row: [BookLevel]) {
    levels = PriceLevels(side)
    self.depth = depth
    take(row)
  }

  /// Places in view whose level is a guess or unknown.
  var uncertain: Int { isWhole ? 0 : depth - certain }

  /// Takes a message of this side; false if it takes away from a price without a level.
  mutating func change(_ message: LobsterMessage) -> Bool {
    // An execution is at the best price, and in a file of one level every message is.
    let side = levels.side
    if depth == 1 || message.kind == .execution { dropGuesses { side.isBetter($0, than: message.price) } }
    let old = levels.size(at: message.price)
    let isCertain = isWhole || levels.rank(of: message.price) < certain
    if message.kind == .submission {
      levels.set(old &+ message.size, at: message.price)
      if old == 0 && isCertain { certain += 1 }
      if certain > depth { (certain, isWhole) = (depth, false) }
      return true
    }
    levels.set(old &- message.size, at: message.price)
    if old > 0 && old <= message.size && isCertain { certain -= 1 }
    return old > 0
  }

  /// Drops guesses that an order of the other side at `price` proves wrong: the two sides never cross.
  mutating func dropGuesses(crossing price: Int64) {
    let side = levels.side
    dropGuesses { $0 == price || side.isBetter($0, than: price) }
  }

  /// Compares with the exchange's row: whether the certain levels agree, and how many guesses were right and wrong.
  func compare(_ row: [BookLevel]) -> (agree: Bool, confirmed: Int, revealed: Int) {
    var result = (agree: row.count >= certain, confirmed: 0, revealed: 0)
    for (rank, truth) in row.prefix(depth).enumerated() {
      let isEqual = levels.level(rank: rank) == truth
      if isWhole || rank < certain {
        result.agree = result.agree && isEqual
      } else if isEqual {
        result.confirmed += 1
      } else {
        result.revealed += 1
      }
    }
    return result
  }

  /// Makes the best levels those of a row; guesses between and before them go, those behind them stay.
  mutating func take(_ row: [BookLevel]) {
    let row = row.prefix(depth)
    for (rank, truth) in row.enumerated() {
      while let level = levels.level(rank: rank), levels.side.isBetter(level.price, than: truth.price) {
        levels.set(0, at: level.price)
      }
      levels.set(truth.size, at: truth.price)
    }
    certain = row.count
    isWhole = row.count < depth
    if isWhole { dropGuesses { _ in true } }
  }

  private mutating func dropGuesses(where isWrong: (Int64) -> Bool) {
    while let guess = levels.level(rank: certain), isWrong(guess.price) { levels.set(0, at: guess.price) }
  }
}
