#include "core/list_builder.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
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

Result<size_t> ListBuilder::Build(ItemRanker& ranker, const RankRequest& request,
                                  std::span<ScoredItem> list) {
  const RecommendOptions& options = request.options;
  TSUGI_RETURN_IF_ERROR(CheckList(options, list.size()));
  TSUGI_RETURN_IF_ERROR(CheckFilter(options));
  const Block blocked(*this, request.items, request.disliked, options, request.viewer);
  TSUGI_ASSIGN_OR_RETURN(const auto items, Select(ranker, request, blocked.bits(),
                                                  std::min<size_t>(options.k, item_count())));
  // Huge but finite weights of a hostile file overflow.
  for (const ScoredItem& item : items) TSUGI_RETURN_IF_ERROR(CheckFinite({&item.score, 1}));
  std::copy(items.begin(), items.end(), list.begin());
  return items.size();
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
  const double length = Length(request.query, row_width_) * ranker.logit();
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

// The predicate comes before any bit is set: it may throw if memory runs out, and no bit may stay.
// `allow` comes next because it clears bits again; everything after it only sets some. So an item
// that is both allowed and excluded is excluded.
ListBuilder::Block::Block(ListBuilder& lists, std::span<const uint32_t> seen,
                          std::span<const uint32_t> disliked, const RecommendOptions& options,
                          ItemOwner viewer)
    : lists_(lists), seen_(seen), disliked_(disliked), options_(options) {
  BitSet& blocked = lists.blocked_;
  const BitSet* const matching =
      options.predicate.empty() ? nullptr : &lists.attribute_filter_.Match(options.predicate);
  if (options.allow) {
    blocked.SetAll();
    for (const uint32_t item : *options.allow) blocked.Reset(item);
  }
  if (matching != nullptr) blocked.SetWhereNot(*matching);
  if (lists.FiltersSeen(options)) {
    for (const uint32_t item : seen) blocked.Set(item);
  }
  for (const uint32_t item : options.exclude) blocked.Set(item);
  for (const uint32_t item : disliked) blocked.Set(item);
  const AddedItems& added = lists.added_;
  for (size_t i = 0; i < added.count(); ++i) {
    if (!added.IsSeenBy(viewer, i)) blocked.Set(lists.own_count_ + i);
  }
}

// The bits are shared by all sessions: a list that failed must not filter the next one. Most
// requests block a few items. Clearing those again saves a pass over N bits.
ListBuilder::Block::~Block() {
  BitSet& blocked = lists_.blocked_;
  if (options_.allow || !options_.predicate.empty()) {
    blocked.ResetAll();
    return;
  }
  if (lists_.FiltersSeen(options_)) {
    for (const uint32_t item : seen_) blocked.Reset(item);
  }
  for (const uint32_t item : options_.exclude) blocked.Reset(item);
  for (const uint32_t item : disliked_) blocked.Reset(item);
  for (size_t i = 0; i < lists_.added_.count(); ++i) blocked.Reset(lists_.own_count_ + i);
}

}  // namespace tsugi
