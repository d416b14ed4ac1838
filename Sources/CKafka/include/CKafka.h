// The C API of librdkafka as a table of functions that is filled at run time, so that the package builds where the library is
// absent, and one program runs with any version from 2.0 on.
// The declarations are those that this package calls, written from the documentation of librdkafka 2.0.
#ifndef TICKBOOST_CKAFKA_H
#define TICKBOOST_CKAFKA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct rd_kafka_s rd_kafka_t;
typedef struct rd_kafka_conf_s rd_kafka_conf_t;
typedef struct rd_kafka_topic_s rd_kafka_topic_t;
typedef struct rd_kafka_queue_s rd_kafka_queue_t;
typedef struct rd_kafka_headers_s rd_kafka_headers_t;
typedef struct rd_kafka_error_s rd_kafka_error_t;
typedef struct rd_kafka_NewTopic_s rd_kafka_NewTopic_t;
typedef struct rd_kafka_AdminOptions_s rd_kafka_AdminOptions_t;
typedef struct rd_kafka_op_s rd_kafka_event_t;
typedef struct rd_kafka_topic_result_s rd_kafka_topic_result_t;
typedef struct rd_kafka_consumer_group_metadata_s rd_kafka_consumer_group_metadata_t;
typedef struct rd_kafka_mock_cluster_s rd_kafka_mock_cluster_t;

enum { KAFKA_PRODUCER = 0, KAFKA_CONSUMER = 1 };
enum { KAFKA_CONF_OK = 0 };

typedef struct {
  int32_t err;
  rd_kafka_topic_t *rkt;
  int32_t partition;
  void *payload;
  size_t len;
  void *key;
  size_t key_len;
  int64_t offset;
  void *opaque;
} rd_kafka_message_t;

typedef struct {
  char *topic;
  int32_t partition;
  int64_t offset;
  void *metadata;
  size_t metadata_size;
  void *opaque;
  int32_t err;
  void *internal;
} rd_kafka_topic_partition_t;

typedef struct {
  int cnt;
  int size;
  rd_kafka_topic_partition_t *elems;
} rd_kafka_topic_partition_list_t;

/// What produceva takes: a tag and one of the values.
typedef struct {
  int32_t vtype;
  union {
    const char *cstr;
    int i;
    int32_t i32;
    int64_t i64;
    struct {
      void *ptr;
      size_t size;
    } mem;
    rd_kafka_headers_t *headers;
    void *ptr;
    char pad[64];
  } u;
} rd_kafka_vu_t;
enum {
  KAFKA_V_TOPIC = 1, KAFKA_V_PARTITION = 3, KAFKA_V_VALUE = 4, KAFKA_V_KEY = 5, KAFKA_V_OPAQUE = 6, KAFKA_V_MSGFLAGS = 7,
  KAFKA_V_TIMESTAMP = 8, KAFKA_V_HEADERS = 10
};
enum { KAFKA_MSG_F_COPY = 2 };
/// What AdminOptions_new takes to make topics, and the code for a topic that is there already.
enum { KAFKA_ADMIN_CREATE_TOPICS = 1, KAFKA_ERR_TOPIC_EXISTS = 36 };

/// Codes of the library itself; those of the protocol are above 0.
enum {
  KAFKA_ERR_TRANSPORT = -195, KAFKA_ERR_MSG_TIMED_OUT = -192, KAFKA_ERR_PARTITION_EOF = -191, KAFKA_ERR_ALL_BROKERS_DOWN = -187,
  KAFKA_ERR_TIMED_OUT = -185, KAFKA_ERR_QUEUE_FULL = -184, KAFKA_ERR_ASSIGN_PARTITIONS = -175, KAFKA_ERR_REVOKE_PARTITIONS = -174,
  KAFKA_ERR_NO_OFFSET = -168, KAFKA_ERR_FATAL = -150
};
/// Offsets that are none: of a partition's ends, of what was committed, of nothing.
enum { KAFKA_OFFSET_BEGINNING = -2, KAFKA_OFFSET_END = -1, KAFKA_OFFSET_STORED = -1000, KAFKA_OFFSET_INVALID = -1001 };

typedef struct {
  int32_t id;
  char *host;
  int port;
} rd_kafka_metadata_broker_t;
typedef struct {
  int32_t id;
  int32_t err;
  int32_t leader;
  int replica_cnt;
  int32_t *replicas;
  int isr_cnt;
  int32_t *isrs;
} rd_kafka_metadata_partition_t;
typedef struct {
  char *topic;
  int partition_cnt;
  rd_kafka_metadata_partition_t *partitions;
  int32_t err;
} rd_kafka_metadata_topic_t;
typedef struct {
  int broker_cnt;
  rd_kafka_metadata_broker_t *brokers;
  int topic_cnt;
  rd_kafka_metadata_topic_t *topics;
  int32_t orig_broker_id;
  char *orig_broker_name;
} rd_kafka_metadata_t;

