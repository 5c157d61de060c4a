#ifndef TSUGI_CORE_MODEL_SPEC_VISITOR_H_
#define TSUGI_CORE_MODEL_SPEC_VISITOR_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/encoder_shape.h"

namespace tsugi {

// What the functions of a part's spec take (core/model/parts.h).
struct ModelSpec;
struct ModelView;
struct StringsEntry;
class TensorTableBuilder;

/// Values that a field of counts may have.
struct CountRange {
  uint32_t low, high;
  bool zero_is_off = false;  ///< 0 is allowed as well and switches something off
};

/// Values that a field of real numbers may have: [0, high], or every positive number if `high` is
/// 0.
struct NumberRange {
  float high = 0.0f;
};

/// Sees each field of a spec once: its name, its value and what the value may be.
///
/// A spec lists its fields in one function, VisitFields. Reader, writer, checks and `inspect` are
/// visitors, so a new field is one line. The order of the calls is the order of the fields in
/// model_format/schema/model.fbs: append only.
class SpecVisitor {
 public:
  virtual void Count(const char* name, uint32_t& value, const CountRange& range) = 0;
  virtual void Number(const char* name, float& value, const NumberRange& range) = 0;
  virtual void Flag(const char* name, bool& value) = 0;
  /// An enum by its number, an index of `names`.
  virtual void Choice(const char* name, uint8_t& value,
                      std::span<const std::string_view> names) = 0;
  /// A list of counts; `size` is how many it may have.
  virtual void Counts(const char* name, std::vector<uint32_t>& values, const CountRange& size,
                      const CountRange& range) = 0;

  template <typename Enum>
  void Choice(const char* name, Enum& value, std::span<const std::string_view> names) {
    auto number = static_cast<uint8_t>(value);
    Choice(name, number, names);
    value = static_cast<Enum>(number);
  }

 protected:
  ~SpecVisitor() = default;
};

/// The sizes of an encoder; not its block kind.
void VisitShape(EncoderShape& shape, uint32_t least_window, SpecVisitor& visitor);

/// "spec.PART.FIELD: VALUE, expected LOW to HIGH" as kInvalidArgument, or ok. `part` is empty for
/// the backbone.
Status CheckCount(std::string_view part, const char* field, uint64_t value,
                  const CountRange& range);

/// Checks that the heads divide the width. Errors: kInvalidArgument.
Status CheckShape(std::string_view part, const EncoderShape& shape);

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_SPEC_VISITOR_H_
