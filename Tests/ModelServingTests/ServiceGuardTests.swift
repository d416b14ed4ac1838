#if Serving
import Foundation
import ModelServing
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing
import TickStorage
import TickStreaming

private let isDuckDBHere = (try? TickStore(path: nil)) != nil  // Its error is the reason to skip.

@Suite("What a prediction service is guarded against", .serialized) struct ServiceGuardTests {
  private let models: ServedModels

  init() throws { models = try ServedModels(["direction_5"]) }

  // MARK: - TLS

  /// Made with openssl for this test, valid for a hundred years, for 127.0.0.1.
  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBmzCCAUGgAwIBAgIUcJbAZw0IYfMbdZGeAnlubuJPkuwwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzAzNDcxNVoYDzIxMjYxMTAz
    MDM0NzE1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAQRihOPjE7wlgp5Xf/5J/gcAOYdDxZ66p1n+RB39SO2e8ieyVVrk5Xv
    5hxisKHxUivjt+hAWt23ny9UCV3fDNLTo28wbTAdBgNVHQ4EFgQUxNzd/ceqeEbE
    2TQ5LAXLlxTuz9QwHwYDVR0jBBgwFoAUxNzd/ceqeEbE2TQ5LAXLlxTuz9QwDwYD
    VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
    zj0EAwIDSAAwRQIgHR3gXX+o/T32HSCCvliVWGjxZpWdyNUu1b849P1ryAMCIQCu
    bgrXJiKwuri1NKL/6Z4SNGMOUCymuiOe3zF4NQ9sXA==
    -----END CERTIFICATE-----
    """
  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL2dqZsGG7nLRlTso
    GnMhHHADZx7KeuaXwgxYHaKXFRChRANCAAQRihOPjE7wlgp5Xf/5J/gcAOYdDxZ6
    6p1n+RB39SO2e8ieyVVrk5Xv5hxisKHxUivjt+hAWt23ny9UCV3fDNLT
    -----END PRIVATE KEY-----
    """

  private func files() throws -> ServingOptions.TLS {
    let files = ServingOptions.TLS(
      certificateFile: models.folder + "-cert.pem", privateKeyFile: models.folder + "-key.pem")
    try Data(Self.certificate.utf8).write(to: URL(fileURLWithPath: files.certificateFile))
    try Data(Self.key.utf8).write(to: URL(fileURLWithPath: files.privateKeyFile))
    return files
  }

  /// Keeps what comes until the other side ends.
  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let whole: EventLoopPromise<ByteBuffer>
    private var bytes = ByteBuffer()

