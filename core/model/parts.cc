#include "core/model/parts.h"

#include <array>
#include <type_traits>
#include <utility>

namespace tsugi {
namespace {

/// The row of the part that `kMember`, a std::optional of ModelSpec, holds. Plain functions, no
/// virtual classes: the list is a constant, and looping over it costs nothing.
template <auto kMember>
constexpr Part PartOf() {
  using Spec =
      typename std::remove_cvref_t<decltype(std::declval<ModelSpec&>().*kMember)>::value_type;
  return {.name = Spec::kName,
          .required_features = Spec::kRequiredFeatures,
          .comes_first = Spec::kComesFirst,
          .is_in = [](const ModelSpec& spec) { return (spec.*kMember).has_value(); },
          .add = [](ModelSpec& spec) { (spec.*kMember).emplace(); },
          .visit = [](ModelSpec& spec, SpecVisitor& v) { (spec.*kMember)->VisitFields(v); },
          .check_spec = Spec::CheckSpec,
          .add_tensors = Spec::AddTensors,
          .add_strings = Spec::AddStrings,
          .check_view = Spec::CheckView,
          .add_capabilities = Spec::AddCapabilities};
}

template <auto... kMembers>
constexpr std::array<Part, sizeof...(kMembers)> RowsOf(PartMembers<kMembers...>) {
  return {PartOf<kMembers>()...};
}

/// Made from the members of ModelSpec, so no part of a spec can be missing in the list.
constexpr auto kParts = RowsOf(ModelParts());

}  // namespace

std::span<const Part> Parts() { return kParts; }

std::vector<std::string_view> Capabilities(const ModelView& view) {
  std::vector<std::string_view> names = {"recommend"};
  if (view.item_ids().size() > 0) names.push_back("item_ids");
  if (view.item_titles().size() > 0) names.push_back("item_titles");
  if (view.is_searchable()) names.push_back("search");
  for (const Part& part : Parts()) {
    if (part.is_in(view.spec)) part.add_capabilities(view.spec, names);
  }
  return names;
}

}  // namespace tsugi
