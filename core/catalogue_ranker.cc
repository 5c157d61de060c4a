#include "core/catalogue_ranker.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/concat.h"

namespace tsugi {
namespace {

double Length(const float* values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return std::sqrt(sum);
}

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

CatalogueRanker::CatalogueRanker(const ModelView& view, const AddedItems& added,
                                 CatalogueDecoder decoder)
    : spec_(view.spec),
      added_(added),
      attribute_count_(view.attribute_names().size()),
      decoder_(std::move(decoder)),
      blocked_(view.spec.item_count),
      attribute_filter_(ItemAttributes(view, &added), view.spec.item_count),
      selector_(ItemTable(view, &added), ItemAttributes(view, &added)) {}

Result<std::unique_ptr<CatalogueRanker>> CatalogueRanker::Create(const ModelView& view,
                                                                 const AddedItems& added) {
  const ItemTable items(view);
  TSUGI_ASSIGN_OR_RETURN(CatalogueDecoder decoder,
                         CatalogueDecoder::Create(items.rows(), view.spec.logit_scale));
  std::unique_ptr<CatalogueRanker> ranker(new CatalogueRanker(view, added, std::move(decoder)));
  if (view.spec.quantised_codes) {
    TSUGI_ASSIGN_OR_RETURN(ranker->code_decoder_, CodeDecoder::Create(view, items));
  }
  return ranker;
}

Status CatalogueRanker::TakeInAddedItems() {
  added_decoder_.reset();  // its rows may have moved
  if (added_.count() == 0) return Status();
  TSUGI_ASSIGN_OR_RETURN(CatalogueDecoder decoder,
                         CatalogueDecoder::Create(added_.rows(), spec_.logit_scale));
  added_decoder_.emplace(std::move(decoder));
  const size_t count = spec_.item_count + added_.count();
  blocked_ = BitSet(count);
  attribute_filter_.Resize(count);
  return Status();
}

Result<size_t> CatalogueRanker::Rank(const float* hidden, std::span<const uint32_t> seen,
                                     const RecommendOptions& options,
                                     std::span<Recommendation> list) {
  TSUGI_RETURN_IF_ERROR(CheckList(options, list.size()));
  TSUGI_RETURN_IF_ERROR(CheckFilter(options));
  const size_t wanted = std::min<size_t>(options.k, item_count());
  const ListRules rules{options.cap, options.cap_attributes, options.diversity};
  const auto blocked = Block(seen, options);
  const std::span<const ScoredItem> items =
      rules.any() ? Select(hidden, options.exact, blocked, rules, wanted)
                  : Top(hidden, options.exact, blocked, wanted);
  Unblock(seen, options);
  for (size_t i = 0; i < items.size(); ++i) list[i] = {items[i].item_index, items[i].score};
  return items.size();
}

Status CatalogueRanker::CheckList(const RecommendOptions& options, size_t list_size) const {
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

Status CatalogueRanker::CheckFilter(const RecommendOptions& options) const {
  TSUGI_RETURN_IF_ERROR(CheckIndices("exclude", options.exclude, item_count(), "item"));
  if (options.allow) {
    TSUGI_RETURN_IF_ERROR(CheckIndices("allow", *options.allow, item_count(), "item"));
  }
  return attribute_filter_.Check(options.predicate);
}

bool CatalogueRanker::FiltersSeen(const RecommendOptions& options) const {
  using Seen = RecommendOptions::Seen;
  return options.seen == Seen::kModelDefault ? spec_.filter_seen : options.seen == Seen::kFilter;
}

std::span<const uint64_t> CatalogueRanker::Block(std::span<const uint32_t> seen,
                                                 const RecommendOptions& options) {
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
  return blocked_.words();
}

// Without a filter that touches every word, clearing costs no pass over N bits.
void CatalogueRanker::Unblock(std::span<const uint32_t> seen, const RecommendOptions& options) {
  if (options.allow || !options.predicate.empty()) return blocked_.ResetAll();
  if (FiltersSeen(options)) {
    for (const uint32_t item : seen) blocked_.Reset(item);
  }
  for (const uint32_t item : options.exclude) blocked_.Reset(item);
}

std::span<const ScoredItem> CatalogueRanker::Top(const float* hidden, bool exact,
                                                 std::span<const uint64_t> blocked, size_t count) {
  if (ranked_.size() < count) ranked_.resize(count);
  const auto room = std::span(ranked_).first(count);
  const bool is_coded = !exact && code_decoder_ && code_decoder_->Covers(count);
  const size_t found = is_coded ? code_decoder_->Decode(hidden, blocked, room)
                                : decoder_.Decode(hidden, blocked, room);
  return room.first(added_decoder_ ? MergeAdded(hidden, blocked, found, count) : found);
}

// Added items come after those of the file in item_index, so a stable merge keeps the order of
// ties.
size_t CatalogueRanker::MergeAdded(const float* hidden, std::span<const uint64_t> blocked,
                                   size_t count, size_t room) {
  const size_t first = spec_.item_count;
  added_blocked_.assign((added_.count() + 63) / 64, 0);
  for (size_t i = 0; i < added_.count(); ++i) {
    const size_t bit = first + i;
    added_blocked_[i / 64] |= (blocked[bit / 64] >> (bit % 64) & 1) << (i % 64);
  }
  ranked_added_.resize(std::min(room, added_.count()));
  ranked_added_.resize(added_decoder_->Decode(hidden, added_blocked_, ranked_added_));
  for (ScoredItem& item : ranked_added_) item.item_index += static_cast<uint32_t>(first);
  std::vector<ScoredItem> merged(count + ranked_added_.size());
  std::merge(ranked_.begin(), ranked_.begin() + static_cast<ptrdiff_t>(count),
             ranked_added_.begin(), ranked_added_.end(), merged.begin(),
             [](const ScoredItem& a, const ScoredItem& b) { return a.score > b.score; });
  const size_t kept = std::min(room, merged.size());
  std::copy_n(merged.begin(), kept, ranked_.begin());
  return kept;
}

void CatalogueRanker::ScoreAll(const float* hidden, std::span<float> scores) {
  decoder_.ScoreAll(hidden, scores.first(spec_.item_count));
  if (added_decoder_) added_decoder_->ScoreAll(hidden, scores.subspan(spec_.item_count));
}

// A prefix of the ranking grows until the rules have made the list that the whole would give.
std::span<const ScoredItem> CatalogueRanker::Select(const float* hidden, bool exact,
                                                    std::span<const uint64_t> blocked,
                                                    const ListRules& rules, size_t wanted) {
  constexpr size_t kSpare = 64;
  constexpr size_t kGrowth = 4;
  const size_t all = item_count();
  const double query_length = spec_.logit_scale * Length(hidden, spec_.row_width());
  for (size_t room = std::min(all, 2 * wanted + kSpare);; room = std::min(all, kGrowth * room)) {
    const auto pool = Top(hidden, exact, blocked, room);
    const bool is_whole = pool.size() < room || room == all;
    if (selector_.Select(rules, wanted, query_length, pool, is_whole)) return selector_.list();
  }
}

std::optional<uint32_t> CatalogueRanker::Draw(const float* hidden,
                                              std::span<const uint64_t> blocked,
                                              const ContinueOptions& options, const Random& noise) {
  constexpr float kLowestTemperature = 1e-6f;  // colder is the best item but for rounding
  if (options.temperature < kLowestTemperature) {
    const auto best = Top(hidden, /*exact=*/true, blocked, 1);
    return best.empty() ? std::nullopt : std::optional(best[0].item_index);
  }
  scores_.resize(item_count());
  ScoreAll(hidden, scores_);
  const double inverse_temperature = 1.0 / options.temperature;
  ItemDraw draw(noise, inverse_temperature);
  if (options.top_p < 1.0f) {
    for (const auto& item : Nucleus(hidden, blocked, inverse_temperature, options.top_p)) {
      draw.Offer(item.item_index, item.score);
    }
  } else {
    for (uint32_t i = 0; i < item_count(); ++i) {
      if ((blocked[i / 64] >> (i % 64) & 1) == 0) draw.Offer(i, scores_[i]);
    }
  }
  return draw.empty() ? std::nullopt : std::optional(draw.item_index());
}

std::span<const ScoredItem> CatalogueRanker::Nucleus(const float* hidden,
                                                     std::span<const uint64_t> blocked,
                                                     double inverse_temperature, double top_p) {
  constexpr size_t kFirst = 64;
  constexpr size_t kGrowth = 4;
  const size_t all = item_count();
  double total = 0.0;
  for (size_t room = std::min(all, kFirst);; room = std::min(all, kGrowth * room)) {
    const auto ranking = Top(hidden, /*exact=*/true, blocked, room);
    if (ranking.empty()) return ranking;
    if (total == 0.0) {
      total = SoftmaxTotal(scores_, blocked, ranking[0].score, inverse_temperature);
    }
    const size_t size = NucleusSize(ranking, total, inverse_temperature, top_p);
    if (size <= ranking.size()) return ranking.first(size);
    if (ranking.size() < room || room == all) return ranking;
  }
}

}  // namespace tsugi
