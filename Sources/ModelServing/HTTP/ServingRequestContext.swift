#if Serving
import Hummingbird

/// What goes with a request from its head to its answer.
struct ServingRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The id by which the request is found in the log: the client's own, or one made here.
  var requestID = ""

  init(source: ApplicationRequestContextSource) { coreContext = CoreRequestContextStorage(source: source) }
}
#endif
