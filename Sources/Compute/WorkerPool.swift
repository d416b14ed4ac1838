import CKernels
import Foundation
import Synchronization

/// The one door to data parallelism: threads that spin briefly for work and then park.
///
/// A fork-join costs a few microseconds while the workers still spin, which is what histogram boosting needs
/// (thousands of forks a second); an idle pool burns no CPU. Calls from several threads take turns. A call from inside
/// a worker runs on that worker alone, so nesting cannot deadlock or oversubscribe.
public final class WorkerPool: Sendable {
  /// The process-wide pool.
  ///
  /// Threads are started when they are first needed.
  public static let shared = WorkerPool()

  /// Processors this process may use when it first asks: those of its affinity mask on Linux, or fewer where the quota
  /// of its control group is less, rounded up.
  public static let availableProcessors: Int = processorCount()

  private struct Job {
    var body: (@Sendable (Int, Int) -> Void)?
    var threads = 0
    /// The value of `generation` that announces this job: a worker that has run it never runs it again.
    var generation = 0
  }

  /// Written before `generation` is raised, with `unfinished` set in the same breath: a worker that comes early, because
  /// it was late for the job before, finds everything ready.
  private let job = Mutex(Job())
  private let turn = Mutex(())
  private let generation = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let parking = NSCondition()
  private let parked = Atomic<Int>(0)
  private struct Sleeper {
    let index: Int
    let thread: Int32
  }

  /// The parked workers; changed with `parking` locked.
  private let sleepers = Mutex<[Sleeper]>([])
  private let started = Mutex(0)

  /// How often a worker looks for work before it parks: about 50 µs.
  private static let spinLimit = 2_000

  private init() {}

  /// Runs `body(index, count)` once for every index in `0..<count`, each on its own thread, and waits for all.
  ///
  /// - Parameters:
  ///   - threads: Threads wanted, at least 1. Fewer may be given: 1 inside another `run`, and never more than 256.
  ///   - body: Called concurrently; `count` is the number of threads really given.
  public func run(threads: Int, _ body: @escaping @Sendable (_ index: Int, _ count: Int) -> Void) {
    let wanted = min(max(threads, 1), 256)
    if wanted == 1 || isWorkerThread() {
      body(0, 1)
      return
    }
    turn.withLock { _ in
      startWorkers(upTo: wanted - 1)
      let next = generation.load(ordering: .relaxed) &+ 1
      job.withLock {
        unfinished.store(wanted - 1, ordering: .releasing)
        $0 = Job(body: body, threads: wanted, generation: next)
      }
      generation.store(next, ordering: .sequentiallyConsistent)
      if parked.load(ordering: .sequentiallyConsistent) > 0 {
        parking.lock()
        sleepers.withLock { for sleeper in $0 where sleeper.index < wanted { kernel_start_elsewhere(sleeper.thread) } }
        parking.broadcast()
        parking.unlock()
      }
      markWorkerThread(true)
      body(0, wanted)
      markWorkerThread(false)
      var spins = firstSpin(threads: wanted)
      while unfinished.load(ordering: .acquiring) > 0 { relax(&spins) }
      job.withLock { $0.body = nil }
    }
  }

  private func startWorkers(upTo count: Int) {
    started.withLock { running in
      while running < count {
        running += 1
        let index = running
        let seen = generation.load(ordering: .acquiring)
        let thread = Thread { [self] in work(index: index, after: seen) }
        thread.name = "tickboost-\(index)"
        thread.stackSize = 4 << 20
        thread.start()
      }
    }
  }

  private func work(index: Int, after start: Int) {
    markWorkerThread(true)
    var seen = start
    while true {
      waitForWork(after: seen, as: index)
      let current = job.withLock { $0 }
      seen = current.generation
      if let body = current.body, index < current.threads {
        body(index, current.threads)
        unfinished.wrappingSubtract(1, ordering: .releasing)
      }
    }
  }

  private func waitForWork(after seen: Int, as index: Int) {
    // More workers than processors would keep each other from work by looking for it.
    for _ in 0..<(index < Self.availableProcessors ? Self.spinLimit : 0) {
      if generation.load(ordering: .acquiring) != seen { return }
      kernel_pause()
    }
    parking.lock()
    parked.wrappingAdd(1, ordering: .sequentiallyConsistent)
    let mustSleep = generation.load(ordering: .sequentiallyConsistent) == seen
    if mustSleep {
      let thread = kernel_remember_affinity()
      sleepers.withLock { $0.append(Sleeper(index: index, thread: thread)) }
      repeat { parking.wait() } while generation.load(ordering: .sequentiallyConsistent) == seen
      sleepers.withLock { $0.removeAll { $0.index == index } }
    }
    parked.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    parking.unlock()
    if mustSleep { kernel_run_anywhere() }
  }
}

/// A barrier for the threads of one `WorkerPool.run`: every thread waits until all have arrived.
public final class SpinBarrier: Sendable {
  private let count: Int
  private let arrived = Atomic<Int>(0)
  private let phase = Atomic<Int>(0)

  /// Makes a barrier for `count` threads, at least 1; it can be passed any number of times.
  public init(count: Int) {
    precondition(count >= 1, "a barrier needs at least one thread")
    self.count = count
  }

  /// Waits until all threads of the barrier have called this.
  public func wait() {
    if count == 1 { return }
    let current = phase.load(ordering: .acquiring)
    if arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      phase.wrappingAdd(1, ordering: .releasing)
      return
    }
    var spins = firstSpin(threads: count)
    while phase.load(ordering: .acquiring) == current { relax(&spins) }
  }
}

/// Steps of a spin-wait before the processor is given away.
private let patience = 4_000

/// Where a spin-wait of this many threads begins: at once at the end of its patience where there are fewer processors, one of
/// which the other threads need.
private func firstSpin(threads: Int) -> Int { threads > WorkerPool.availableProcessors ? patience : 0 }

/// One step of a spin-wait; gives the processor away when it lasts, for the other thread may need this very core.
@inline(__always)
private func relax(_ spins: inout Int) {
  spins += 1
  if spins < patience { kernel_pause() } else { sched_yield() }
}

private let workerKey = "org.tickboost.worker"

private func isWorkerThread() -> Bool { Thread.current.threadDictionary[workerKey] != nil }

private func markWorkerThread(_ mark: Bool) {
  if mark {
    Thread.current.threadDictionary[workerKey] = true
  } else {
    Thread.current.threadDictionary.removeObject(forKey: workerKey)
  }
}

private func processorCount() -> Int {
  let allowed = Int(kernel_affinity_count())
  let count = allowed > 0 ? allowed : max(1, ProcessInfo.processInfo.activeProcessorCount)
  guard let quota = ProcessorQuota().processors, quota < Double(count) else { return count }
  return max(1, Int(quota.rounded(.up)))
}
