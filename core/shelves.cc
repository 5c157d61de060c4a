#include "core/shelves.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {
namespace {

using Kind = Shelf::Kind;

constexpr size_t kMostLike = 3;  // rows of this kind
constexpr size_t kLeastItems = 4;
constexpr float kTowardsLongTail = -0.5f;

Status CheckRange(const char* name, uint32_t value, uint32_t most) {
  if (value >= 1 && value <= most) return Status();
  return InvalidArgument(Concat(name, ": ", value, ", expected 1 to ", most));
}

// The last items first, each once; not those that were removed since.
std::vector<uint32_t> LastItems(const Session& session, std::span<const uint32_t> items,
                                size_t count) {
  std::vector<uint32_t> last;
  for (auto item = items.rbegin(); item != items.rend() && last.size() < count; ++item) {
    const bool is_known = std::ranges::count(last, *item) > 0;
    if (!is_known && session.CheckItem(*item).ok()) last.push_back(*item);
  }
  return last;
}

// Adds an item to the counts of attributes.
void Count(const ItemAttributes& attributes, size_t item, std::vector<double>& counts) {
  for (const uint32_t attribute : attributes.Of(item)) ++counts[attribute];
}

// How much an attribute says of the visitor; 0: nothing. count: items of the session that have it.
double TopicWeight(double count, size_t session_items, double of_catalogue) {
  if (session_items == 0) return of_catalogue;
  if (session_items == 1) return count * of_catalogue;
  const double p = count / static_cast<double>(session_items);
  return count > 1 && p > of_catalogue ? p * PortableLog(p / of_catalogue) : 0.0;
}

// At most `most` attributes, those that say most of the visitor first.
std::vector<ScoredItem> Topics(std::span<const double> in_session, size_t session_items,
                               std::span<const double> of_catalogue, double least_share,
                               size_t most) {
  std::vector<ScoredItem> topics(most);
  TopK best(topics);
  for (uint32_t a = 0; a < of_catalogue.size(); ++a) {
    const double share = of_catalogue[a];
    if (share > 0.5 || share < least_share) continue;
    const double weight = TopicWeight(in_session[a], session_items, share);
    if (weight > 0) best.Push({a, static_cast<float>(weight)});
  }
  topics.resize(best.Finish());
  return topics;
}

}  // namespace

// The rows of a page are made one after the other. Each leaves out the items of those before.
class ShelfMaker {
 public:
  ShelfMaker(Session& session, EngineParts& parts, const ShelfOptions& options,
             const RecommendOptions& filter)
      : session_(session),
        parts_(parts),
        options_(options),
        filter_(filter),
        taken_(filter.exclude.begin(), filter.exclude.end()) {
    filter_.k = options.per_row;
  }

  Status Make(Kind kind, uint32_t subject) {
    if (shelves_.size() == options_.rows) return Status();
    RecommendOptions row = filter_;
    row.exclude = taken_;
    std::vector<uint32_t> only;
    std::vector<int32_t> predicate(filter_.predicate.begin(), filter_.predicate.end());
    if (kind == Kind::kAttribute) {
      predicate.insert(predicate.end(), {static_cast<int32_t>(subject), kEndClause});
      row.predicate = predicate;
    }
    if (kind == Kind::kLongTail) row.popularity = kTowardsLongTail;
    if (kind == Kind::kLike) {
      TSUGI_ASSIGN_OR_RETURN(only, ItemsLike(subject, row));
      row.allow = only;
    }
    if (kind == Kind::kNew) {
      only = AddedItemsOf(row);
      row.allow = only;
    }
    TSUGI_ASSIGN_OR_RETURN(auto items, session_.Recommend(row));
    const bool is_first = shelves_.empty();
    if (items.empty() || (!is_first && items.size() < std::min<size_t>(kLeastItems, filter_.k))) {
      return Status();
    }
    for (const ScoredItem& item : items) taken_.push_back(item.item_index);
    shelves_.push_back({kind, subject, std::move(items)});
    return Status();
  }

  std::vector<Shelf> Take() { return std::move(shelves_); }

 private:
  Result<std::vector<uint32_t>> ItemsLike(uint32_t item, RecommendOptions row) {
    row.k = std::min(ShelfOptions::kLikeFactor * options_.per_row, parts_.item_count());
    row.popularity = row.diversity = 0.0f;
    row.cap = 0;
    std::vector<ScoredItem> list(row.k);
    TSUGI_ASSIGN_OR_RETURN(const size_t count, session_.SimilarInto({&item, 1}, row, list));
    std::vector<uint32_t> items(count);
    for (size_t i = 0; i < count; ++i) items[i] = list[i].item_index;
    return items;
  }
  std::vector<uint32_t> AddedItemsOf(const RecommendOptions& row) const {
    std::vector<uint32_t> items;
    for (uint32_t i = parts_.spec.item_count; i < parts_.item_count(); ++i) {
      const bool is_allowed = !row.allow || std::ranges::count(*row.allow, i) > 0;
      if (is_allowed && session_.CheckItem(i).ok()) items.push_back(i);
    }
    return items;
  }

  Session& session_;
  EngineParts& parts_;
  const ShelfOptions& options_;
  RecommendOptions filter_;
  std::vector<uint32_t> taken_;
  std::vector<Shelf> shelves_;
};

Result<std::vector<Shelf>> Session::Shelves(const ShelfOptions& options,
                                            const RecommendOptions& filter) {
  TSUGI_RETURN_IF_ERROR(CheckRange("rows", options.rows, ShelfOptions::kMostRows));
  TSUGI_RETURN_IF_ERROR(CheckRange("per_row", options.per_row, ShelfOptions::kMostPerRow));
  TSUGI_RETURN_IF_ERROR(parts_.lists.CheckFilter(filter));
  ShelfMaker maker(*this, parts_, options, filter);
  const bool is_empty = item_indices_.empty();
  TSUGI_RETURN_IF_ERROR(maker.Make(is_empty && parts_.popular ? Kind::kPopular : Kind::kForYou, 0));
  const uint32_t item_count = parts_.spec.item_count;
  const std::vector<uint32_t> items = LastItems(*this, item_indices_, parts_.spec.encoder.window);
  const auto like = std::span(items).first(std::min(items.size(), kMostLike));
  std::vector<double> in_session(parts_.attributes.attribute_count()), of_catalogue(in_session);
  for (const uint32_t item : items) Count(parts_.attributes, item, in_session);
  for (uint32_t item = 0; item < item_count; ++item) Count(parts_.attributes, item, of_catalogue);
  for (double& share : of_catalogue) share /= item_count;
  const auto topics = Topics(in_session, items.size(), of_catalogue,
                             static_cast<double>(options.per_row) / item_count,
                             2 * options.rows);  // some rows come out empty
  for (size_t turn = 0; turn < std::max(like.size(), topics.size()) + 1; ++turn) {
    if (turn < like.size()) TSUGI_RETURN_IF_ERROR(maker.Make(Kind::kLike, like[turn]));
    if (turn < topics.size())
      TSUGI_RETURN_IF_ERROR(maker.Make(Kind::kAttribute, topics[turn].item_index));
    if (turn == 0 && parts_.popular && !is_empty) {
      TSUGI_RETURN_IF_ERROR(maker.Make(Kind::kLongTail, 0));
    }
    if (turn == 0) TSUGI_RETURN_IF_ERROR(maker.Make(Kind::kNew, 0));
  }
  return maker.Take();
}

}  // namespace tsugi
