internal import CDuckDB
import TickData

/// Reads result chunks with the ten tick columns into batches: whole columns at a time, symbols by their bytes.
struct TickRowReader {
  /// The columns of a query that this reader takes, in order.
  static let columns = ["symbol", "ts_ns", "price", "size", "bid", "ask", "bid_size", "ask_size", "side", "cancelled"]

  private(set) var symbols: [String] = []
  private var symbolIndices: [Int32] = []
  private var rows = TickColumns()
  private var shortNames: [ShortName: Int32] = [:]
  private var longNames: [String: Int32] = [:]
  private var lastName = ShortName(low: .max, high: .max)
  private var lastIndex: Int32 = -1

  /// The sixteen bytes of a string record whose text stands in the record.
  private struct ShortName: Hashable {
    var low: UInt64
    var high: UInt64
  }

  var count: Int { rows.count }

  mutating func read(_ chunk: ResultChunk) {
    appendSymbols(chunk)
    rows.times.append(contentsOf: chunk.integers(1))
    rows.prices.append(contentsOf: chunk.doubles(2))
    rows.sizes.append(contentsOf: chunk.doubles(3))
    rows.bids.append(contentsOf: chunk.doubles(4))
    rows.asks.append(contentsOf: chunk.doubles(5))
    rows.bidSizes.append(contentsOf: chunk.doubles(6))
    rows.askSizes.append(contentsOf: chunk.doubles(7))
    rows.sides.append(contentsOf: chunk.bytes(8))
    chunk.bytes(9).withMemoryRebound(to: UInt8.self) { rows.cancelled.append(contentsOf: $0) }
  }

  /// Takes the rows read so far as a batch and starts a new one; symbol numbers go on.
  mutating func takeBatch() throws(TickDataError) -> TickBatch {
    let batch = try TickBatch(symbols: symbols, symbolIndices: symbolIndices, columns: rows)
    symbolIndices = []
    rows = TickColumns()
    return batch
  }

  private mutating func appendSymbols(_ chunk: ResultChunk) {
    let strings = chunk.strings(0)
    let base = strings.baseAddress!
    symbolIndices.reserveCapacity(symbolIndices.count + chunk.count)
    for row in 0..<chunk.count {
      if strings[row].length > 12 {
        symbolIndices.append(index(ofLong: string(at: base + row)))
        continue
      }
      let name = UnsafeRawPointer(base + row).load(as: ShortName.self)
      if name != lastName {
        lastIndex = index(ofShort: name, base + row)
        lastName = name
      }
      symbolIndices.append(lastIndex)
    }
  }

  private mutating func index(ofShort name: ShortName, _ record: UnsafePointer<duckdb_string>) -> Int32 {
    if let known = shortNames[name] { return known }
    let index = Int32(symbols.count)
    symbols.append(string(at: record))
    shortNames[name] = index
    return index
  }

  private mutating func index(ofLong name: String) -> Int32 {
    if let known = longNames[name] { return known }
    let index = Int32(symbols.count)
    symbols.append(name)
    longNames[name] = index
    return index
  }
}

/// The select list that gives ``TickRowReader/columns`` without NULLs from columns of the store's names.
let tickSelectList =
  "symbol, coalesce(ts_ns, \(Int64.min)), "
  + ["price", "size", "bid", "ask", "bid_size", "ask_size"].map { "coalesce(\($0), 'nan'::DOUBLE)" }
  .joined(separator: ", ")
  + ", coalesce(side, 0::TINYINT), coalesce(cancelled, 0::TINYINT)"
