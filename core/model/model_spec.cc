#include "core/model/model_spec.h"

#include <cmath>

#include "core/base/text.h"
#include "core/model/parts.h"

namespace tsugi {
namespace {

std::string FieldPath(std::string_view part, std::string_view field) {
  return part.empty() ? Concat("spec.", field) : Concat("spec.", part, ".", field);
}

/// Keeps the first field whose value is out of its range.
class RangeChecker final : public SpecVisitor {
 public:
  explicit RangeChecker(std::string_view part) : part_(part) {}

  void Count(const char* name, uint32_t& value, const CountRange& range) override {
    if (status_.ok()) status_ = CheckCount(part_, name, value, range);
  }
  void Number(const char* name, float& value, const NumberRange& range) override {
    // A range without an upper end belongs to a scale. Others are divided by it, so 0 is no scale.
    const bool is_positive = range.high == 0.0f;
    if (!status_.ok() || (std::isfinite(value) && (is_positive ? value > 0.0f : value >= 0.0f) &&
                          (is_positive || value <= range.high))) {
      return;
    }
    const std::string path = FieldPath(part_, name);
    status_ = InvalidArgument(
        is_positive ? Concat(path, ": must be finite and above 0")
                    : Concat(path, ": must be between 0 and ", static_cast<int>(range.high)));
  }
  void Flag(const char*, bool&) override {}
  void Choice(const char* name, uint8_t& value, std::span<const std::string_view> names) override {
    if (status_.ok()) {
      status_ = CheckCount(part_, name, value, {0, static_cast<uint32_t>(names.size()) - 1});
    }
  }
  void Counts(const char* name, std::vector<uint32_t>& values, const CountRange& size,
              const CountRange& range) override {
    const std::string entries = Concat(name, ": number of entries");
    if (status_.ok()) status_ = CheckCount(part_, entries.c_str(), values.size(), size);
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string entry = Concat(name, "[", i, "]");
      if (status_.ok()) status_ = CheckCount(part_, entry.c_str(), values[i], range);
    }
  }
  const Status& status() const { return status_; }

 private:
  std::string_view part_;
  Status status_;
};

constexpr std::string_view kWeightDtypeNames[] = {"f32", "i8"};

}  // namespace

// The upper ends keep the list of tensors short and every product of sizes far below 2^64,
// whatever a file claims.
void VisitShape(EncoderShape& shape, uint32_t least_window, SpecVisitor& visitor) {
  visitor.Count("width", shape.width, {4, 4096});
  visitor.Count("layers", shape.layers, {1, 64});
  visitor.Count("heads", shape.heads, {1, 4096});
  visitor.Count("feed_forward", shape.feed_forward, {4, 16384});
  visitor.Count("window", shape.window, {least_window, 16384});
}

Status CheckCount(std::string_view part, const char* field, uint64_t value,
                  const CountRange& range) {
  const bool is_in_range = value >= range.low && value <= range.high;
  if (is_in_range || (range.zero_is_off && value == 0)) return Status();
  return InvalidArgument(Concat(FieldPath(part, field), ": ", value, ", expected ",
                                range.zero_is_off ? "0 or " : "", range.low, " to ", range.high));
}

// A head is a slice of width / heads numbers; the rest of an uneven division would belong to no
// head.
Status CheckShape(std::string_view part, const EncoderShape& shape) {
  if (shape.width % shape.heads == 0) return Status();
  return InvalidArgument(Concat(FieldPath(part, "width"), ": ", shape.width,
                                " is not a multiple of heads ", shape.heads));
}

// The order of the calls is the order of the fields in a file, so a new field goes to the end.
void ModelSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("item_count", item_count, {1, 1u << 28});
  VisitShape(encoder, 1, visitor);
  visitor.Choice("block", encoder.block, kBlockKindNames);
  visitor.Flag("normalize_hidden", normalize_hidden);
  visitor.Number("logit_scale", logit_scale, {});
  visitor.Number("input_scale", input_scale, {});
  visitor.Flag("filter_seen", filter_seen);
  visitor.Choice("weight_dtype", weight_dtype, kWeightDtypeNames);
  visitor.Count("time_gap_buckets", time_gap_buckets, {2, 64, true});
  visitor.Count("action_count", action_count, {0, 1u << 16});
  visitor.Count("value_buckets", value_buckets, {3, 64, true});
  visitor.Count("projection_width", projection_width, {4, 4096, true});
  visitor.Choice("text_rule", text_rule, kTextRuleNames);
}

// Ranges come before relations: CheckShape divides by `heads`, which must not be 0 any more.
Status ModelSpec::Validate() const {
  ModelSpec copy = *this;  // a visitor may write; this one does not
  RangeChecker backbone("");
  copy.VisitFields(backbone);
  TSUGI_RETURN_IF_ERROR(backbone.status());
  TSUGI_RETURN_IF_ERROR(CheckShape("", encoder));
  TSUGI_RETURN_IF_ERROR(CheckCount("", "projection_width", projection_width, {0, encoder.width}));
  for (const Part& part : Parts()) {
    if (!part.is_in(*this)) continue;
    RangeChecker checker(part.name);
    part.visit(copy, checker);
    TSUGI_RETURN_IF_ERROR(checker.status());
    TSUGI_RETURN_IF_ERROR(part.check_spec(*this));
  }
  return Status();
}

}  // namespace tsugi
