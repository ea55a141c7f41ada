#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

struct cre2_pattern {
    cre2_pattern(const re2::StringPiece &text, const RE2::Options &options) : re(text, options) {}

    RE2 re;
    // Indexed by group number, 0 being the whole match; empty where a group has no name.
    std::vector<std::string> names;
};

namespace {

// Covers nearly every pattern people write, without a trip to the heap.
constexpr size_t kInlineRanges = 16;

void copy_text(const std::string &text, char *target, size_t capacity) {
    size_t length = std::min(text.size(), capacity - 1);
    std::memcpy(target, text.data(), length);
    target[length] = '\0';
}

}  // namespace

cre2_pattern *cre2_compile(const char *text, size_t length, uint32_t options, int64_t max_memory,
                           char *message, char *fragment, size_t capacity) {
    message[0] = '\0';
    fragment[0] = '\0';
    try {
        RE2::Options settings;
        settings.set_log_errors(false);
        settings.set_max_mem(max_memory);
        settings.set_dot_nl((options & CRE2_DOT_MATCHES_NEWLINE) != 0);
        auto pattern = std::make_unique<cre2_pattern>(re2::StringPiece(text, length), settings);
        if (!pattern->re.ok()) {
            // RE2 appends the fragment to its message; the caller words that itself.
            std::string words = pattern->re.error();
            const std::string suffix = ": " + pattern->re.error_arg();
            if (words.size() > suffix.size() &&
                words.compare(words.size() - suffix.size(), suffix.size(), suffix) == 0) {
                words.resize(words.size() - suffix.size());
            }
            copy_text(words, message, capacity);
            copy_text(pattern->re.error_arg(), fragment, capacity);
            return nullptr;
        }
        pattern->names.resize(static_cast<size_t>(pattern->re.NumberOfCapturingGroups()) + 1);
        for (const auto &name : pattern->re.CapturingGroupNames()) {
            pattern->names[static_cast<size_t>(name.first)] = name.second;
        }
        return pattern.release();
    } catch (...) {
        copy_text("out of memory", message, capacity);
        return nullptr;
    }
}

void cre2_destroy(cre2_pattern *pattern) {
    delete pattern;
}

size_t cre2_group_count(const cre2_pattern *pattern) {
    return pattern->names.size() - 1;
}

const char *cre2_group_name(const cre2_pattern *pattern, size_t group) {
    if (group >= pattern->names.size() || pattern->names[group].empty()) return nullptr;
    return pattern->names[group].c_str();
}

int cre2_match(const cre2_pattern *pattern, const char *text, size_t length, size_t start, bool full,
               cre2_range *ranges, size_t count) {
    try {
        // RE2 fills what the pattern lacks with null pieces, but asking for less is cheaper.
        size_t wanted = std::min(count, pattern->names.size());
        re2::StringPiece inline_pieces[kInlineRanges];
        std::vector<re2::StringPiece> more_pieces;
        re2::StringPiece *pieces = inline_pieces;
        if (wanted > kInlineRanges) {
            more_pieces.resize(wanted);
            pieces = more_pieces.data();
        }
        RE2::Anchor anchor = full ? RE2::ANCHOR_BOTH : RE2::UNANCHORED;
        re2::StringPiece subject(text, length);
        if (!pattern->re.Match(subject, start, length, anchor, pieces, static_cast<int>(wanted))) {
            return 0;
        }
        for (size_t i = 0; i < count; i++) {
            bool took_part = i < wanted && pieces[i].data() != nullptr;
            ranges[i].offset = took_part ? pieces[i].data() - text : -1;
            ranges[i].length = took_part ? pieces[i].size() : 0;
        }
        return 1;
    } catch (...) {
        return -1;
    }
}
