#include "core/list_builder.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace tsugi {
namespace {

// In double: the square of a float is exact there, and a sum of W of them loses next to nothing.
double Length(const float* values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return std::sqrt(sum);
}

// Indices of callers become bits of a set, so one beyond the end would write outside of it.
Status CheckIndices(const char* name, std::span<const uint32_t> indices, size_t limit,
                    const char* what) {
  for (const uint32_t index : indices) {
    if (index < limit) continue;
    return OutOfRange(
        Concat(name, ": ", index, ", expected below ", limit, ", the model's ", what, " count"));
  }
  return Status();
}

}  // namespace

ListBuilder::ListBuilder(const ModelView& view, const AddedItems& added)
    : filter_seen_(view.spec.filter_seen),
      logit_scale_(view.spec.logit_scale),
      row_width_(view.spec.row_width()),
      attribute_count_(view.attribute_names().size()),
      added_(added),
      own_count_(view.spec.item_count),
      blocked_(view.spec.item_count),
      attribute_filter_(ItemAttributes(view, &added), view.spec.item_count),
      selector_(ItemTable(view, &added), ItemAttributes(view, &added)) {}

void ListBuilder::TakeInAddedItems() {
  const size_t item_count = own_count_ + added_.count();
  blocked_.Grow(item_count);
  attribute_filter_.SetItemCount(item_count);
}

// The bits are cleared before the status is looked at: they are shared by all sessions, and a
// failed list must not filter the next one.
Result<size_t> ListBuilder::Build(ItemRanker& ranker, const RankRequest& request,
                                  std::span<ScoredItem> list) {
  const RecommendOptions& options = request.options;
  TSUGI_RETURN_IF_ERROR(CheckList(options, list.size()));
  TSUGI_RETURN_IF_ERROR(CheckFilter(options));
  const auto blocked = Block(request.items, options, request.viewer);
  const auto items = Select(ranker, request, blocked, std::min<size_t>(options.k, item_count()));
  Unblock(request.items, options);
  if (!items.ok()) return items.status();
  std::copy(items.value().begin(), items.value().end(), list.begin());
  return items.value().size();
}

// A prefix of the ranking grows until the rules are sure to have made the list that the whole
// ranking gives. Asking for more than twice the list at first makes a second round rare.
Result<std::span<const ScoredItem>> ListBuilder::Select(ItemRanker& ranker,
                                                        const RankRequest& request,
                                                        std::span<const uint64_t> blocked,
                                                        size_t wanted) {
  constexpr size_t kSpare = 64;
  constexpr size_t kGrowth = 4;
  const RecommendOptions& options = request.options;
  const ListRules rules{options.cap, options.cap_attributes, options.diversity};
  if (!rules.any()) return ranker.Top(request, blocked, wanted);
  const size_t all = item_count();
  // A vector of zeros (an empty session) has no length that scores could be compared with; a
  // ranking that needs no session, such as one by words, is then compared with a vector of length
  // one.
  const double length = Length(request.query, row_width_);
  const double query_length = logit_scale_ * (length > 0.0 ? length : 1.0);
  for (size_t room = std::min(all, 2 * wanted + kSpare);; room = std::min(all, kGrowth * room)) {
    TSUGI_ASSIGN_OR_RETURN(const auto prefix, ranker.Top(request, blocked, room));
    const bool is_whole = prefix.size() < room || room == all;
    if (selector_.Select(rules, wanted, query_length, prefix, is_whole)) return selector_.list();
  }
}

Status ListBuilder::CheckList(const RecommendOptions& options, size_t list_size) const {
  if (options.k < 1) return InvalidArgument("k: 0, expected at least 1");
  const size_t needed = std::min<size_t>(options.k, item_count());
  if (list_size < needed) {
    return InvalidArgument(Concat("list: room for ", list_size, " items, expected ", needed));
  }
  if (!(options.diversity >= 0.0f && options.diversity <= 1.0f)) {
    return InvalidArgument("diversity: expected 0 to 1");
  }
  return CheckIndices("cap_attributes", options.cap_attributes, attribute_count_, "attribute");
}

Status ListBuilder::CheckFilter(const RecommendOptions& options) const {
  TSUGI_RETURN_IF_ERROR(CheckIndices("exclude", options.exclude, item_count(), "item"));
  if (options.allow) {
    TSUGI_RETURN_IF_ERROR(CheckIndices("allow", *options.allow, item_count(), "item"));
  }
  return attribute_filter_.Check(options.predicate);
}

bool ListBuilder::FiltersSeen(const RecommendOptions& options) const {
  using Seen = RecommendOptions::Seen;
  return options.seen == Seen::kModelDefault ? filter_seen_ : options.seen == Seen::kFilter;
}

// `allow` comes first because it clears bits again; everything after it only sets some. So an item
// that is both allowed and excluded is excluded.
std::span<const uint64_t> ListBuilder::Block(std::span<const uint32_t> seen,
                                             const RecommendOptions& options, ItemOwner viewer) {
  if (options.allow) {
    blocked_.SetAll();
    for (const uint32_t item : *options.allow) blocked_.Reset(item);
  }
  if (!options.predicate.empty()) {
    blocked_.SetWhereNot(attribute_filter_.Match(options.predicate));
  }
  if (FiltersSeen(options)) {
    for (const uint32_t item : seen) blocked_.Set(item);
  }
  for (const uint32_t item : options.exclude) blocked_.Set(item);
  for (size_t i = 0; i < added_.count(); ++i) {
    if (!added_.IsSeenBy(viewer, i)) blocked_.Set(own_count_ + i);
  }
  return blocked_.words();
}

// Most requests block a few items. Clearing those again saves a pass over N bits.
void ListBuilder::Unblock(std::span<const uint32_t> seen, const RecommendOptions& options) {
  if (options.allow || !options.predicate.empty()) return blocked_.ResetAll();
  if (FiltersSeen(options)) {
    for (const uint32_t item : seen) blocked_.Reset(item);
  }
  for (const uint32_t item : options.exclude) blocked_.Reset(item);
  for (size_t i = 0; i < added_.count(); ++i) blocked_.Reset(own_count_ + i);
}

}  // namespace tsugi
