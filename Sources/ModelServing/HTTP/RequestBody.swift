#if Serving
import NIOCore
import Synchronization

/// Memory of requests' bodies: how much of it is used, and what is kept for the next large one; those that are answered at once included.
///
/// Memory that was just given back costs a page fault every 4 KiB when it is asked for again: a tenth of the time of a batch of
/// 10,000 rows.
final class BodyMemory: Sendable {
  private let limit: Int
  private let used = Atomic(0)
  private let spare = Mutex<ByteBuffer?>(nil)
  /// Bytes from which on a body's memory is worth keeping.
  private static let large = 256 * 1024

  /// - Parameter limit: Most bytes of all bodies together.
  init(limit: Int) { self.limit = limit }

  /// Counts more bytes of a body; false, with nothing counted, if there are too many.
  func take(_ count: Int) -> Bool {
    guard used.add(count, ordering: .relaxed).newValue <= limit else {
      give(count)
      return false
    }
    return true
  }

  func give(_ count: Int) { used.subtract(count, ordering: .relaxed) }

  /// An empty buffer for a body of about so many bytes.
  func buffer(for length: Int) -> ByteBuffer {
    guard length >= Self.large, var kept = spare.withLock({ $0.take() }) else {
      // Pages that are never written cost nothing.
      return ByteBufferAllocator().buffer(capacity: length)
    }
    // New memory, should somebody still read the old.
    kept.clear(minimumCapacity: length)
    return kept
  }

  fileprivate func keep(_ buffer: ByteBuffer) {
    give(buffer.readableBytes)
    guard buffer.readableBytes >= Self.large else { return }
    spare.withLock { if $0 == nil { $0 = buffer } }
  }
}

/// The whole body of a request; its memory is given back when nobody needs it any more.
final class RequestBody: Sendable {
  let bytes: ByteBuffer
  private let memory: BodyMemory

  /// - Parameter bytes: As many bytes as were taken from the memory.
  init(_ bytes: ByteBuffer, _ memory: BodyMemory) {
    self.bytes = bytes
    self.memory = memory
  }

  func withUnsafeReadableBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try bytes.withUnsafeReadableBytes(body)
  }

  deinit { memory.keep(bytes) }
}
#endif
