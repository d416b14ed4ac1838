import Compute
public import Foundation
public import TickData

/// Computes a recipe's features of one symbol tick by tick, in constant memory, without allocating.
///
/// ```swift
/// var engine = FeatureEngine(recipe: try FeatureRecipe(calendar: .nse))
/// if try engine.update(tick) { use(engine.row) }
/// ```
/// The same numbers to the bit come from ``FeaturePipeline`` over history.
public struct FeatureEngine: Sendable {
  /// What is computed.
  public let recipe: FeatureRecipe
  /// The columns of ``row``, in order.
  public var columns: [FeatureColumn] { layout.columns }
  /// The features after the newest trade, one a column; NaN where not defined yet.
  ///
  /// All NaN before the first trade.
  public var row: ArraySlice<Double> { cells[..<layout.columns.count] }
  /// Trades seen.
  public private(set) var tickCount = 0

  private let layout: KernelLayout
  private let offsets: [[Int]]
  private var kernels: [any FeatureKernel]
  private var quote = StandingQuote()
  /// The row, and one scratch cell for outputs that the recipe leaves out.
  private var cells: [Double]

  /// Makes an engine that has seen nothing.
  public init(recipe: FeatureRecipe) {
    self.init(recipe: recipe, kernels: recipe.makeKernels(), quote: StandingQuote(), tickCount: 0)
  }

  init(recipe: FeatureRecipe, kernels: [any FeatureKernel], quote: StandingQuote, tickCount: Int) {
    self.recipe = recipe
    self.kernels = kernels
    self.quote = quote
    self.tickCount = tickCount
    layout = KernelLayout(recipe, kernels)
    offsets = layout.offsets(capacity: 1)
    cells = [Double](repeating: .nan, count: layout.columns.count + 1)
  }

  /// Takes the next event of the symbol, in event order.
  ///
  /// - Parameter tick: A trade, a quote or both; its symbol is not looked at.
  /// - Returns: Whether ``row`` is new: true for a trade, false for a quote, which only changes the standing quote.
  /// - Throws: ``FeatureError`` with code `invalidTick` if a number is infinite, a price not positive or a size
  ///   negative; the engine is then as it was.
  /// - Complexity: O(columns); allocates nothing.
  public mutating func update(_ tick: Tick) throws(FeatureError) -> Bool {
    if let problem = tickProblem(
      price: tick.price, size: tick.size, bid: tick.bid, ask: tick.ask, bidSize: tick.bidSize, askSize: tick.askSize)
    {
      throw FeatureError(.invalidTick, "a tick of '\(tick.symbol)' at \(tick.time) has \(problem)")
    }
    quote.update(tick.bid, tick.ask, tick.bidSize, tick.askSize)
    guard tick.isTrade else { return false }
    tickCount += 1
    var time = tick.time
    var values = (tick.price, tick.size.isNaN ? 0 : tick.size, quote.bid, quote.ask, quote.bidSize, quote.askSize)
    withUnsafePointer(to: &time) { time in
      withUnsafeBytes(of: &values) { bytes in
        let base = bytes.baseAddress!.assumingMemoryBound(to: Double.self)
        let input = KernelInput(
          times: time, prices: base, sizes: base + 1, bids: base + 2, asks: base + 3, bidSizes: base + 4,
          askSizes: base + 5)
        cells.withUnsafeMutableBufferPointer { cells in
          for k in 0..<kernels.count {
            offsets[k].withUnsafeBufferPointer { offsets in
              // A copy of the engine must not see this tick.
              kernels[k].makeUnique()
              kernels[k].update(input, 0, KernelOutput(base: cells.baseAddress!, offsets: offsets.baseAddress!), 0)
            }
          }
        }
      }
    }
    return true
  }

  // MARK: - Saved state

  /// The engine's whole state as JSON; an engine restored from it goes on with the same bits.
  public func savedState() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let content = try encoder.encode(Content(quote: quote, tickCount: tickCount, cells: cells, kernels: kernels))
    let envelope = Envelope(
      version: Self.stateVersion, recipe: recipe,
      fingerprint: fingerprint(content, try encoder.encode(recipe)), content: content)
    return try encoder.encode(envelope)
  }

  /// Restores an engine from ``savedState()``.
  ///
  /// - Throws: ``FeatureError`` with code `stateMismatch` if the data is damaged or of another version.
  public init(savedState: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let envelope: Envelope
    do {
      envelope = try decoder.decode(Envelope.self, from: savedState)
    } catch {
      throw FeatureError(.stateMismatch, "the saved feature state cannot be read: \(error)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let recipe = try encoder.encode(envelope.recipe)
    guard envelope.version == Self.stateVersion,
      fingerprint(envelope.content, recipe) == envelope.fingerprint
    else {
      throw FeatureError(.stateMismatch, "the saved feature state is damaged or of version \(envelope.version)")
    }
    decoder.userInfo[.kernels] = envelope.recipe.makeKernels()
    let content: Content
    do {
      content = try decoder.decode(Content.self, from: envelope.content)
    } catch {
      throw FeatureError(.stateMismatch, "the saved feature state does not fit its recipe: \(error)")
    }
    self.init(
      recipe: envelope.recipe, kernels: content.kernels, quote: content.quote, tickCount: content.tickCount)
    guard content.cells.count == cells.count else {
      throw FeatureError(
        .stateMismatch, "the saved row has \(counted(content.cells.count, "cell")); \(cells.count) are needed")
    }
    cells = content.cells
  }

  /// Changes with the kernels' stored properties and their order; states of another version are refused.
  private static let stateVersion = 2

  private struct Envelope: Codable {
    let version: Int
    let recipe: FeatureRecipe
    let fingerprint: String
    let content: Data
  }

  /// The kernels are of different types, in the order that the recipe makes them.
  private struct Content: Codable {
    let quote: StandingQuote
    let tickCount: Int
    let cells: [Double]
    let kernels: [any FeatureKernel]

    enum CodingKeys: String, CodingKey {
      case quote
      case tickCount
      case cells
      case kernels
    }

    init(quote: StandingQuote, tickCount: Int, cells: [Double], kernels: [any FeatureKernel]) {
      self.quote = quote
      self.tickCount = tickCount
      self.cells = cells
      self.kernels = kernels
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      quote = try values.decode(StandingQuote.self, forKey: .quote)
      tickCount = try values.decode(Int.self, forKey: .tickCount)
      cells = try values.decode([Double].self, forKey: .cells)
      var list = try values.nestedUnkeyedContainer(forKey: .kernels)
      let fresh = decoder.userInfo[.kernels] as? [any FeatureKernel] ?? []
      kernels = try fresh.map { try $0.restored(from: list.superDecoder()) }
      guard list.isAtEnd else {
        throw DecodingError.dataCorruptedError(in: list, debugDescription: "there are more kernels than the recipe has")
      }
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(quote, forKey: .quote)
      try values.encode(tickCount, forKey: .tickCount)
      try values.encode(cells, forKey: .cells)
      var list = values.nestedUnkeyedContainer(forKey: .kernels)
      for kernel in kernels { try kernel.encode(to: list.superEncoder()) }
    }
  }
}

extension CodingUserInfoKey {
  fileprivate static let kernels = CodingUserInfoKey(rawValue: "org.tickboost.kernels")!
}

private func fingerprint(_ content: Data, _ recipe: Data) -> String {
  var hash = Fingerprint()
  for byte in content + recipe { hash.add(UInt64(byte)) }
  return hash.hex
}
