#ifndef TSUGI_CORE_SEARCH_SEARCH_RANKER_H_
#define TSUGI_CORE_SEARCH_SEARCH_RANKER_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/items/attribute_filter.h"
#include "core/search/word_match.h"
#include "core/table_ranker.h"

namespace tsugi {

/// Ranks items by how well they fit words (RecommendOptions::Ranking::kWords): literal matches of
/// titles and attributes, the meaning of the words if the model has word vectors, what attributes
/// go with the words, and the taste of the session.
///
///   fit(i)   = 1 - sqrt(sum_w r_w (1 - min(1, m_w(i)))^2 / R)
///              + sum_w r_w (max(0, m_w(i) - 1) + kKindBonus a_w(i)) / R,    R = sum_w r_w
///   score(i) = kFitWeight fit(i) + taste(i)
///
/// over the words w of the query that are understood: some item contains them or is near them in
/// meaning.
///   r_w      rarity of the word, 1 + ln((n + 1) / (items that contain it + 1)).
///   m_w(i)   the best of the literal match (WordMatch), that of the meaning (WordMeaning), and
///            kKindWeight a_w(i).
///   a_w(i)   how much more common the attribute of i that goes best with w is among the items that
///            match w than in the catalogue: of films with "space" in their title most are science
///            fiction, so other science fiction fits "space" a little.
///   taste(i) the score of the item table in standard deviations from the mean of the catalogue,
///            from -3 to 3; for an empty session the same of ln(1 + events of i), or 0 if the
///            model has no item counts.
/// The root makes it better to fit all words somewhat than one of them alone. Items that fit badly
/// are not in the ranking. It is empty if no word is understood.
///
/// Source:  the root is the p-norm for AND with p = 2 of G. Salton, E. A. Fox, H. Wu, "Extended
///          Boolean information retrieval" (Communications of the ACM, 1983). The rest is ours.
/// Threads: one at a time.
class SearchRanker final : public ItemRanker {
 public:
  /// Words of a query that are understood; later ones are ignored, as are all after kMostAsked.
  static constexpr size_t kMostWords = 8, kMostAsked = 32;

  /// meaning: null if the model knows no language. Requires: view.Validate().ok(). Borrows the
  /// view's memory, `added` and `table`.
  SearchRanker(const ModelView& view, const AddedItems& added, TableRanker& table,
               std::unique_ptr<WordMeaning> meaning = {});

  /// Each call searches all items again; caps and diversity may need several.
  /// Errors: kInvalidArgument without a query.
  Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                          std::span<const uint64_t> blocked, size_t count) override;

  /// Writes fit [N, and the added items] f32, 0 to 1.25. Added items that `viewer` does not
  /// see get 0 and have no effect. Returns how many words were understood.
  size_t Fit(std::string_view query, ItemOwner viewer, std::span<float> fit);

 private:
  /// Writes matches_ and kinds_ for a word. False if no item fits it. found: items that contain it.
  bool MatchWord(std::string_view asked, ItemOwner viewer, size_t& found);
  /// Whether the viewer sees an item. Requires: matches_ has an entry for each item.
  bool IsVisible(ItemOwner viewer, size_t item) const;
  /// kinds_ = a_w, from matches_.
  void FindKinds();
  /// taste_ = what is known of the visitor of a session.
  void FindTaste(const RankRequest& request);

  const AddedItems& added_;
  TableRanker& table_;
  ItemAttributes attributes_;
  std::span<const uint8_t> count_levels_;  ///< [N] or empty
  WordMatch words_;
  std::unique_ptr<WordMeaning> meaning_;  ///< or null
  std::vector<float> attribute_shares_;   ///< [A] of the items of the file
  // Scratch.
  std::vector<float> fit_, taste_, matches_, kinds_, bonus_;  ///< [N, and the added items]
  std::vector<float> of_attribute_;                           ///< [A]
  std::vector<ScoredItem> ranked_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SEARCH_SEARCH_RANKER_H_
