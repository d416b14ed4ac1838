// One row through many trees, and many rows through one tree. The twins are the walks down the trees in Swift.
#ifndef TICKBOOST_WALK_KERNELS_H
#define TICKBOOST_WALK_KERNELS_H

#include <stdint.h>

/// A feature with one way to treat missing values: what a node asks is whether the rank of a slot is above its own.
///
/// A value's rank is the number of the feature's bounds that are below it.
typedef struct {
  /// The rank of a missing value, which is NaN or of a size up to `zero` (negative where zero is a value).
  double zero;
  int32_t feature;
  int32_t missing;
  /// Where the feature's bounds are, and how many; only of kernel_rank_wide.
  int64_t first;
  int64_t count;
} kernel_slot;

/// A node of one word, `left << 16 | rank << 8 | slot`: the left child stands at `left` in its group, the right one behind it. A
/// leaf is its own left child, and no rank is above its own.
typedef uint32_t kernel_node;

/// The same with more slots, ranks and nodes: `left << 32 | rank << 16 | slot`.
typedef uint64_t kernel_wide_node;

/// Eight trees of about the same depth, whose steps do not wait for each other.
typedef struct {
  /// The node from which `roots` and `left` count.
  int64_t first;
  uint32_t roots[8];
  /// Where each tree's value goes in `found`.
  uint32_t places[8];
  /// Steps to the deepest leaf.
  int64_t depth;
} kernel_group;

/// Writes the ranks of a row's slots.
///
/// heads: the last bound of all but the last sixteen bounds of a slot, filled up with infinity; head_count (a multiple of
/// four, at most 16) a slot. bounds: head_count * 16 a slot, ascending, filled up with infinity.
void kernel_rank(
    const double *row, const kernel_slot *slots, long count, const double *heads, long head_count, const double *bounds,
    uint8_t *ranks, int use_avx2);

/// The same by halving, for slots with more bounds: those of a slot are bounds[first ..< first + count].
void kernel_rank_wide(
    const double *row, const kernel_slot *slots, long count, const double *bounds, uint16_t *ranks);

/// Writes the value of each tree's leaf to found[place]. values: by node.
void kernel_walk(
    const kernel_node *nodes, const double *values, const kernel_group *groups, long count, const uint8_t *ranks,
    double *found);

/// The same with wide nodes.
void kernel_walk_wide(
    const kernel_wide_node *nodes, const double *values, const kernel_group *groups, long count, const uint16_t *ranks,
    double *found);

/// A node of a tree over bytes: a row goes to children[1] where its byte's bit is set in the node's own 256 bits. Leaves stand
/// behind all inner nodes and are their own children.
typedef struct {
  uint32_t byte;
  uint16_t children[2];
} kernel_byte_node;

/// Adds each row's value to its score: scores[row] += values[place].
///
/// nodes: the root first; `inner` (at least 1) of them are no leaves. tables: four words a node. values: by node. bytes: those
/// of row r start at bytes + r * stride. rows: the numbers of `count` rows, or null for 0 ..< count.
void kernel_walk_bytes(
    const kernel_byte_node *nodes, long inner, const uint64_t *tables, const double *values, const uint8_t *bytes,
    long stride, const uint32_t *rows, long count, double *scores);

#endif
