#if Serving
public import TickStreaming

/// Where a prediction service gets the ticks of its live features.
public enum ServiceSource: Sendable {
  /// Nowhere: requests bring ticks or features.
  case none
  /// The Kafka topic of a prediction stream that runs in this process and writes its predictions to a topic.
  case stream(
    KafkaConfiguration, PredictionStreamOptions,
    @Sendable (inout KafkaConsumerOptions, inout KafkaProducerOptions) -> Void)
  /// The same topic read beside such streams, with nothing written.
  case topic(KafkaConfiguration, PredictionStreamOptions)
  /// A WebSocket server of ticks.
  case socket(TickClientOptions)
}
#endif
