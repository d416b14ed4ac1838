import Foundation
import Synchronization

/// A file that keeps a study: one JSON object a line, with a check sum, only ever appended to.
///
/// A line is `{"crc32":"…8 digits…","record":…}`; the check sum is of the bytes of the record. Writers hold an advisory lock of
/// the file (`flock`), so several processes may share it on one machine. A line that a killed process left half written is
/// cut off by the next one that opens the file; a damaged line before the last is an error, for it was whole once.
///
/// Beside it each process keeps an empty locked file while it runs: a trial whose owner's file is not locked was left by a
/// process that died, and is run again.
final class Journal: Sendable {
  /// A marker of this opening of the file, kept with the trials it runs.
  let owner: String
  let path: String
  private let file: Int32
  private let ownerFile: Int32
  /// Bytes of the file that were read.
  private let offset = Mutex(0)

  /// Opens the file, and makes it if it is not there.
  ///
  /// - Throws: ``TuningError`` with code `journal`.
  init(path: String) throws(TuningError) {
    self.path = path
    owner = "\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(path, "opened") }
    ownerFile = open("\(path).\(owner)", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard ownerFile >= 0, flock(ownerFile, LOCK_EX | LOCK_NB) == 0 else { throw Self.failure(path, "marked as in use") }
  }

  deinit {
    // A marker that stays behind is found unlocked, and removed by who finds it.
    unlink("\(path).\(owner)")
    close(ownerFile)
    close(file)
  }

  /// Whether the opening of the file that a marker names is still in use.
  func isAlive(_ other: String) -> Bool {
    if other == owner { return true }
    let marker = open("\(path).\(other)", O_RDWR | O_CLOEXEC)
    if marker < 0 { return false }
    defer { close(marker) }
    guard flock(marker, LOCK_EX | LOCK_NB) == 0 else { return true }
    unlink("\(path).\(other)")
    return false
  }

  /// Runs a body with the file locked against other writers.
  func locked<Result>(_ body: (Session) throws(TuningError) -> Result) throws(TuningError) -> Result {
    while flock(file, LOCK_EX) != 0 { guard errno == EINTR else { throw Self.failure(path, "locked") } }
    defer { flock(file, LOCK_UN) }
    return try body(Session(journal: self))
  }

  static func failure(_ path: String, _ what: String) -> TuningError {
    TuningError(.journal, "the journal '\(path)' cannot be \(what): \(String(cString: strerror(errno)))")
  }

  /// The journal while it is locked.
  struct Session {
    fileprivate let journal: Journal

    /// Reads what was appended since the last time, and cuts off a torn last line.
    func sync() throws(TuningError) -> [StudyEvent] {
      let start = journal.offset.withLock { $0 }
      let bytes = try read(from: start)
      var events: [StudyEvent] = []
      var place = 0
      while place < bytes.count {
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n"))
        guard let end, let event = JournalLine.event(bytes[place..<end]) else {
          guard end == nil || end == bytes.count - 1 else {
            throw TuningError(
              .journal, "the journal '\(journal.path)' is damaged at byte \(start + place); only its end may be")
          }
          guard ftruncate(journal.file, off_t(start + place)) == 0 else { throw failure(journal.path, "cut") }
          break
        }
        events.append(event)
        place = end + 1
      }
      journal.offset.withLock { $0 = start + place }
      return events
    }

    /// Appends a record; a durable one is on the disk when this returns.
    func append(_ event: StudyEvent, isDurable: Bool) throws(TuningError) {
      let line = JournalLine.bytes(event)
      var written = 0
      while written < line.count {
        let count = line[written...].withUnsafeBytes { write(journal.file, $0.baseAddress, $0.count) }
        if count < 0 {
          if errno == EINTR { continue }
          throw failure(journal.path, "written")
        }
        written += count
      }
      if isDurable, fsync(journal.file) != 0 { throw failure(journal.path, "brought to the disk") }
      journal.offset.withLock { $0 += line.count }
    }

    private func read(from start: Int) throws(TuningError) -> [UInt8] {
      var status = stat()
      guard fstat(journal.file, &status) == 0 else { throw failure(journal.path, "measured") }
      let count = Int(status.st_size) - start
      guard count >= 0 else {
        throw TuningError(.journal, "the journal '\(journal.path)' became shorter; it may only grow")
      }
      var bytes = [UInt8](repeating: 0, count: count)
      var done = 0
      while done < count {
        let got = bytes[done...].withUnsafeMutableBytes {
          pread(journal.file, $0.baseAddress, $0.count, off_t(start + done))
        }
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { throw failure(journal.path, "read") }
        done += got
      }
      return bytes
    }

    private func failure(_ path: String, _ what: String) -> TuningError { Journal.failure(path, what) }
  }
}

/// A line of a journal.
enum JournalLine {
  private static let head = Array("{\"crc32\":\"".utf8)
  private static let middle = Array("\",\"record\":".utf8)

  static func bytes(_ event: StudyEvent) -> [UInt8] {
    let record = Array(event.json.rendered.utf8)
    return head + Array(Checksum.hex(record).utf8) + middle + record + Array("}\n".utf8)
  }

  /// Reads a line without its end; nil if it is damaged.
  static func event(_ line: ArraySlice<UInt8>) -> StudyEvent? {
    let start = line.startIndex + head.count + 8 + middle.count
    guard start < line.endIndex, line.starts(with: head), line.last == UInt8(ascii: "}") else { return nil }
    let record = line[start..<line.endIndex - 1]
    let check = line[line.startIndex + head.count..<line.startIndex + head.count + 8]
    guard check.elementsEqual(Checksum.hex(record).utf8) else { return nil }
    do { return StudyEvent(try JSONParser.parse(record)) } catch { return nil }
  }
}
