#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_TEXTS_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_TEXTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi::train {

/// Titles as numbers of words, for the part that writes titles.
struct TitleTexts {
  std::vector<std::string> words;                   ///< [0] = "", the end of a title
  static constexpr uint32_t kUnknown = UINT32_MAX;  ///< a word that only one title has
  std::vector<std::vector<uint32_t>> titles;        ///< [N] without the end
};

/// The words that at least two titles have, at most `limit` of them, the most frequent first.
TitleTexts ReadTitles(const StringTableView& titles, size_t limit);

/// "Matrix, The (1999)" -> "The Matrix": removes text in brackets and moves an article after the
/// last comma to the front. Other titles stay as they are.
std::string PlainTitle(std::string_view whole);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_TEXTS_H_
