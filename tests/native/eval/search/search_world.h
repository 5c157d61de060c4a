#ifndef TSUGI_TESTS_NATIVE_EVAL_SEARCH_SEARCH_WORLD_H_
#define TSUGI_TESTS_NATIVE_EVAL_SEARCH_SEARCH_WORLD_H_

#include <string>
#include <vector>

#include "native/dataset/item_attributes.h"
#include "tests/native/eval/search/small_word_net.h"
#include "tests/native/eval/small_model.h"
#include "tests/native/intent/shop_log.h"

namespace tsugi {

/// The files of a data set of forty films, of which one user sees ten each, the last being one of
/// the four with words of their own.
inline std::string FilmEvents() {
  std::string csv = "user_id,item_id,timestamp\n";
  for (int film = 0; film < 40; ++film) {
    csv += "u" + std::to_string(film / 10) + "," + std::to_string(film) + "," +
           std::to_string(1000 + film) + "\n";
  }
  return csv;
}
inline std::string FilmItems() {
  std::string csv = "item_id,title,genres,year\n";
  for (int film = 0; film < 40; ++film) {
    std::string title = "Tale number " + std::to_string(film);
    if (film == 9) title = "Robot Wars";
    if (film == 19) title = "The Robot's quiet Garden";
    if (film == 29) title = "War of the Stars";
    if (film == 39) title = "A long Night";
    csv += std::to_string(film) + "," + title + "," + (film % 3 == 0 ? "War|Drama" : "Comedy") +
           "," + std::to_string(1990 + film % 4) + "\n";
  }
  return csv;
}

/// That data set, and a model with random weights and its titles and attributes.
class SearchWorld {
 public:
  SearchWorld() {
    const Dataset& data = log.dataset();
    std::vector<std::string> ids;
    for (size_t i = 0; i < data.item_count(); ++i) ids.emplace_back(data.item_ids()[i]);
    model = MakeRandomModel(ids, 5);
    const ItemAttributeTable attributes = BuildItemAttributes(data.item_metadata());
    ModelView names;
    names.SetStrings(kItemIdStrings, data.item_ids());
    names.SetStrings(kItemTitleStrings, data.item_titles());
    attributes.ShowIn(names);
    model.CopyNames(names);
  }

  ShopLog log{FilmEvents(), FilmItems()};
  ModelData model;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_EVAL_SEARCH_SEARCH_WORLD_H_
