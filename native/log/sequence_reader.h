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

/// Lines of prepared sets. Fields are separated by blanks or tabs; views are valid during the call.

/// Called with a user's items, oldest first. Returns why the row must be left out, or "".
using SequenceSink =
    std::function<std::string_view(std::string_view user, std::span<const std::string_view> items)>;
/// Called with a user's times, unix seconds, 0 = unknown. Returns why the row must be left out, or
/// "".
using TimesSink = std::function<std::string_view(std::string_view user, std::span<const int64_t>)>;
/// Called with the items of one session, oldest first.
using SessionSink = std::function<void(std::span<const std::string_view> items)>;
/// Called with one test case; `history` is not empty.
using TestCaseSink =
    std::function<void(std::span<const std::string_view> history, std::string_view target)>;

/// Reads `user item item ...` lines. Errors: file errors.
Status ReadSequences(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                     const SequenceSink& sink);

/// Reads `user time time ...` lines; a row with something that is no time goes to the audit.
Status ReadTimes(const std::filesystem::path& file, ReadAudit& audit, const TimesSink& sink);

/// Reads `item item ...` lines, one session each.
Status ReadSessions(const std::vector<std::filesystem::path>& files, ReadAudit& audit,
                    const SessionSink& sink);

/// Reads `item item ...<TAB>target` lines.
Status ReadTestCases(const std::filesystem::path& file, ReadAudit& audit, const TestCaseSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_SEQUENCE_READER_H_
