/// One row of a LOBSTER message file: what happened to one order.
///
/// Source: LOBSTER, "Output structure", lobsterdata.com.
public struct LobsterMessage: Sendable, Hashable, Codable {
  /// What happened.
  public enum Kind: Int, Sendable, Hashable, Codable {
    /// A new limit order.
    case submission = 1
    /// Part of an order was cancelled.
    case partialCancel = 2
    /// An order was deleted.
    case deletion = 3
    /// A visible order was executed, all or part of it.
    case execution = 4
    /// A hidden order was executed: the visible book stays.
    case hiddenExecution = 5
    /// A cross trade, such as an auction: the visible book stays.
    case cross = 6
    /// Trading was halted or went on; the price tells which.
    case halt = 7
  }

  /// Nanoseconds since local midnight.
  public var nanosecondOfDay: Int64
  /// What happened.
  public var kind: Kind
  /// The order's number; 0 for hidden ones.
  public var order: Int64
  /// Shares that were added, taken away or traded.
  public var size: Int64
  /// The order's price in 10⁻⁴ dollars; −1, 0 or 1 for halts.
  public var price: Int64
  /// The side of the order (of executions too, not of who started the trade).
  public var side: BookSide

  /// Makes a message.
  public init(nanosecondOfDay: Int64, kind: Kind, order: Int64, size: Int64, price: Int64, side: BookSide) {
    self.nanosecondOfDay = nanosecondOfDay
    self.kind = kind
    self.order = order
    self.size = size
    self.price = price
    self.side = side
  }

  /// Reads a line `time,type,order,size,price,direction`; further fields are passed over.
  ///
  /// - Throws: ``TickDataError`` with code `invalidRow` that shows the line.
  public init(line: some StringProtocol) throws(TickDataError) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 6, let time = DecimalText.scaled(fields[0], digits: 9),
      let kind = Int(fields[1]).flatMap(Kind.init(rawValue:)), let order = Int64(fields[2]),
      let size = Int64(fields[3]), size >= 0, let price = Int64(fields[4]),
      let side = Int8(fields[5]).flatMap(BookSide.init(rawValue:))
    else {
      throw TickDataError(
        .invalidRow, "'\(line)' is no LOBSTER message 'time,type 1-7,order,size,price,direction -1 or 1'")
    }
    self.init(nanosecondOfDay: time, kind: kind, order: order, size: size, price: price, side: side)
  }
}

extension BookLevels {
  /// Reads a line of a LOBSTER order book file: ask price, ask size, bid price, bid size of every level, best first.
  ///
  /// Places without a level (size 0, price ±9999999999) are left out.
  /// - Throws: ``TickDataError`` with code `invalidRow` that shows the line.
  public init(lobsterLine line: some StringProtocol) throws(TickDataError) {
    let numbers = line.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
    guard !numbers.isEmpty, numbers.count.isMultiple(of: 4) else {
      throw TickDataError(.invalidRow, "'\(line)' is no LOBSTER book row of four numbers a level")
    }
    self.init(bids: [], asks: [])
    for start in stride(from: 0, to: numbers.count, by: 4) {
      guard let ask = numbers[start], let askSize = numbers[start + 1], let bid = numbers[start + 2],
        let bidSize = numbers[start + 3]
      else { throw TickDataError(.invalidRow, "'\(line)' is no LOBSTER book row of four numbers a level") }
      if askSize > 0 { asks.append(BookLevel(price: ask, size: askSize)) }
      if bidSize > 0 { bids.append(BookLevel(price: bid, size: bidSize)) }
    }
  }
}
