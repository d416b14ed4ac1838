import Foundation

/// A file mapped into memory for reading; unmapped when the last reference goes.
final class MappedFile: Sendable {
  /// The bytes of the file; read only.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Throws: ``BoostingError`` with code `badFile` if it cannot be opened or is no plain file.
  init(path: String) throws(BoostingError) {
    let handle = open(path, O_RDONLY)
    guard handle >= 0 else {
      throw BoostingError(.badFile, "'\(path)' cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(handle) }
    var status = stat()
    guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw BoostingError(.badFile, "'\(path)' is no plain file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, handle, 0), start != MAP_FAILED else {
      throw BoostingError(.badFile, "'\(path)' cannot be mapped: \(String(cString: strerror(errno)))")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Gives whole pages of a range back to the system; they are read from the file again when they are needed.
  func release(_ range: Range<Int>) {
    let page = 4096
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard let start = bytes.baseAddress, last > first else { return }
    madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED)
  }
}
