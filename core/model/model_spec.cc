#include "core/model/model_spec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/concat.h"

namespace tsugi {
namespace {

Status CheckRange(const char* field, uint64_t value, uint64_t low, uint64_t high) {
  if (value >= low && value <= high) return Status();
  return InvalidArgument(Concat("spec.", field, ": ", value, ", expected ", low, " to ", high));
}

Status CheckScale(const char* field, float value) {
  if (std::isfinite(value) && value > 0.0f) return Status();
  return InvalidArgument(Concat("spec.", field, ": must be finite and above 0"));
}

// A family must offer a choice, and families stand without gaps.
Status CheckIntents(const ModelSpec& spec) {
  const uint32_t families = spec.intent_family_count();
  for (size_t i = 0; i < kMaxIntentFamilies; ++i) {
    const std::string field = Concat("intent_labels[", i, "]");
    const bool is_family = i < families;
    TSUGI_RETURN_IF_ERROR(
        CheckRange(field.c_str(), spec.intent_labels[i], is_family ? 2 : 0, is_family ? 256 : 0));
  }
  const bool has_intents = spec.has_intents();
  TSUGI_RETURN_IF_ERROR(CheckRange("intent_layer_count", spec.intent_layer_count,
                                   has_intents ? 1 : 0, has_intents ? 64 : 0));
  TSUGI_RETURN_IF_ERROR(
      CheckRange("short_term_events", spec.short_term_events, 0, has_intents ? spec.window : 0));
  return CheckRange("short_term_s", spec.short_term_s, 0, spec.short_term_events > 0 ? ~0u : 0);
}

Status CheckItemSide(const ModelSpec& spec) {
  if (spec.projection_width > 0) {
    TSUGI_RETURN_IF_ERROR(
        CheckRange("projection_width", spec.projection_width, 4, spec.model_width));
  }
  if (spec.tower_features == 0 || std::has_single_bit(spec.tower_features)) {
    return CheckRange("tower_features", spec.tower_features, 0, 1u << 20);
  }
  return InvalidArgument(
      Concat("spec.tower_features: ", spec.tower_features, " is not a power of two"));
}

Status CheckImagination(const ModelSpec& spec) {
  const bool imagines = spec.imagine_width > 0;
  if (imagines) TSUGI_RETURN_IF_ERROR(CheckRange("imagine_width", spec.imagine_width, 4, 4096));
  TSUGI_RETURN_IF_ERROR(
      CheckRange("imagine_blocks", spec.imagine_blocks, imagines ? 1 : 0, imagines ? 64 : 0));
  TSUGI_RETURN_IF_ERROR(
      CheckRange("imagine_attributes", spec.imagine_attributes, 0, imagines ? 1u << 20 : 0));
  TSUGI_RETURN_IF_ERROR(
      CheckRange("imagine_words", spec.imagine_words, 0, imagines ? 1u << 20 : 0));
  if (!imagines || spec.normalize_hidden) return Status();
  return InvalidArgument("spec.imagine_width: a model that imagines must score by cosine");
}

Status CheckShare(const char* field, float value, float high) {
  if (std::isfinite(value) && value >= 0.0f && value <= high) return Status();
  return InvalidArgument(
      Concat("spec.", field, ": must be between 0 and ", static_cast<int>(high)));
}

Status CheckLanguage(const ModelSpec& spec) {
  const bool has_language = spec.has_language();
  const auto check = [&](const char* field, uint64_t value, uint64_t low, uint64_t high) {
    return CheckRange(field, value, has_language ? low : 0, has_language ? high : 0);
  };
  TSUGI_RETURN_IF_ERROR(check("language_width", spec.language_width, 4, 4096));
  TSUGI_RETURN_IF_ERROR(check("language_layers", spec.language_layers, 1, 64));
  TSUGI_RETURN_IF_ERROR(check("language_heads", spec.language_heads, 1, spec.language_width));
  TSUGI_RETURN_IF_ERROR(check("language_feed_forward", spec.language_feed_forward, 4, 16384));
  TSUGI_RETURN_IF_ERROR(check("language_window", spec.language_window, 64, 16384));
  TSUGI_RETURN_IF_ERROR(check("language_pieces", spec.language_pieces, 0, 1u << 17));
  TSUGI_RETURN_IF_ERROR(CheckShare("fusion_share", spec.fusion_share, has_language ? 1 : 0));
  TSUGI_RETURN_IF_ERROR(CheckShare("fusion_slope", spec.fusion_slope, has_language ? 1000 : 0));
  TSUGI_RETURN_IF_ERROR(
      CheckShare("fusion_threshold", spec.fusion_threshold, has_language ? 1 : 0));
  if (!has_language || spec.language_width % spec.language_heads == 0) return Status();
  return InvalidArgument(Concat("spec.language_width: ", spec.language_width,
                                " is not a multiple of language_heads ", spec.language_heads));
}

}  // namespace

uint32_t ModelSpec::intent_family_count() const {
  return static_cast<uint32_t>(std::find(intent_labels.begin(), intent_labels.end(), 0u) -
                               intent_labels.begin());
}

uint32_t ModelSpec::intent_label_count() const {
  return std::accumulate(intent_labels.begin(), intent_labels.end(), 0u);
}

Status ModelSpec::Validate() const {
  TSUGI_RETURN_IF_ERROR(CheckRange("item_count", item_count, 1, 1u << 28));
  TSUGI_RETURN_IF_ERROR(CheckRange("model_width", model_width, 4, 4096));
  TSUGI_RETURN_IF_ERROR(CheckRange("layer_count", layer_count, 1, 64));
  TSUGI_RETURN_IF_ERROR(CheckRange("head_count", head_count, 1, model_width));
  TSUGI_RETURN_IF_ERROR(CheckRange("feed_forward_width", feed_forward_width, 4, 16384));
  TSUGI_RETURN_IF_ERROR(CheckRange("window", window, 1, 16384));
  if (model_width % head_count != 0) {
    return InvalidArgument(
        Concat("spec.model_width: ", model_width, " is not a multiple of head_count ", head_count));
  }
  TSUGI_RETURN_IF_ERROR(CheckRange("block_kind", static_cast<uint64_t>(block_kind), 0, 1));
  TSUGI_RETURN_IF_ERROR(CheckRange("weight_dtype", static_cast<uint64_t>(weight_dtype), 0, 1));
  TSUGI_RETURN_IF_ERROR(CheckScale("logit_scale", logit_scale));
  TSUGI_RETURN_IF_ERROR(CheckScale("input_scale", input_scale));
  if (time_gap_buckets > 0) {
    TSUGI_RETURN_IF_ERROR(CheckRange("time_gap_buckets", time_gap_buckets, 2, 64));
  }
  TSUGI_RETURN_IF_ERROR(CheckRange("action_count", action_count, 0, 1u << 16));
  if (value_buckets > 0) TSUGI_RETURN_IF_ERROR(CheckRange("value_buckets", value_buckets, 3, 64));
  TSUGI_RETURN_IF_ERROR(CheckIntents(*this));
  TSUGI_RETURN_IF_ERROR(CheckItemSide(*this));
  TSUGI_RETURN_IF_ERROR(CheckImagination(*this));
  TSUGI_RETURN_IF_ERROR(CheckLanguage(*this));
  if (code_count == 0) return CheckRange("code_candidates", code_candidates, 0, 0);
  if (code_count % 4 != 0) {
    return InvalidArgument(Concat("spec.code_count: ", code_count, " is not a multiple of 4"));
  }
  TSUGI_RETURN_IF_ERROR(
      CheckRange("code_count", code_count, 4, std::min<uint32_t>(row_width(), 1024)));
  return CheckRange("code_candidates", code_candidates, 1, 1u << 20);
}

}  // namespace tsugi
