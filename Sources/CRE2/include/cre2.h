// A C door to the part of RE2 that Martlet uses. No exception leaves it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern; immutable, so any number of threads may match against one.
typedef struct cre2_pattern cre2_pattern;

/// Where a group matched. `offset` is -1 for a group that took no part.
typedef struct cre2_range {
    ptrdiff_t offset;
    size_t length;
} cre2_range;

/// `.` matches a newline too.
#define CRE2_DOT_MATCHES_NEWLINE 1u

/// Compiles `length` bytes at `text`.
///
/// `max_memory` bounds program and caches together, in bytes. On failure the answer is NULL, and
/// `message` and `fragment` (each of `capacity` bytes, never NULL) hold RE2's words for what is
/// wrong and the part of the pattern it is about, cut to fit and ended by a zero byte.
cre2_pattern *cre2_compile(const char *text, size_t length, uint32_t options, int64_t max_memory,
                           char *message, char *fragment, size_t capacity);

/// Frees a pattern; NULL is allowed.
void cre2_destroy(cre2_pattern *pattern);

/// The number of capturing groups, the whole match not counted.
size_t cre2_group_count(const cre2_pattern *pattern);

/// The name of a group (1-based) as a zero-ended string, or NULL where it has none.
const char *cre2_group_name(const cre2_pattern *pattern, size_t group);

/// Matches `length` bytes at `text` from offset `start` on: all of that when `full`, else anywhere in
/// it. What stands before `start` counts for `\b` and `^`.
///
/// Fills `count` ranges; the first is the whole match, the n-th is group n-1. Ranges beyond the
/// pattern's groups get offset -1. Answers 1 for a match, 0 for none, -1 when memory ran out.
int cre2_match(const cre2_pattern *pattern, const char *text, size_t length, size_t start, bool full,
               cre2_range *ranges, size_t count);

#ifdef __cplusplus
}
#endif
