#ifndef TSUGI_CORE_MODEL_PARTS_H_
#define TSUGI_CORE_MODEL_PARTS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

/// What the model format and the tools know of a part: they loop over the list of parts and name
/// none. Each function is one of the part's spec (core/parts/<name>/<name>_spec.h).
struct Part {
  std::string_view name;       ///< of its room, its table in model.fbs and its section of keys
  uint32_t required_features;  ///< bits of the file header: a reader without the part refuses
  bool comes_first;            ///< its tensors stand before the backbone's, since it runs before it
  bool (*is_in)(const ModelSpec& spec);
  void (*add)(ModelSpec& spec);                          ///< with default values
  void (*visit)(ModelSpec& spec, SpecVisitor& visitor);  ///< requires is_in
  Status (*check_spec)(const ModelSpec& spec);           ///< beyond the fields' ranges
  void (*add_tensors)(const ModelSpec& spec, TensorTableBuilder& table);
  void (*add_strings)(const ModelSpec& spec, std::vector<StringsEntry>& table);
  Status (*check_view)(const ModelView& view);  ///< that its tensors and strings fit together
  void (*add_capabilities)(const ModelSpec& spec, std::vector<std::string_view>& names);
};

/// The parts of ModelParts (core/model/model_spec.h), in its order.
std::span<const Part> Parts();

/// What a model can do, by the names that `inspect` and the packages use: "recommend", "item_ids",
/// "item_titles", "search", and those of its parts.
std::vector<std::string_view> Capabilities(const ModelView& view);

}  // namespace tsugi

#endif  // TSUGI_CORE_MODEL_PARTS_H_
