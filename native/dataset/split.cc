#include "native/dataset/split.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tsugi {
namespace {

// Adds cases at positions [begin, end) of `sequence`, without position 0, which has no history. A
// prediction needs something to go by.
void AddCases(size_t sequence, uint32_t begin, uint32_t end, std::vector<EvaluationCase>& cases) {
  for (uint32_t position = std::max(begin, 1u); position < end; ++position) {
    cases.push_back({static_cast<uint32_t>(sequence), position});
  }
}

void AddEnds(uint32_t train_end, uint32_t refit_end, DatasetArrays& arrays) {
  arrays.train_end.push_back(train_end);
  arrays.refit_end.push_back(refit_end);
}

}  // namespace

// The protocol of SASRec and most of the literature that Beauty's published figures follow.
void SplitLeaveOneOut(DatasetArrays& arrays, ImportStats& stats) {
  stats.protocol = "leave-one-out";
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const auto length = static_cast<uint32_t>(arrays.length(s));
    if (length < 3) {
      ++stats.short_users;
      AddEnds(length, length, arrays);
      continue;
    }
    AddEnds(length - 2, length - 1, arrays);
    AddCases(s, length - 2, length - 1, arrays.valid_cases);
    AddCases(s, length - 1, length, arrays.test_cases);
  }
}

Status SplitByTime(int64_t split_time, DatasetArrays& arrays, ImportStats& stats) {
  // Known times only: an unknown time, 0, would count as the oldest event of the log.
  SpillVector<int64_t> earlier(arrays.times.spill());
  for (const int64_t time : arrays.times) {
    if (time != 0 && time < split_time) earlier.push_back(time);
  }
  const bool has_later = std::any_of(arrays.times.begin(), arrays.times.end(),
                                     [&](int64_t time) { return time >= split_time; });
  if (earlier.empty() || !has_later) {
    return InvalidArgument("--split-time " + std::to_string(split_time) + ": " +
                           (arrays.times.empty() ? "the log has no times"
                            : has_later          ? "no event is before it"
                                                 : "no event is at or after it") +
                           " (expected events on both sides). Try: a time inside the log");
  }
  // Validation is cut by time as well: it should be as far from training as the test is.
  const auto held_out = earlier.begin() + earlier.size() * 9 / 10;
  std::nth_element(earlier.begin(), held_out, earlier.end());
  // Dates alone: if all earlier events have one time, validation would take every one of them.
  const auto [first, last] = std::minmax_element(earlier.begin(), earlier.end());
  if (*held_out == *first && *first != *last) {
    // The next later time leaves something to train on.
    int64_t next = *last;
    for (const int64_t time : earlier) {
      if (time > *first) next = std::min(next, time);
    }
    *held_out = next;
  } else if (*first == *last) {
    return InvalidArgument("--split-time " + std::to_string(split_time) +
                           ": all events before it have one time, so that none would be left to " +
                           "train on next to those for validation. Try: a later --split-time, or " +
                           "leave it out to test on each user's last event");
  }
  stats.protocol = "time";
  stats.split_time = split_time;
  stats.validation_time = *held_out;

  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const auto times =
        std::span<const int64_t>(arrays.times).subspan(arrays.offsets[s], arrays.length(s));
    // A sequence is cut at its first event from `start` on. Times may run backwards in prepared
    // sequences; cutting there keeps every later position out of training.
    const auto first_from = [&](int64_t start) {
      const auto found =
          std::find_if(times.begin(), times.end(), [&](int64_t time) { return time >= start; });
      return static_cast<uint32_t>(found - times.begin());
    };
    const uint32_t train_end = first_from(stats.validation_time);
    const uint32_t refit_end = first_from(split_time);
    AddEnds(train_end, refit_end, arrays);
    AddCases(s, train_end, refit_end, arrays.valid_cases);
    AddCases(s, refit_end, static_cast<uint32_t>(times.size()), arrays.test_cases);
  }
  return {};
}

Status SplitGivenCases(size_t session_count, DatasetArrays& arrays, ImportStats& stats) {
  if (session_count < 2) {
    return InvalidArgument(
        "one training session, expected at least 2, because one is held out for validation. Try: a "
        "log with more sessions");
  }
  stats.protocol = "sessions";
  // Sessions come in the order of the file, which is usually that of time: the last ones are most
  // like the test.
  const size_t valid_begin = std::min(session_count * 9 / 10, session_count - 1);
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const auto length = static_cast<uint32_t>(arrays.length(s));
    if (s < valid_begin) {
      AddEnds(length, length, arrays);
    } else if (s < session_count) {
      AddEnds(0, length, arrays);
      AddCases(s, 1, length, arrays.valid_cases);
    } else {
      AddEnds(0, 0, arrays);
    }
  }
  return {};
}

}  // namespace tsugi
