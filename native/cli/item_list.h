#ifndef TSUGI_NATIVE_CLI_ITEM_LIST_H_
#define TSUGI_NATIVE_CLI_ITEM_LIST_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/model/model_view.h"
#include "core/recommender.h"
#include "core/session.h"
#include "core/shelves.h"

namespace tsugi {

/// The caller's ids of a model's items. Borrows the model's memory.
class ItemNames {
 public:
  explicit ItemNames(const ModelView& model);

  /// The item of an id, nothing if the model has none.
  std::optional<uint32_t> Find(std::string_view id) const;

  /// The known id with the fewest edits to `id`.
  std::string Nearest(std::string_view id) const;

  /// The item with the shortest title that contains `text`, in any case; nothing if none does.
  std::optional<uint32_t> FindTitle(std::string_view text) const;

  std::string Id(uint32_t item_index) const;
  std::string_view Title(uint32_t item_index) const;  ///< empty if the model has no titles

 private:
  const StringTableView ids_;
  const StringTableView titles_;
  const uint32_t item_count_;
  std::unordered_map<std::string_view, uint32_t> index_;  // empty: ids are decimal item indices
};

/// "B0013 is" or "3 ids (A, B, ...) are" for a message about ids that the model does not have.
std::string DescribeUnknown(const std::vector<std::string>& unknown);

/// The list with the caller's ids: [{"item", "title", "score", "why"}, ...]; why only with reasons.
nlohmann::ordered_json ListJson(const ItemNames& names, const std::vector<ScoredItem>& list,
                                const std::vector<ItemReason>& reasons);

/// The same of the rows of a page: [{"kind", "item" or "attribute", "items": [...]}, ...].
nlohmann::ordered_json ShelvesJson(const ItemNames& names, const StringTableView& attributes,
                                   const std::vector<Shelf>& shelves);
/// Prints them, each with its heading.
void PrintShelves(const nlohmann::ordered_json& shelves);

/// Prints a list, a line per item. Of an object in "why", which a part added, the "label" is shown.
void PrintList(const nlohmann::ordered_json& list);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_ITEM_LIST_H_
