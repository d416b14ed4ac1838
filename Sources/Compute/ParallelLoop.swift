import Synchronization

/// Calls `body` for every fixed chunk of `0..<count`; which thread runs a chunk never changes what a chunk is.
///
/// Chunks are handed out dynamically, so `body` must write only what belongs to its own range.
/// - Parameters:
///   - count: Number of items, at least 0.
///   - chunk: Items per chunk, at least 1: independent of the thread count, so results that are reduced in chunk
///     order are the same for any number of threads.
///   - threads: Threads to use, at least 1.
///   - body: Called concurrently with disjoint ranges.
/// - Complexity: One fork-join.
public func forEachChunk(
  of count: Int, size chunk: Int, threads: Int, _ body: @escaping @Sendable (Range<Int>) -> Void
) {
  precondition(count >= 0 && chunk > 0, "chunks need a positive size")
  let chunks = (count + chunk - 1) / chunk
  if threads <= 1 || chunks <= 1 {
    for index in 0..<chunks { body(index * chunk..<min((index + 1) * chunk, count)) }
    return
  }
  let next = NextIndex()
  WorkerPool.shared.run(threads: min(threads, chunks)) { _, _ in
    while true {
      let index = next.take()
      if index >= chunks { return }
      body(index * chunk..<min((index + 1) * chunk, count))
    }
  }
}

/// Computes one value an index in parallel and returns them in index order.
///
/// - Parameters:
///   - count: Number of values.
///   - threads: Threads to use, at least 1.
///   - body: Called once an index, concurrently.
public func parallelMap<Value: Sendable>(
  count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Value
) -> [Value] {
  let slots = Mutex([Value?](repeating: nil, count: count))
  forEachChunk(of: count, size: 1, threads: threads) { range in
    for index in range {
      let value = body(index)
      slots.withLock { $0[index] = value }
    }
  }
  return slots.withLock { $0.map { $0! } }
}

private final class NextIndex: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
