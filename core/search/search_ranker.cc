#include "core/search/search_ranker.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/parts/item_counts/item_counts_spec.h"

namespace tsugi {
namespace {

// Items below this fit are no answer.
constexpr float kLeastFit = 0.2f;
// A fit of one against none outweighs every taste.
constexpr float kFitWeight = 20.0f;
constexpr double kMostTaste = 3.0;  // standard deviations
// An attribute that goes with a word is never as good as the word itself.
constexpr float kKindWeight = 0.9f, kKindBonus = 0.15f;
// Matches that say nothing of attributes: a word of one or two items does not make their kind.
constexpr float kKindPrior = 5.0f;

}  // namespace

SearchRanker::SearchRanker(const ModelView& view, const AddedItems& added, TableRanker& table,
                           std::unique_ptr<WordMeaning> meaning)
    : added_(added),
      table_(table),
      attributes_(view, &added),
      count_levels_(view.spec.item_counts ? view.Find(kItemCountLevels).as<uint8_t>()
                                          : std::span<const uint8_t>()),
      words_(view, added),
      meaning_(std::move(meaning)) {}

Result<std::span<const ScoredItem>> SearchRanker::Top(const RankRequest& request,
                                                      std::span<const uint64_t> blocked,
                                                      size_t count) {
  if (request.options.query.empty()) {
    return InvalidArgument("query: empty; the ranking by words needs words to look for");
  }
  fit_.resize(table_.item_count());
  ranked_.resize(count);
  TopK best(ranked_);
  if (Fit(request.options.query, request.viewer, fit_) > 0) {
    FindTaste(request);
    for (uint32_t i = 0; i < fit_.size(); ++i) {
      if (fit_[i] < kLeastFit || (blocked[i / 64] >> (i % 64) & 1) != 0) continue;
      best.Push({i, kFitWeight * fit_[i] + taste_[i]});
    }
  }
  ranked_.resize(best.Finish());
  return std::span<const ScoredItem>(ranked_);
}

// An item that holds one word of two, and not the other, must not come before items that fit both;
// the squares see to that. A word that nobody understands leaves the others their weight.
size_t SearchRanker::Fit(std::string_view query, ItemOwner viewer, std::span<float> fit) {
  std::fill(fit.begin(), fit.end(), 0.0f);
  matches_.resize(fit.size());
  kinds_.resize(fit.size());
  bonus_.assign(fit.size(), 0.0f);
  if (meaning_) meaning_->ReadItems();
  const size_t own = fit.size() - added_.count();
  double seen = static_cast<double>(own) + 1.0;
  for (size_t i = 0; i < added_.count(); ++i) seen += added_.IsSeenBy(viewer, i) ? 1.0 : 0.0;
  double total = 0.0;
  size_t count = 0, understood = 0;
  ForEachWord(query, [&](std::string_view asked) {
    size_t found = 0;
    if (++count > kMostAsked || understood == kMostWords) return;
    if (!MatchWord(asked, viewer, found)) return;
    ++understood;
    const double rarity = 1.0 + PortableLog(seen / (static_cast<double>(found) + 1.0));
    total += rarity;
    const auto weight = static_cast<float>(rarity);
    for (size_t i = 0; i < fit.size(); ++i) {
      const float match = std::max(matches_[i], kKindWeight * kinds_[i]);
      const float missing = 1.0f - std::min(match, 1.0f);
      fit[i] += weight * missing * missing;
      bonus_[i] += weight * (std::max(match - 1.0f, 0.0f) + kKindBonus * kinds_[i]);
    }
  });
  if (understood == 0) return 0;
  for (size_t i = 0; i < fit.size(); ++i) {
    fit[i] = static_cast<float>(1.0 - std::sqrt(fit[i] / total) + bonus_[i] / total);
  }
  for (size_t i = 0; i < added_.count(); ++i) {
    if (!added_.IsSeenBy(viewer, i)) fit[own + i] = 0.0f;
  }
  return understood;
}

// A word of the language is no typing error: "ship" is not a mistyped "shop".
bool SearchRanker::MatchWord(std::string_view asked, ItemOwner viewer, size_t& found) {
  const bool is_word = meaning_ && meaning_->Knows(asked);
  found = words_.Match(asked, viewer, !is_word, matches_);
  bool fits = found > 0;
  if (meaning_ && meaning_->Match(asked, kinds_)) {
    for (size_t i = 0; i < matches_.size(); ++i) {
      matches_[i] = std::max(matches_[i], kinds_[i]);
      fits |= kinds_[i] > 0.0f && IsVisible(viewer, i);
    }
  }
  // A known word that is near no item says as little as an unknown one, and would weigh most.
  if (!fits) return false;
  FindKinds();
  return true;
}

// Of the items of the file alone: an added item of one visitor must not change another's list.
// Squares, because many items match a word a little in meaning.
void SearchRanker::FindKinds() {
  std::fill(kinds_.begin(), kinds_.end(), 0.0f);
  if (attributes_.attribute_count() == 0) return;
  const size_t own = matches_.size() - added_.count();
  of_attribute_.assign(attributes_.attribute_count(), 0.0f);
  if (attribute_shares_.empty()) {
    attribute_shares_.assign(of_attribute_.size(), 0.0f);
    for (size_t i = 0; i < own; ++i) {
      for (const uint32_t attribute : attributes_.Of(i)) ++attribute_shares_[attribute];
    }
    for (float& share : attribute_shares_) share /= static_cast<float>(own);
  }
  float total = kKindPrior;
  for (size_t i = 0; i < own; ++i) {
    if (matches_[i] <= 0.0f) continue;
    const float match = std::min(matches_[i], 1.0f);
    total += match * match;
    for (const uint32_t attribute : attributes_.Of(i)) of_attribute_[attribute] += match * match;
  }
  for (size_t a = 0; a < of_attribute_.size(); ++a) {
    const float share = attribute_shares_[a];
    of_attribute_[a] = share < 1.0f ? (of_attribute_[a] / total - share) / (1.0f - share) : 0.0f;
  }
  for (size_t i = 0; i < kinds_.size(); ++i) {
    for (const uint32_t attribute : attributes_.Of(i)) {
      kinds_[i] = std::max(kinds_[i], of_attribute_[attribute]);
    }
  }
}

bool SearchRanker::IsVisible(ItemOwner viewer, size_t item) const {
  const size_t own = matches_.size() - added_.count();
  return item < own || added_.IsSeenBy(viewer, item - own);
}

// In standard deviations, because models differ in how far apart their scores lie. Added items have
// no part in them: one visitor's items must not change another's list.
void SearchRanker::FindTaste(const RankRequest& request) {
  taste_.resize(fit_.size());
  if (!request.items.empty()) {
    table_.ScoreAll(request.query, taste_);
  } else {
    std::fill(taste_.begin(), taste_.end(), 0.0f);
    std::copy(count_levels_.begin(), count_levels_.end(), taste_.begin());
  }
  const std::span<const float> of_file = std::span(taste_).first(taste_.size() - added_.count());
  double sum = 0.0, squares = 0.0;
  for (const float score : of_file) sum += score;
  const double mean = sum / static_cast<double>(of_file.size());
  for (const float score : of_file) squares += (score - mean) * (score - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(of_file.size()));
  for (float& score : taste_) {
    const double taste = deviation > 0.0 ? (score - mean) / deviation : 0.0;
    score = static_cast<float>(std::clamp(taste, -kMostTaste, kMostTaste));
  }
}

}  // namespace tsugi
