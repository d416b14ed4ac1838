import Foundation

/// Reads the members of a zip file: stored ones as they are, deflated ones re-wrapped as gzip.
///
/// A deflated member is the same stream as in a gzip file; the directory gives the checksum and length that gzip's
/// trailer needs. So no decompressor is needed here, and DuckDB reads the result itself.
/// Source: PKWARE APPNOTE 6.3; RFC 1952.
struct ZipArchive {
  struct Member {
    let name: String
    let isDeflated: Bool
    fileprivate let checksum: UInt32
    fileprivate let length: UInt32
    fileprivate let content: Range<Int>
  }

  let members: [Member]
  private let data: Data

  init(path: String) throws(StorageError) {
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw StorageError(.cannotOpen, "'\(path)' cannot be read: \(error.localizedDescription)")
    }
    guard let found = Self.directory(of: data) else {
      throw StorageError(.badFile, "'\(path)' is not a zip file, or one that is damaged or encrypted")
    }
    members = found
  }

  /// Writes a member to a file, gzipped if it is deflated.
  func write(_ member: Member, to path: String) throws(StorageError) {
    var bytes = Data()
    if member.isDeflated { bytes += [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] }
    bytes += data[data.startIndex + member.content.lowerBound..<data.startIndex + member.content.upperBound]
    if member.isDeflated {
      for word in [member.checksum, member.length] {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
      }
    }
    do {
      try bytes.write(to: URL(fileURLWithPath: path))
    } catch {
      throw StorageError(.cannotOpen, "'\(path)' cannot be written: \(error.localizedDescription)")
    }
  }

  private static func directory(of data: Data) -> [Member]? {
    func number(_ offset: Int, _ bytes: Int) -> Int? {
      guard offset >= 0, offset + bytes <= data.count else { return nil }
      return (0..<bytes).reduce(0) { $0 | Int(data[data.startIndex + offset + $1]) << (8 * $1) }
    }
    /// Replaces numbers of all ones by the eight-byte ones of the zip64 field, which holds just those, in this order.
    func unpackWide(
      _ start: Int, _ count: Int, _ length: inout Int, _ packed: inout Int, _ local: inout Int
    ) -> Bool {
      var field = start
      while field + 4 <= start + count, let kind = number(field, 2), let size = number(field + 2, 2) {
        if kind == 1 {
          var place = field + 4
          func take(_ value: inout Int) -> Bool {
            guard value == 0xffff_ffff else { return true }
            guard place + 8 <= field + 4 + size, let high = number(place + 4, 4), high < 0x7fff_ffff,
              let low = number(place, 4)
            else { return false }
            value = high << 32 | low
            place += 8
            return true
          }
          return take(&length) && take(&packed) && take(&local)
        }
        field += 4 + size
      }
      return true
    }
    // The end record stands within the last 64 KiB and 22 bytes.
    var end = data.count - 22
    let limit = max(0, end - 65_535)
    while end >= limit, number(end, 4) != 0x0605_4b50 { end -= 1 }
    guard end >= limit, let count = number(end + 10, 2), var place = number(end + 16, 4) else { return nil }
    var members: [Member] = []
    for _ in 0..<count {
      guard number(place, 4) == 0x0201_4b50, let flags = number(place + 8, 2), flags & 1 == 0,
        let method = number(place + 10, 2), method == 0 || method == 8, let checksum = number(place + 16, 4),
        var packed = number(place + 20, 4), var length = number(place + 24, 4), let nameLength = number(place + 28, 2),
        let extra = number(place + 30, 2), let comment = number(place + 32, 2), var local = number(place + 42, 4),
        unpackWide(place + 46 + nameLength, extra, &length, &packed, &local), number(local, 4) == 0x0403_4b50,
        let localName = number(local + 26, 2), let localExtra = number(local + 28, 2),
        place + 46 + nameLength <= data.count
      else { return nil }
      let start = local + 30 + localName + localExtra
      guard packed >= 0, packed <= data.count, start <= data.count - packed else { return nil }
      let nameStart = data.startIndex + place + 46
      members.append(
        Member(
          name: String(decoding: data[nameStart..<nameStart + nameLength], as: UTF8.self), isDeflated: method == 8,
          checksum: UInt32(checksum), length: UInt32(truncatingIfNeeded: length), content: start..<start + packed))
      place += 46 + nameLength + extra + comment
    }
    return members
  }
}