    init(_ whole: EventLoopPromise<ByteBuffer>) { self.whole = whole }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { bytes.writeImmutableBuffer(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { whole.succeed(bytes) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      whole.fail(error)
      context.close(promise: nil)
    }
  }

  /// Asks over TLS, trusting the test's certificate alone.
  private static func ask(_ request: String, port: UInt16) async throws -> String {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
    let tls = try NIOSSLContext(configuration: configuration)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let whole = loop.makePromise(of: ByteBuffer.self)
    let channel = try await ClientBootstrap(group: loop).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
        try channel.pipeline.syncOperations.addHandler(Collector(whole))
      }
    }.connect(host: "127.0.0.1", port: Int(port)).get()
    try await channel.writeAndFlush(ByteBuffer(string: request))
    return String(buffer: try await whole.futureResult.get())
  }

  @Test("HTTPS with a certificate answers TLS and nothing else; one that cannot be used is refused at once")
  func tls() async throws {
    let files = try files()
    let body = try JSONSerialization.data(
      withJSONObject: ["symbol": "X", "features": models.named(try models.rows(1)[0])])
    try await withService(models.folder, configure: { $0.tls = files }) { client in
      let text = try await Self.ask(
        "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port: client.port)
      #expect(text.hasPrefix("HTTP/1.1 200") && text.contains(#""status":"ok""#), "\(text)")
      let answer = try await Self.ask(
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n"
          + String(decoding: body, as: UTF8.self), port: client.port)
      #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("probabilities"), "\(answer)")
      let plain = try await onOwnThread {
        try RawConnection.exchange(Data("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), port: client.port)
      }
      #expect(!String(decoding: plain, as: UTF8.self).contains("200 OK"))
    }
    var options = ServingOptions()
    options.tls = ServingOptions.TLS(certificateFile: files.privateKeyFile, privateKeyFile: files.certificateFile)
    let error = #expect(throws: StreamingError.self) { try PredictionService(models: models.folder, options) }
    #expect(error?.message.contains(files.privateKeyFile) == true)
  }

  // MARK: - Time

  @Test("clients that send or read too slowly are cut off, idle ones closed, and others answered meanwhile")
  func slowClients() async throws {
    let row = try models.rows(1)[0]
    let body = try JSONSerialization.data(withJSONObject: ["symbol": "X", "features": models.named(row)])
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n"
    try await withService(
      models.folder,
      configure: {
        $0.requestTimeout = 0.5
        $0.idleTimeout = 1
      }
    ) { [models] client in
      let port = client.port
      // A head without an end, half a body, half a body of a route that tasks answer, and a connection without a request.
      let beginnings = [
        "GET /health HTTP/1.1\r\nHost: localhost\r\n", head + String(decoding: body.prefix(20), as: UTF8.self),
        "POST /predict/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{", "",
      ]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for text in beginnings {
          group.addTask {
            let begin = ContinuousClock.now
            let rest = try await onOwnThread {
              let connection = try RawConnection(port: port)
              connection.send(text)
              return connection.rest(seconds: 20)
            }
            #expect(rest != nil, "still open: \(text)")
            #expect(ContinuousClock.now - begin > .milliseconds(300))
          }
        }
        // One that asks and asks and never reads.
        group.addTask {
          let isCutOff = try await onOwnThread {
            let connection = try RawConnection(port: port)
            let request = Data(head.utf8) + body
            let many = (0..<200).reduce(into: Data()) { all, _ in all += request }
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline { if !connection.send(many) { return true } }
            return false
          }
          #expect(isCutOff)
        }
        group.addTask {
          for _ in 0..<50 {
            let answer = try await client.post("/predict", ["symbol": "X", "features": models.named(row)])
            #expect(answer.status == 200)
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        try await group.waitForAll()
      }
      // An answered connection may be used again, and is closed once it is idle for long.
      let twice = try await onOwnThread {
        let connection = try RawConnection(port: port)
        let request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.send(request + request)
        return connection.rest(seconds: 20)
      }
      #expect(twice.map { String(decoding: $0, as: UTF8.self).components(separatedBy: "200 OK").count } == 3)
    }
  }

  // MARK: - Amounts

  @Test("more batches than are allowed at once get 429, more bodies than memory 503, both with Retry-After")
  func tooMuch() async throws {
    let rows = try models.rows(20)
    let many = (0..<400).flatMap { _ in rows.map { row in row.map { $0.isNaN ? NSNull() as Any : $0 as Any } } }
    let body = try JSONSerialization.data(withJSONObject: ["rows": many])
    try await withService(
      models.folder,
      configure: {
        $0.batchConcurrency = 1
        $0.bodyMemory = body.count * 20
      }
    ) { client in
      var statuses: Set<Int> = []
      // Eight at once are more than one; whether they meet is up to the machine, so they try again.
      for _ in 0..<20 where statuses != [200, 429] {
        try await withThrowingTaskGroup(of: Client.Answer.self) { group in
          for _ in 0..<8 { group.addTask { try await client.send("POST", "/predict/batch", body) } }
          for try await answer in group {
            statuses.insert(answer.status)
            if answer.status == 429 { #expect(answer.headers["retry-after"] == "1") }
          }
        }
      }
      #expect(statuses == [200, 429])
      #expect(try await client.send("POST", "/predict/batch", body).status == 200)
    }
    let small = try JSONSerialization.data(withJSONObject: ["rows": Array(many.prefix(20))])
    try await withService(models.folder, configure: { $0.bodyMemory = 100_000 }) { client in
      let begin = ContinuousClock.now
      let answer = try await client.send("POST", "/predict/batch", body)
      #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(answer.text)")
      #expect(answer.message.contains("100000 bytes"))
      // A client that sends all before it reads got that answer within no time, and what was refused holds no memory.
      #expect(ContinuousClock.now - begin < .seconds(10))
      for _ in 0..<20 { #expect(try await client.send("POST", "/predict/batch", small).status == 200) }
    }
  }

  // MARK: - The end

  @Test("told to end under load, it answers all that was asked, tells clients to close, and ends", arguments: [1, 2])
  func shutdown(threads: Int) async throws {
    let row = try models.rows(1)[0]
    let body = try JSONSerialization.data(withJSONObject: ["symbol": "X", "features": models.named(row)])
    let explained = try JSONSerialization.data(
      withJSONObject: ["symbol": "X", "features": models.named(row), "explain": 100])
    let port = Shared<UInt16?>(nil)
    let counts = Shared((whole: 0, lost: 0, told: 0))
    let begin = Shared(ContinuousClock.now)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await withService(
          models.folder,
          configure: {
            $0.threads = threads
            $0.drainTime = 0.5
          }
        ) { client in
          port.withLock { $0 = client.port }
          while counts.withLock({ $0.whole }) < 300 { try await Task.sleep(for: .milliseconds(5)) }
          begin.withLock { $0 = .now }
        }
      }
      // Connections that go on, some with pauses, until they are told to close: requests that are answered at once, such that tasks answer, such that
      // take work, and large answers.
      let requests = [
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n"
          + String(decoding: body, as: UTF8.self),
        "GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(explained.count)\r\n\r\n"
          + String(decoding: explained, as: UTF8.self),
      ]
      for number in 0..<8 {
        group.addTask {
          while port.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(5)) }
          let port = port.withLock { $0 ?? 0 }
          try await onOwnThread {
            let connection = try RawConnection(port: port)
            while true {
              connection.send(requests[number % requests.count])
              let answer = connection.answer()
              counts.withLock {
                if answer.isWhole { $0.whole += 1 } else { $0.lost += 1 }
                if answer.isWhole, answer.isLast { $0.told += 1 }
              }
              if answer.isLast { return }
              // Half of them have asked for nothing when the end comes.
              if number >= 4 { Thread.sleep(forTimeInterval: 0.02) }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let (whole, lost, told) = counts.withLock { $0 }
    #expect(whole >= 300 && lost == 0 && told == 8, "\(whole) \(lost) \(told)")
    #expect(ContinuousClock.now - begin.withLock { $0 } < .seconds(20))
  }

  // MARK: - Work

  @Test(
    "a small file of very many rows, and texts and names without end, are refused without being taken in",
    .enabled(if: isDuckDBHere, "DuckDB is not on this machine"))
  func amplified() async throws {
    try await withService(models.folder) { [models] client in
      let begin = ContinuousClock.now
      // Two characters of escape each, read over once; what is long is not read by the thread that answers.
      let texts = Data(
        (#"{"symbol":"X","tick_data":["# + String(repeating: #""\n","é","#, count: 500_000) + "1]}").utf8)
      #expect(try await client.send("POST", "/predict", texts).status == 422)
      let names = Data(
        (#"{"symbol":"X","features":{"# + String(repeating: #""":0,"#, count: 200_000) + #""a":0}}"#).utf8)
      let many = try await client.send("POST", "/predict", names)
      #expect(many.status == 422 && many.message.contains("more than 100000"), "\(many.text.prefix(200))")
      let shape = "\(models.folder)-many.parquet"
      let writer = try RecordFileWriter(columns: [.double("x")])
      for _ in 0..<30 { try writer.append([[RecordFileWriter.Value]](repeating: [.double(1)], count: 100_000)) }
      try writer.write(to: shape)
      let file = try Data(contentsOf: URL(fileURLWithPath: shape))
      let rows = try await client.send(
        "POST", "/predict/batch", file, ["Content-Type": "application/vnd.apache.parquet"])
      #expect(file.count < 1_000_000 && rows.status == 422, "\(file.count) \(rows.text.prefix(200))")
      #expect(rows.message.contains("3000000") && rows.message.contains("100000"), "\(rows.message)")
      let long = try await client.send("POST", "/console/session", Data(repeating: 0x20, count: 100_000))
      #expect(long.status == 413 && long.message.contains("4096"))
      #expect(ContinuousClock.now - begin < .seconds(30))
    }
  }

  @Test("a name that means this machine, but is not the service's, is refused; names that are allowed are not")
  func hosts() async throws {
    @Sendable func status(_ host: String, _ client: Client) async throws -> String {
      try await onOwnThread {
        let request = Data("GET /health HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        return String(decoding: try RawConnection.exchange(request, port: client.port), as: UTF8.self)
      }
    }
    try await withService(models.folder, configure: { $0.allowedHosts = ["Proxy.example"] }) { client in
      for host in ["localhost", "LOCALHOST:80", "127.0.0.1:\(client.port)", "[::1]:9", "[::1]", "proxy.example:443"] {
        #expect(try await status(host, client).hasPrefix("HTTP/1.1 200"), "\(host)")
      }
      for host in ["evil.example", "evil.example:\(client.port)", "localhost.evil.example", "127.0.0.1.evil"] {
        let text = try await status(host, client)
        #expect(text.hasPrefix("HTTP/1.1 403") && text.contains("--allowed-host"), "\(host): \(text)")
      }
    }
    // Keys keep them out as well.
    try await withService(models.folder, configure: { $0.apiKeys = ["a key that is long"] }) { client in
      let text = try await status("any.example", client)
      #expect(text.hasPrefix("HTTP/1.1 200"), "\(text)")
    }
  }

  @Test("a client that waits to be asked for its body is asked, once it is known not to be too long")
  func expects() async throws {
    let row = try models.rows(1)[0]
    let body = try JSONSerialization.data(withJSONObject: ["symbol": "X", "features": models.named(row)])
    try await withService(models.folder, configure: { $0.bodyLimit = 100_000 }) { client in
      let head =
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
      let port = client.port
      let (first, rest) = try await onOwnThread {
        let connection = try RawConnection(port: port)
        connection.send(head + "\(body.count)\r\n\r\n")
        let first = connection.some(seconds: 10).map { String(decoding: $0, as: UTF8.self) } ?? ""
        connection.send(body)
        return (first, connection.rest(seconds: 10).map { String(decoding: $0, as: UTF8.self) } ?? "")
      }
      #expect(first == "HTTP/1.1 100 Continue\r\n\r\n", "\(first)")
      #expect(rest.hasPrefix("HTTP/1.1 200"), "\(rest)")
      let long = try await onOwnThread {
        String(decoding: try RawConnection.exchange(Data((head + "100001\r\n\r\n").utf8), port: port), as: UTF8.self)
      }
      #expect(long.hasPrefix("HTTP/1.1 413"), "\(long)")
    }
  }

  @Test("the connection of a client of HTTP/1.0 is closed behind the answer, whichever way that is given")
  func oldClients() async throws {
    try await withService(models.folder) { client in
      let port = client.port
      for path in ["/health", "/v2", "/nothing"] {
        let text = try await onOwnThread {
          let connection = try RawConnection(port: port)
          connection.send("GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n")
          return connection.rest(seconds: 20).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(text?.lowercased().contains("connection: close") == true && text?.hasSuffix("}") == true, "\(path)")
      }
    }
  }

  @Test("the right key opens the console after any number of wrong ones")
  func login() async throws {
    let key = "a key that is long"
    try await withService(models.folder, configure: { $0.apiKeys = [key] }) { client in
      var seen: [Int] = []
      for step in 0..<40 { seen.append(try await client.post("/console/session", ["key": "wrong \(step)"]).status) }
      #expect(seen.first == 401 && seen.last == 429)
      #expect(try await client.post("/console/session", ["key": key]).status == 204)
    }
  }

  @Test("a port that is taken and a log that cannot be written are told at the start, by name")
  func startErrors() async throws {
    try await withService(models.folder) { [models] client in
      var options = ServingOptions()
      options.port = Int(client.port)
      let second = try PredictionService(models: models.folder, options)
      let error = await #expect(throws: StreamingError.self) { try await second.run() }
      #expect(error?.message.contains("port \(client.port)") == true, "\(String(describing: error))")
    }
    var extras = PredictionService.Extras()
    extras.logFolder = "/proc/nothing"
    let error = #expect(throws: StreamingError.self) { try PredictionService(models: models.folder, .init(), extras) }
    #expect(error?.message.contains("/proc/nothing") == true)
  }

  @Test("requests from other sites' pages are refused, whichever way they are answered; a page of its own is not")
  func foreign() async throws {
    let row = try models.rows(1)[0]
    try await withService(models.folder) { [models] client in
      for explain in [0, 1] {
        let body: [String: Any] = ["symbol": "X", "features": models.named(row), "explain": explain]
        #expect(try await client.post("/predict", body).status == 200)
        let foreign = try await client.post("/predict", body, headers: ["Origin": "http://evil.example"])
        #expect(foreign.status == 403 && foreign.message.contains("evil.example"))
        #expect(try await client.post("/predict", body, headers: ["Origin": client.base]).status == 200)
      }
    }
  }
}
#endif