/// The functions; one line a function: result, name, parameters.
#define KAFKA_FUNCTIONS(F) \
  F(const char *, version_str, (void)) \
  F(const char *, err2str, (int32_t)) \
  F(const char *, err2name, (int32_t)) \
  F(int32_t, error_code, (const rd_kafka_error_t *)) \
  F(const char *, error_string, (const rd_kafka_error_t *)) \
  F(int, error_is_fatal, (const rd_kafka_error_t *)) \
  F(int, error_is_retriable, (const rd_kafka_error_t *)) \
  F(int, error_txn_requires_abort, (const rd_kafka_error_t *)) \
  F(void, error_destroy, (rd_kafka_error_t *)) \
  F(rd_kafka_conf_t *, conf_new, (void)) \
  F(void, conf_destroy, (rd_kafka_conf_t *)) \
  F(int, conf_set, (rd_kafka_conf_t *, const char *, const char *, char *, size_t)) \
  F(void, conf_set_opaque, (rd_kafka_conf_t *, void *)) \
  F(void, conf_set_dr_msg_cb, (rd_kafka_conf_t *, void (*)(rd_kafka_t *, const rd_kafka_message_t *, void *))) \
  F(void *, opaque, (const rd_kafka_t *)) \
  F(void, conf_set_log_cb, (rd_kafka_conf_t *, void (*)(const rd_kafka_t *, int, const char *, const char *))) \
  F(void, conf_set_rebalance_cb, (rd_kafka_conf_t *, void (*)(rd_kafka_t *, int32_t, rd_kafka_topic_partition_list_t *, void *))) \
  F(rd_kafka_t *, new, (int, rd_kafka_conf_t *, char *, size_t)) \
  F(void, destroy, (rd_kafka_t *)) \
  F(int32_t, fatal_error, (rd_kafka_t *, char *, size_t)) \
  F(const char *, topic_name, (const rd_kafka_topic_t *)) \
  F(int, poll, (rd_kafka_t *, int)) \
  F(int32_t, flush, (rd_kafka_t *, int)) \
  F(int32_t, purge, (rd_kafka_t *, int)) \
  F(int, outq_len, (rd_kafka_t *)) \
  F(rd_kafka_error_t *, produceva, (rd_kafka_t *, const rd_kafka_vu_t *, size_t)) \
  F(rd_kafka_headers_t *, headers_new, (size_t)) \
  F(void, headers_destroy, (rd_kafka_headers_t *)) \
  F(int32_t, header_add, (rd_kafka_headers_t *, const char *, ssize_t, const void *, ssize_t)) \
  F(int32_t, message_headers, (const rd_kafka_message_t *, rd_kafka_headers_t **)) \
  F(int32_t, header_get_all, (const rd_kafka_headers_t *, size_t, const char **, const void **, size_t *)) \
  F(int64_t, message_timestamp, (const rd_kafka_message_t *, int *)) \
  F(void, message_destroy, (rd_kafka_message_t *)) \
  F(rd_kafka_topic_partition_list_t *, topic_partition_list_new, (int)) \
  F(void, topic_partition_list_destroy, (rd_kafka_topic_partition_list_t *)) \
  F(rd_kafka_topic_partition_t *, topic_partition_list_add, (rd_kafka_topic_partition_list_t *, const char *, int32_t)) \
  F(int32_t, poll_set_consumer, (rd_kafka_t *)) \
  F(int32_t, subscribe, (rd_kafka_t *, const rd_kafka_topic_partition_list_t *)) \
  F(int32_t, assign, (rd_kafka_t *, const rd_kafka_topic_partition_list_t *)) \
  F(rd_kafka_error_t *, incremental_assign, (rd_kafka_t *, const rd_kafka_topic_partition_list_t *)) \
  F(rd_kafka_error_t *, incremental_unassign, (rd_kafka_t *, const rd_kafka_topic_partition_list_t *)) \
  F(const char *, rebalance_protocol, (rd_kafka_t *)) \
  F(int, assignment_lost, (rd_kafka_t *)) \
  F(rd_kafka_queue_t *, queue_get_consumer, (rd_kafka_t *)) \
  F(void, queue_destroy, (rd_kafka_queue_t *)) \
  F(ssize_t, consume_batch_queue, (rd_kafka_queue_t *, int, rd_kafka_message_t **, size_t)) \
  F(int32_t, consumer_close, (rd_kafka_t *)) \
  F(int32_t, commit, (rd_kafka_t *, const rd_kafka_topic_partition_list_t *, int)) \
  F(int32_t, committed, (rd_kafka_t *, rd_kafka_topic_partition_list_t *, int)) \
  F(int32_t, pause_partitions, (rd_kafka_t *, rd_kafka_topic_partition_list_t *)) \
  F(int32_t, resume_partitions, (rd_kafka_t *, rd_kafka_topic_partition_list_t *)) \
  F(int32_t, query_watermark_offsets, (rd_kafka_t *, const char *, int32_t, int64_t *, int64_t *, int)) \
  F(int32_t, get_watermark_offsets, (rd_kafka_t *, const char *, int32_t, int64_t *, int64_t *)) \
  F(rd_kafka_consumer_group_metadata_t *, consumer_group_metadata, (rd_kafka_t *)) \
  F(void, consumer_group_metadata_destroy, (rd_kafka_consumer_group_metadata_t *)) \
  F(rd_kafka_error_t *, init_transactions, (rd_kafka_t *, int)) \
  F(rd_kafka_error_t *, begin_transaction, (rd_kafka_t *)) \
  F(rd_kafka_error_t *, send_offsets_to_transaction, \
    (rd_kafka_t *, const rd_kafka_topic_partition_list_t *, const rd_kafka_consumer_group_metadata_t *, int)) \
  F(rd_kafka_error_t *, commit_transaction, (rd_kafka_t *, int)) \
  F(rd_kafka_error_t *, abort_transaction, (rd_kafka_t *, int)) \
  F(int32_t, metadata, (rd_kafka_t *, int, rd_kafka_topic_t *, const rd_kafka_metadata_t **, int)) \
  F(void, metadata_destroy, (const rd_kafka_metadata_t *)) \
  F(int, produce, (rd_kafka_topic_t *, int32_t, int, void *, size_t, const void *, size_t, void *)) \
  F(int32_t, last_error, (void)) \
  F(rd_kafka_topic_t *, topic_new, (rd_kafka_t *, const char *, void *)) \
  F(void, topic_destroy, (rd_kafka_topic_t *)) \
  F(rd_kafka_NewTopic_t *, NewTopic_new, (const char *, int, int, char *, size_t)) \
  F(int32_t, NewTopic_set_config, (rd_kafka_NewTopic_t *, const char *, const char *)) \
  F(void, NewTopic_destroy, (rd_kafka_NewTopic_t *)) \
  F(rd_kafka_AdminOptions_t *, AdminOptions_new, (rd_kafka_t *, int)) \
  F(int32_t, AdminOptions_set_request_timeout, (rd_kafka_AdminOptions_t *, int, char *, size_t)) \
  F(void, AdminOptions_destroy, (rd_kafka_AdminOptions_t *)) \
  F(void, CreateTopics, \
    (rd_kafka_t *, rd_kafka_NewTopic_t **, size_t, const rd_kafka_AdminOptions_t *, rd_kafka_queue_t *)) \
  F(rd_kafka_queue_t *, queue_new, (rd_kafka_t *)) \
  F(rd_kafka_event_t *, queue_poll, (rd_kafka_queue_t *, int)) \
  F(int32_t, event_error, (rd_kafka_event_t *)) \
  F(const char *, event_error_string, (rd_kafka_event_t *)) \
  F(const void *, event_CreateTopics_result, (rd_kafka_event_t *)) \
  F(const rd_kafka_topic_result_t **, CreateTopics_result_topics, (const void *, size_t *)) \
  F(int32_t, topic_result_error, (const rd_kafka_topic_result_t *)) \
  F(const char *, topic_result_error_string, (const rd_kafka_topic_result_t *)) \
  F(void, event_destroy, (rd_kafka_event_t *)) \
  F(rd_kafka_mock_cluster_t *, mock_cluster_new, (rd_kafka_t *, int)) \
  F(void, mock_cluster_destroy, (rd_kafka_mock_cluster_t *)) \
  F(const char *, mock_cluster_bootstraps, (const rd_kafka_mock_cluster_t *)) \
  F(int32_t, mock_topic_create, (rd_kafka_mock_cluster_t *, const char *, int, int)) \
  F(void, mock_push_request_errors_array, (rd_kafka_mock_cluster_t *, int16_t, size_t, const int32_t *)) \
  F(int32_t, mock_broker_set_down, (rd_kafka_mock_cluster_t *, int32_t)) \
  F(int32_t, mock_broker_set_up, (rd_kafka_mock_cluster_t *, int32_t)) \
  F(int32_t, mock_broker_set_rtt, (rd_kafka_mock_cluster_t *, int32_t, int))

// Functions that older versions of the library do not have; NULL where they are missing.
#define KAFKA_OPTIONAL_FUNCTIONS(F) \
  F(void, mock_group_initial_rebalance_delay_ms, (rd_kafka_mock_cluster_t *, int32_t))

#define KAFKA_MEMBER(result, name, parameters) result (*name) parameters;
typedef struct {
  KAFKA_FUNCTIONS(KAFKA_MEMBER)
  KAFKA_OPTIONAL_FUNCTIONS(KAFKA_MEMBER)
} kafka_functions;
#undef KAFKA_MEMBER

/// Loads the library at `path` and fills the table.
///
/// Returns NULL on success, else what went wrong; the text is valid until the next call of this function.
const char *kafka_load(const char *path, kafka_functions *functions);

#endif
