#ifndef TSUGI_NATIVE_LOG_SEQUENCE_READER_H_
#define TSUGI_NATIVE_LOG_SEQUENCE_READER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/read_audit.h"

namespace tsugi {

// Readers of line formats, as prepared data sets use them. Fields are separated by blanks or tabs.
// The views that a sink gets are valid only during the call.

/// Called with a user and the user's items, oldest first. Returns the reason if the line must be
/// rejected, else "".
using SequenceSink =
    std::function<std::string_view(std::string_view user, std::span<const std::string_view> items)>;
/// Called with a user and the user's times in unix seconds, 0 = unknown. Returns the reason if the
/// line must be rejected, else "".
using TimesSink = std::function<std::string_view(std::string_view user, std::span<const int64_t>)>;
/// Called with the items of one session, oldest first.
using SessionSink = std::function<void(std::span<const std::string_view> items)>;
/// Called with one test case; `history` is not empty.
using TestCaseSink =
    std::function<void(std::span<const std::string_view> history, std::string_view target)>;

/// Reads lines `user item item ...`. Errors: those of TextSource; kInvalidArgument for an empty
/// file.
Status ReadSequences(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                     const SequenceSink& sink);

/// Reads lines `user time time ...`. Lines with anything that is not a time go to the audit.
/// Errors: as ReadSequences.
Status ReadTimes(const std::filesystem::path& file, ReadAudit& audit, const TimesSink& sink);

/// Reads lines `item item ...`, one session each. Errors: as ReadSequences.
Status ReadSessions(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                    const SessionSink& sink);

/// Reads lines `item item ...<TAB>target`. Errors: as ReadSequences.
Status ReadTestCases(const std::filesystem::path& file, ReadAudit& audit, const TestCaseSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_SEQUENCE_READER_H_
