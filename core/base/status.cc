#include "core/base/status.h"

namespace tsugi {

// These three stay in this file on purpose: inlined, they would add code to each of the many calls
// that can fail.
Status::Status(StatusCode code, std::string message)
    : state_(new State{code, std::move(message)}) {}

void Status::Deleter::operator()(const State* state) const { delete state; }

Status::State* Status::Copy(const State& state) { return new State(state); }

std::string_view StatusName(StatusCode code) {
  // JavaScript's error codes are these names, so they are as stable as the numbers.
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
      return "invalid_argument";
    case StatusCode::kOutOfRange:
      return "out_of_range";
    case StatusCode::kNotFound:
      return "not_found";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kCorruptModel:
      return "corrupt_model";
    case StatusCode::kVersionTooNew:
      return "version_too_new";
    case StatusCode::kOutOfMemory:
      return "out_of_memory";
    case StatusCode::kInternal:
      return "internal";
  }
  return "unknown";
}

}  // namespace tsugi
