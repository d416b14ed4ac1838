#if Serving
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Synchronization

/// Watches over one connection: answers what needs no waiting, and closes it when a request or its answer does not come along.
///
/// Requests that wait for something go on to the server's tasks. Answers keep the order of the requests: an immediate one is given only while no
/// earlier request of the connection is with a task.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private struct Held {
    let head: HTTPRequest
    let route: ImmediateRoute
    let rest: Substring
    let length: Int
    let requestID: String?
    var body: ByteBuffer?
  }

  /// Most bytes of a body that is answered at once.
  static let bodyLimit = 64 * 1024

  private let gate: RequestGate
  private let routes: [ImmediateRoute]
  private let isDraining: @Sendable () -> Bool
  /// The request that is read and will be answered at once.
  private var held: Held?
  /// Whether a request is being read.
  private var isReading = false
  /// Requests that are with tasks.
  private var forwarded = 0
  private var hasWritten = false
  /// Whether any answer was given.
  private var hasAnswered = false
  /// Whether the client takes the end of the connection for that of the answer.
  private var isOld = false
  private var isQuiescing = false
  /// Whether the answer that is written began before its request was read.
  private var isEarly = false
  /// Whether the answer that is written says that the connection ends.
  private var isLast = false
  /// Whether the request was answered before it was read: the rest of it is thrown away, then the connection closed.
  private var isDiscarding = false
  /// Whether all of that answer is with the client's machine.
  private var isSent = false
  /// When what is waited for began: the next request, or the rest of one.
  private var since = NIODeadline.now()
  /// Since when the client has not taken the answers; nil while it does.
  private var unwritableSince: NIODeadline?
  /// Whether more is to be read once the client takes the answers.
  private var hasRead = false
  /// When the connection was told to close.
  private var closeBegin: NIODeadline?
  private var timer: RepeatedTask?

  init(_ gate: RequestGate, _ routes: [ImmediateRoute], isDraining: @escaping @Sendable () -> Bool) {
    self.gate = gate
    self.routes = routes
    self.isDraining = isDraining
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { watch(context) }
    let operations = context.pipeline.syncOperations
    // The error says that there is no codec: then there are no versions to notice.
    guard let codec = try? operations.handler(type: HTTP1ToHTTPServerCodec.self) else { return }
    let handler = OldClientHandler { [weak self] in self?.isOld = true }
    // It cannot fail, for the codec was found; without the handler connections of old clients would stay open.
    try? operations.addHandler(handler, position: .before(codec))
  }

  func channelActive(context: ChannelHandlerContext) {
    watch(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    release()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  // MARK: - In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if isDiscarding {
      guard case .end = part else { return }
      isReading = false
      if isSent { context.close(promise: nil) }
      return
    }
    switch part {
    case .head(let head):
      isReading = true
      since = .now()
      if let held = hold(head) {
        self.held = held
        return
      }
      // A body that will be refused is not asked for, nor one whose turn has not come: the client sends it by itself then.
      if forwarded == 0, head.headerFields[.expect]?.lowercased() == "100-continue", gate.isAllowed(head) {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
      forwarded += 1
    case .body(let bytes):
      if held != nil {
        if held!.body == nil { held!.body = bytes } else { held!.body!.writeImmutableBuffer(bytes) }
        return
      }
    case .end:
      isReading = false
      since = .now()
      if let request = held {
        release()
        answer(request, context)
        return
      }
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if hasWritten {
      hasWritten = false
      context.flush()
    }
    context.fireChannelReadComplete()
    // Nobody else asks for what is thrown away.
    if isDiscarding { context.read() }
  }

  /// Gives back the memory of the body that is read.
  private func release() {
    if let held { gate.bodies.give(held.length) }
    held = nil
  }

  /// A request to be answered at once; nil for one that is to go on, such as one that will be refused, and all of a client
  /// that does not take its answers.
  private func hold(_ head: HTTPRequest) -> Held? {
    guard forwarded == 0, unwritableSince == nil, let target = head.path,
      let (route, rest) = route(head.method, target)
    else { return nil }
    var length = 0
    var requestID: String?
    // One look at each field: asking for them by name would index them first.
    for field in head.headerFields {
      switch field.name {
      case .contentLength:
        guard let count = Int(field.value), count <= Self.bodyLimit else { return nil }
        length = count
      case .requestID: requestID = field.value
      case .connection: if field.value.lowercased() != "keep-alive" { return nil }
      case .transferEncoding, .expect: return nil
      default: break
      }
    }
    guard gate.refusal(head, length: length, isOpen: route.isOpen) == nil, gate.bodies.take(length) else { return nil }
    return Held(head: head, route: route, rest: rest, length: length, requestID: requestID)
  }

  private func route(_ method: HTTPRequest.Method, _ target: String) -> (ImmediateRoute, Substring)? {
    for route in routes {
      if let rest = route.rest(method, target) { return (route, rest) }
    }
    return nil
  }

  private func answer(_ request: Held, _ context: ChannelHandlerContext) {
    let begin = ContinuousClock.now
    let id = gate.id(request.requestID)
    var answer = (status: 200, bytes: [UInt8](), retryAfter: Int?.none)
    let target = request.head.path ?? ""
    do {
      guard let bytes = try request.route.handler(request.rest, request.body ?? ByteBuffer()) else {
        return forward(request, context)
      }
      answer.bytes = bytes
    } catch {
      let problem = gate.problem(error, id)
      let told = Problems.bytes(problem, request.route.style)
      answer = (told.status, told.bytes, problem.retryAfter)
    }
    var head = HTTPResponse(status: HTTPResponse.Status(code: answer.status))
    head.headerFields.reserveCapacity(4)
    head.headerFields[.contentType] = "application/json"
    head.headerFields[.contentLength] = String(answer.bytes.count)
    head.headerFields[.requestID] = id
    if let seconds = answer.retryAfter { head.headerFields[.retryAfter] = String(seconds) }
    let isLast = isQuiescing || isDraining() || isOld
    hasAnswered = true
    if isLast { head.headerFields[.connection] = "close" }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    var buffer = context.channel.allocator.buffer(capacity: answer.bytes.count)
    buffer.writeBytes(answer.bytes)
    context.write(wrapOutboundOut(.body(buffer)), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: isLast ? closing(context) : nil)
    hasWritten = true
    let duration = (ContinuousClock.now - begin).nanoseconds
    request.route.metrics.count(answer.status, duration)
    gate.log(request.head.method, target, id, answer.status, duration, request.route.metrics)
  }

  /// Closes the connection once what is written is with the system: closing at once would lose what a full socket has not taken.
  private func closing(
    _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil
  ) -> EventLoopPromise<Void> {
    let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    sent.futureResult.whenComplete { _ in
      let (handler, context) = bound.value
      handler.isSent = true
      if !handler.isReading { context.close(promise: nil) }
    }
    return sent
  }

  /// Gives a request that was held to the server's tasks.
  private func forward(_ request: Held, _ context: ChannelHandlerContext) {
    forwarded += 1
    context.fireChannelRead(wrapInboundOut(.head(request.head)))
    if let body = request.body { context.fireChannelRead(wrapInboundOut(.body(body))) }
    context.fireChannelRead(wrapInboundOut(.end(nil)))
    // It came while the request was held, and the server closes the connection once this is answered.
    if isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
  }

  // MARK: - Out

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      // The answer is to the request that is still read, not to one before it.
      isEarly = isReading && held == nil && forwarded == 1
      isLast = isEarly || isDraining() || isOld
      hasAnswered = true
      if isLast { head.headerFields[.connection] = "close" }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      // What cannot be parsed is answered without having been read.
      forwarded = max(0, forwarded - 1)
      since = .now()
      if isEarly {
        // The rest is thrown away. Clients that send all before they read would wait, and never see what is wrong.
        isDiscarding = true
        context.write(data, promise: closing(context, promise))
        context.read()
      } else if isLast, forwarded == 0, !isReading {
        context.write(data, promise: closing(context, promise))
      } else {
        context.write(data, promise: promise)
      }
    }
  }

  /// Closes once what was written is with the system: closing at once would lose what a full socket has not taken.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    context.flush()
    // An error says that the channel is closed already, or cannot tell: then there is nothing to wait for.
    let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    let begin = closeBegin ?? .now()
    closeBegin = begin
    // Not for longer than a client may take for an answer.
    let isOver = Double((NIODeadline.now() - begin).nanoseconds) / 1e9 > gate.options.requestTimeout
    guard mode == .all, waiting > 0, !isOver, context.channel.isActive else {
      return context.close(mode: mode, promise: promise)
    }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .milliseconds(5)) {
      let (handler, context) = bound.value
      handler.close(context: context, mode: mode, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    unwritableSince = context.channel.isWritable ? nil : unwritableSince ?? .now()
    context.fireChannelWritabilityChanged()
    if unwritableSince == nil, hasRead {
      hasRead = false
      context.read()
    }
  }

  /// Reads on only while the client takes the answers: those of one that never does would fill the memory.
  func read(context: ChannelHandlerContext) {
    if unwritableSince == nil { context.read() } else { hasRead = true }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      isQuiescing = true
      let isNew = !hasAnswered && !isReading && forwarded == 0
      guard isNew, gate.options.drainTime > 0 else {
        // What is read is answered first.
        if held == nil { context.fireUserInboundEventTriggered(event) }
        return
      }
      // Who has just connected asks in a moment, and is answered and told to close.
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: .milliseconds(Int64(min(0.5, gate.options.drainTime) * 1000))) {
        let (handler, context) = bound.value
        if handler.held == nil { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
      }
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: - Time

  private func watch(_ context: ChannelHandlerContext) {
    guard timer == nil else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let shortest = min(gate.options.requestTimeout, gate.options.idleTimeout)
    let interval = TimeAmount.milliseconds(Int64(min(1000, max(10, shortest * 250))))
    timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      let (handler, context) = bound.value
      handler.look(context)
    }
  }

  /// Closes the connection if what is waited for has not come in time.
  private func look(_ context: ChannelHandlerContext) {
    func seconds(since time: NIODeadline) -> Double { Double((NIODeadline.now() - time).nanoseconds) / 1e9 }
    let waited = seconds(since: since)
    let isLate: Bool
    if let unwritableSince {
      isLate = seconds(since: unwritableSince) > gate.options.requestTimeout
    } else if isDiscarding || isReading && forwarded <= 1 {
      // A request behind one that is worked on is not asked for yet.
      isLate = waited > gate.options.requestTimeout
    } else if forwarded > 0 {
      // The service itself takes its time.
      isLate = false
    } else {
      isLate = waited > gate.options.idleTimeout
    }
    if isLate { context.close(promise: nil) }
  }
}
#endif
