import Foundation

/// Some rows on their way to a file: at most DuckDB's vector size.
struct RowPage: Sendable {
  /// The texts that `symbolIndices` refers to, as UTF-8.
  var names: [[UInt8]]
  var symbolIndices: [Int32]
  var times: [Int64]
  /// One array a column.
  var columns: [[Double]]
}

/// A bounded queue between the thread that makes rows and the one that writes them.
///
/// `@unchecked Sendable`: every field is read and written with `lock` held.
final class RowPageQueue: @unchecked Sendable {
  private let lock = NSCondition()
  private var pages: [RowPage] = []
  private var isClosed = false
  private var isCancelled = false
  private var isWriterWaiting = false
  private var isWriterDone = false
  private var failure: StorageError?
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Adds a page, waiting while the queue is full.
  ///
  /// - Throws: What the writer failed with.
  func add(_ page: RowPage) throws(StorageError) {
    lock.lock()
    defer { lock.unlock() }
    while pages.count >= limit, !isWriterDone { lock.wait() }
    if let failure { throw failure }
    if isWriterDone { throw StorageError(.database, "the file was finished before its last row") }
    pages.append(page)
    lock.broadcast()
  }

  /// The next page, waiting for one; nil after the last.
  ///
  /// - Throws: An error if the rows were given up, so that no file is made of a part of them.
  func next() throws(StorageError) -> RowPage? {
    lock.lock()
    defer { lock.unlock() }
    isWriterWaiting = pages.isEmpty && !isClosed && !isCancelled
    if isWriterWaiting { lock.broadcast() }
    while pages.isEmpty, !isClosed, !isCancelled { lock.wait() }
    isWriterWaiting = false
    if isCancelled { throw StorageError(.database, "the rows were given up") }
    guard !pages.isEmpty else { return nil }
    let page = pages.removeFirst()
    lock.broadcast()
    return page
  }

  /// Waits until the writer has worked off every page and wants the next.
  ///
  /// - Throws: What the writer failed with.
  func drain() throws(StorageError) {
    lock.lock()
    defer { lock.unlock() }
    while !isWriterDone, !pages.isEmpty || !isWriterWaiting { lock.wait() }
    if let failure { throw failure }
  }

  /// Says that no page follows, waits for the writer, and throws what it failed with.
  func close() throws(StorageError) {
    lock.lock()
    defer { lock.unlock() }
    isClosed = true
    lock.broadcast()
    while !isWriterDone { lock.wait() }
    if let failure { throw failure }
  }

  /// Gives the rows up and waits for the writer; does nothing after ``close()``.
  func cancel() {
    lock.lock()
    defer { lock.unlock() }
    isCancelled = !isClosed
    lock.broadcast()
    while !isWriterDone { lock.wait() }
  }

  /// The writer's last word.
  func writerEnded(_ failure: StorageError?) {
    lock.lock()
    defer { lock.unlock() }
    self.failure = failure
    isWriterDone = true
    lock.broadcast()
  }
}
