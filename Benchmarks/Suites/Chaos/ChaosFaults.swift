#if Programs && Streaming
import Compute
import Foundation
import ProgramSupport
import TickStreaming

/// What can go wrong, one by one, by chance.
final class ChaosFaults {
  private let broker: LocalBroker
  private let producer: KafkaProducer
  private let processes: ChaosProcesses
  private let proxy: FaultyProxy
  private let clock: SteppedClock
  private let port: UInt16
  private let disk: String?
  private var source: RandomStream
  /// How often what happened.
  private(set) var counts: [String: Int] = [:]
  /// Messages that are no ticks.
  private(set) var poison = 0
  private var turn = 0

  init(
    broker: LocalBroker, kafka: KafkaConfiguration, processes: ChaosProcesses, proxy: FaultyProxy, clock: SteppedClock,
    port: UInt16, disk: String?, random: RandomStream
  ) throws {
    self.broker = broker
    self.processes = processes
    self.proxy = proxy
    self.clock = clock
    self.port = port
    self.disk = disk
    source = random
    producer = try KafkaProducer(kafka)
  }

  /// A whole number from 0 on.
  func random(below limit: Int) -> Double { Double(source.index(below: limit)) }

  private func note(_ fault: String) { counts[fault, default: 0] += 1 }

  /// Kills a process.
  func kill() throws {
    let index = source.index(below: processes.count)
    try processes.restart(index)
    note("kill \(processes.name(index))")
  }

  /// Something else than a kill, of every kind in turn.
  func meetAny() throws {
    turn += 1
    switch turn % 5 {
    case 0: try stepClock()
    case 1: failRequests()
    case 2: try poisonTopic()
    case 3: try stopProcess()
    default:
      HostileClients.visit(port)
      note("hostile clients")
    }
    for fault in FaultyProxy.Fault.allCases {
      proxy.meet(fault)
      note("frame \(fault.rawValue)")
      Thread.sleep(forTimeInterval: 1)
    }
  }

  /// Brokers answer with errors that pass: not the leader, timed out, not enough replicas, coordinator loading.
  private func failRequests() {
    broker.fail(request: 0, errors: [6, 7, 19, 6, 7])
    broker.fail(request: 1, errors: [6, 6, 3, 6])
    broker.fail(request: 8, errors: [14, 15, 16, 7])
    broker.fail(request: 12, errors: [15, 16, 27])
    note("broker errors")
  }

  /// Messages that are no ticks, in the topic of the ticks.
  private func poisonTopic() throws {
    let values: [[UInt8]] = [
      Array("no tick".utf8), [], [0xFF, 0x00, 0xFE], Array(repeating: UInt8(ascii: "["), count: 5000),
      Array(#"{"symbol":"SYM001","price":1e999}"#.utf8), Array(#"{"price":1,"volume":"#.utf8),
      Array(#"{"symbol":"","price":1}"#.utf8), Array(#"{"symbol":"A\u0000B","price":1,"sequence":1}"#.utf8),
      Array(#"{"symbol":"SYM001","price":1,"stream":"chaos","sequence":-2}"#.utf8),
      Array(repeating: UInt8(ascii: "y"), count: 999_000), Array(repeating: UInt8(ascii: "x"), count: 900_000),
    ]
    for value in values {
      try producer.enqueue(KafkaRecord(topic: "tick-data", key: "poison", value: value))
      poison += 1
    }
    note("poison")
  }

  /// A process stands still for longer than its session: others take over what it believes to be its own.
  private func stopProcess() throws {
    let index = source.index(below: processes.count)
    let identifier = processes.identifier(index)
    Foundation.kill(identifier, SIGSTOP)
    Thread.sleep(forTimeInterval: 9)
    Foundation.kill(identifier, SIGCONT)
    note("stop \(processes.name(index))")
  }

  private func stepClock() throws {
    guard clock.canStep else { return }
    for days in [2.0, -3, 0] {
      try clock.step(seconds: days * 86_400)
      Thread.sleep(forTimeInterval: 1)
    }
    note("clock steps")
  }

  /// The brokers are gone for a while.
  func takeBrokersDown(seconds: Double) throws {
    Console.note("chaos: brokers are gone for \(seconds) s")
    try broker.setDown(true)
    Thread.sleep(forTimeInterval: seconds)
    try broker.setDown(false)
    note("brokers down \(Int(seconds)) s")
  }

  /// The disk of the store is full for a while.
  func fillDisk(seconds: Double) throws {
    guard let disk else { return }
    let path = disk + "/filler"
    let file = open(path, O_CREAT | O_WRONLY, 0o600)
    guard file >= 0 else { return }
    let block = [UInt8](repeating: 1, count: 65_536)
    // To the last byte, again and again: what others free is taken too.
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      var size = block.count
      while size > 0 {
        if write(file, block, size) < size { size /= 2 }
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    close(file)
    unlink(path)
    note("disk full \(Int(seconds)) s")
  }
}
#endif
