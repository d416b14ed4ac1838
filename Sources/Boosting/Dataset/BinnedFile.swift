import Compute
import Foundation

/// A binned dataset in a file of its own: bins are made once and mapped into memory by every later training.
///
/// Layout, numbers in the machine's order (little-endian on every supported one):
/// ```
/// 0    "TICKBIN3", UInt64 length of the header
/// 16   header: JSON with names, growth, and per feature its number of bounds, kind of missing value and categories
///      then, each at a multiple of 64: doubles (per feature bounds, minimum, maximum; labels; weights; initial scores),
///      rows of bins (RowLayout), columns of bins, columns of the bins of two bytes
/// ```
extension BinnedDataset {
  private struct Header: Codable {
    var featureNames: [String]
    var growth: BoostingOptions.Growth
    var rowCount: Int
    var boundCounts: [Int]
    var missing: [Int8]
    /// The categories of features that have some.
    var categories: [Int: [Int32]]
    var hasWeights: Bool
    var initScoreCount: Int
  }

  private static let magic = Array("TICKBIN3".utf8)

  private static func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }

  /// Writes the dataset; a file that is there is replaced when the new one is whole.
  ///
  /// - Throws: ``BoostingError`` with code `badFile` if the file cannot be written.
  public func write(to path: String) throws(BoostingError) {
    let header = Header(
      featureNames: featureNames, growth: growth, rowCount: rowCount,
      boundCounts: matrix.mappers.map(\.upperBounds.count), missing: matrix.mappers.map(\.missing.rawValue),
      categories: Dictionary(
        uniqueKeysWithValues: matrix.mappers.enumerated().filter { $1.isCategorical }.map { ($0, $1.categories) }),
      hasWeights: weights != nil, initScoreCount: initScores?.count ?? 0)
    let part = path + ".part"
    do {
      let json = try JSONEncoder().encode(header)
      guard FileManager.default.createFile(atPath: part, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: part))
      var written = 0
      func add(_ bytes: UnsafeRawBufferPointer) throws {
        // Data without a copy; pieces, for one call takes less than 2 GiB.
        for start in stride(from: 0, to: bytes.count, by: 1 << 28) {
          let piece = UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start)
          try file.write(
            contentsOf: Data(bytesNoCopy: piece, count: min(1 << 28, bytes.count - start), deallocator: .none))
        }
        written += bytes.count
      }
      func pad() throws { try [UInt8](repeating: 0, count: Self.aligned(written) - written).withUnsafeBytes(add) }
      try Self.magic.withUnsafeBytes(add)
      try withUnsafeBytes(of: UInt64(json.count).littleEndian, add)
      try json.withUnsafeBytes(add)
      try pad()
      for mapper in matrix.mappers {
        try (mapper.upperBounds + [mapper.minimum, mapper.maximum]).withUnsafeBytes(add)
      }
      for list in [labels, weights ?? [], initScores ?? []] { try list.withUnsafeBytes(add) }
      try pad()
      try add(UnsafeRawBufferPointer(start: matrix.rows, count: rowCount * matrix.layout.stride))
      try pad()
      try add(UnsafeRawBufferPointer(start: matrix.columns, count: rowCount * featureCount))
      try pad()
      let wide = matrix.wideNumbers.count { $0 != nil }
      try add(UnsafeRawBufferPointer(start: matrix.wideColumns, count: 2 * rowCount * wide))
      try file.close()
      guard rename(part, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw BoostingError(.badFile, "'\(path)' cannot be written: \(error.localizedDescription)")
    }
  }

  /// Maps a file written by ``write(to:)``; bins are read from it as they are needed.
  ///
  /// The file must stay as it is while the dataset lives. Features of categories and those that share a byte are read through
  /// at once, to see that their bins are sound.
  /// - Throws: ``BoostingError`` with code `badFile` if it cannot be read, is cut off or damaged.
  public init(contentsOf path: String) throws(BoostingError) {
    let file = try MappedFile(path: path)
    let bytes = file.bytes
    func bad(_ what: String) -> BoostingError { BoostingError(.badFile, "'\(path)' is no binned dataset: \(what)") }
    guard bytes.count >= 16, bytes.prefix(8).elementsEqual(Self.magic) else { throw bad("it does not start as one") }
    let length = Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))) ?? -1
    guard length > 0, length <= bytes.count - 16,
      let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[16..<16 + length]))
    else { throw bad("its header is damaged") }
    let features = header.featureNames.count
    guard features > 0, features < 1 << 24, 1...143_000_000 ~= header.rowCount, header.boundCounts.count == features,
      header.missing.count == features, header.boundCounts.allSatisfy({ 1...256 ~= $0 }),
      0...143_000_000_000 ~= header.initScoreCount, header.initScoreCount % header.rowCount == 0,
      Set(header.featureNames).count == features
    else { throw bad("its header does not fit together") }
    let bounds = header.boundCounts.reduce(0) { $0 + $1 + 2 }
    let doubles = bounds + header.rowCount * (header.hasWeights ? 2 : 1) + header.initScoreCount
    let numbers = Self.aligned(16 + length)
    let rows = Self.aligned(numbers + doubles * 8)
    guard bytes.count >= rows else { throw bad("it has \(bytes.count) bytes; its numbers alone need \(rows)") }
    guard
      header.categories.allSatisfy({ feature, list in
        0..<features ~= feature && 1..<CategoricalBins.limit ~= list.count && Set(list).count == list.count
          && list.allSatisfy { CategoricalBins.others...Int32(CategoricalBins.largest) ~= $0 }
      })
    else { throw bad("its categories are damaged") }
    var place = numbers
    func take(_ count: Int) -> [Double] {
      defer { place += count * 8 }
      return (0..<count).map { bytes.loadUnaligned(fromByteOffset: place + $0 * 8, as: Double.self) }
    }
    var mappers: [BinMapper] = []
    for (count, kind) in zip(header.boundCounts, header.missing) {
      let (bounds, ends) = (take(count), take(2))
      guard let missing = BinMapper.Missing(rawValue: kind), bounds.last == .infinity,
        zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), ends[0] <= ends[1],
        count < 256 || missing == .none || missing == .right
      else { throw bad("the bounds of feature \(mappers.count) are damaged") }
      mappers.append(
        BinMapper(
          upperBounds: bounds, missing: missing, minimum: ends[0], maximum: ends[1],
          categories: header.categories[mappers.count] ?? []))
    }
    let columns = Self.aligned(rows + header.rowCount * RowLayout(mappers).stride)
    let wideColumns = Self.aligned(columns + header.rowCount * features)
    let end = wideColumns + 2 * header.rowCount * mappers.count { $0.isWide }
    guard bytes.count == end else { throw bad("it has \(bytes.count) bytes instead of \(end)") }
    featureNames = header.featureNames
    growth = header.growth
    labels = take(header.rowCount)
    weights = header.hasWeights ? take(header.rowCount) : nil
    initScores = header.initScoreCount > 0 ? take(header.initScoreCount) : nil
    guard labels.allSatisfy(\.isFinite), weights?.allSatisfy({ $0 >= 0 && $0.isFinite }) ?? true else {
      throw bad("its labels or weights are damaged")
    }
    table = nil
    matrix = BinnedMatrix(
      file, rowCount: header.rowCount, mappers: mappers, rows: rows, columns: columns, wideColumns: wideColumns)
    if let feature = matrix.featureWithUnsoundBins { throw bad("bins of feature \(feature) are damaged") }
  }
}
