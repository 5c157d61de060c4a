#ifndef TSUGI_CORE_BASE_STATUS_H_
#define TSUGI_CORE_BASE_STATUS_H_

#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tsugi {

/// Error codes. C++, C and JavaScript share them and they never change; the gaps leave room for
/// finer codes.
enum class StatusCode : int32_t {
  kOk = 0,
  kInvalidArgument = 10,
  kOutOfRange = 20,
  kNotFound = 30,
  kUnsupported = 40,
  kCorruptModel = 50,
  kVersionTooNew = 60,
  kOutOfMemory = 70,
  kInternal = 90,
};

/// Returns the stable lower-case name, e.g. "corrupt_model", or "unknown" for any other number.
std::string_view StatusName(StatusCode code);

/// The outcome of an operation that may fail. An ok Status is one null pointer, so it costs nothing
/// to return.
///
/// A message says where the error is, what is wrong, what was expected and what to do, e.g.
/// `layers[3].ffn.w1.scales: 127 values, expected 128; the file is damaged, export it again`.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message);
  Status(Status&&) = default;
  Status& operator=(Status&&) = default;
  Status(const Status& other) : state_(other.ok() ? nullptr : Copy(*other.state_)) {}
  Status& operator=(const Status& other) { return *this = Status(other); }

  bool ok() const { return state_ == nullptr; }
  StatusCode code() const { return state_ ? state_->code : StatusCode::kOk; }
  /// Empty when ok. The view is valid while this Status lives.
  std::string_view message() const {
    return state_ ? std::string_view(state_->message) : std::string_view();
  }

 private:
  struct State {
    StatusCode code;
    std::string message;
  };
  // Defined in status.cc, so that a call that may fail adds only a comparison to its caller.
  struct Deleter {
    void operator()(const State* state) const;
  };
  static State* Copy(const State& state);

  std::unique_ptr<const State, Deleter> state_;
};

inline Status InvalidArgument(std::string m) {
  return {StatusCode::kInvalidArgument, std::move(m)};
}
inline Status OutOfRange(std::string m) { return {StatusCode::kOutOfRange, std::move(m)}; }
inline Status NotFound(std::string m) { return {StatusCode::kNotFound, std::move(m)}; }
inline Status Unsupported(std::string m) { return {StatusCode::kUnsupported, std::move(m)}; }
inline Status CorruptModel(std::string m) { return {StatusCode::kCorruptModel, std::move(m)}; }
inline Status VersionTooNew(std::string m) { return {StatusCode::kVersionTooNew, std::move(m)}; }
inline Status OutOfMemory(std::string m) { return {StatusCode::kOutOfMemory, std::move(m)}; }
inline Status Internal(std::string m) { return {StatusCode::kInternal, std::move(m)}; }

/// Either a value or the Status that explains why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit, so that `return value;` works
  Result(Status status) : status_(std::move(status)) { assert(!status_.ok()); }  // NOLINT

  bool ok() const { return value_.has_value(); }
  const Status& status() const& { return status_; }
  Status&& status() && { return std::move(status_); }

  /// Requires: ok().
  T& value() & { return assert(ok()), *value_; }
  const T& value() const& { return assert(ok()), *value_; }
  T&& value() && { return assert(ok()), *std::move(value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace tsugi

/// Returns the Status of `expression` from the calling function unless it is ok.
#define TSUGI_RETURN_IF_ERROR(expression)                                                     \
  do {                                                                                        \
    if (::tsugi::Status tsugi_status = (expression); !tsugi_status.ok()) return tsugi_status; \
  } while (false)

#define TSUGI_CONCAT_INNER(a, b) a##b
#define TSUGI_CONCAT(a, b) TSUGI_CONCAT_INNER(a, b)

/// Assigns the value of a Result, or returns its Status from the calling function:
/// `TSUGI_ASSIGN_OR_RETURN(auto model, ReadModel(bytes));`
#define TSUGI_ASSIGN_OR_RETURN(declaration, expression)      \
  auto TSUGI_CONCAT(tsugi_result_, __LINE__) = (expression); \
  if (!TSUGI_CONCAT(tsugi_result_, __LINE__).ok())           \
    return TSUGI_CONCAT(tsugi_result_, __LINE__).status();   \
  declaration = std::move(TSUGI_CONCAT(tsugi_result_, __LINE__)).value()

/// States an invariant of our own code, never a property of input. Debug, sanitizer and fuzz builds
/// check it and abort; other builds only compile it.
#ifdef TSUGI_CHECKED
#define TSUGI_DCHECK(condition)     \
  do {                              \
    if (!(condition)) std::abort(); \
  } while (false)
#else
#define TSUGI_DCHECK(condition) \
  do {                          \
  } while (false && (condition))
#endif

#endif  // TSUGI_CORE_BASE_STATUS_H_
