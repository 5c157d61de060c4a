#include "core/engine_parts.h"

#include <charconv>

#include "core/base/all_or_nothing.h"
#include "core/base/text.h"
#include "core/parts/imagine/concept.h"
#include "core/parts/item_counts/popular_ranker.h"
#include "core/parts/quantised_codes/code_ranker.h"
#include "core/parts/semantic_ids/semantic_id_ranker.h"
#include "core/parts/word_vectors/meaning_match.h"
#include "core/search/search_ranker.h"

namespace tsugi {
namespace {

// The range of spec.item_count: no added item gets an index that an item of a file could not have.
constexpr uint32_t kMostItems = 1u << 28;

// Attributes are kept as lines, in saved sessions too, so a line feed inside one would make it two.
Status CheckNewItem(const NewItem& item) {
  if (item.id.empty()) return InvalidArgument("id: empty, expected the new item's id");
  for (const std::string_view attribute : item.description.attributes) {
    const bool is_named = !FieldValue::Of(attribute).field.empty();
    if (is_named && attribute.find('\n') == std::string_view::npos) continue;
    return InvalidArgument(
        Concat("attribute '", attribute.substr(0, 100), "': expected field=value on one line"));
  }
  return Status();
}

// An id of a model without ids: its item_index in decimal.
std::optional<uint32_t> ParseIndex(std::string_view id, uint32_t item_count) {
  uint32_t index = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), index);
  const bool is_index = error == std::errc() && end == id.data() + id.size() && index < item_count;
  return is_index ? std::optional(index) : std::nullopt;
}

}  // namespace

// Here and not in the header, which only declares the classes of the optional members.
EngineParts::~EngineParts() = default;

Result<std::unique_ptr<EngineParts>> EngineParts::Create(const ModelView& view) {
  TSUGI_ASSIGN_OR_RETURN(SessionEncoder encoder, SessionEncoder::Create(view));
  TSUGI_ASSIGN_OR_RETURN(
      Workspace workspace,
      Workspace::Create(view.spec.encoder, view.spec.weight_dtype, view.spec.projection_width));
  // On the heap before the struct exists: several members borrow it, so it must never move.
  auto added = std::make_unique<AddedItems>(view);
  TSUGI_ASSIGN_OR_RETURN(auto table, TableRanker::Create(view, *added));
  AddedItems& to_add = *added;
  std::unique_ptr<EngineParts> parts(new EngineParts{.spec = view.spec,
                                                     .fingerprint = view.fingerprint,
                                                     .ids = view.item_ids(),
                                                     .id_index = {},
                                                     .added = std::move(added),
                                                     .items = ItemTable(view, &to_add),
                                                     .attributes = ItemAttributes(view, &to_add),
                                                     .tokenizer = EventTokenizer(view),
                                                     .encoder = std::move(encoder),
                                                     .workspace = std::move(workspace),
                                                     .effects = EventEffects(view, &to_add),
                                                     .lists = ListBuilder(view, to_add),
                                                     .table = std::move(table),
                                                     .similar = {},
                                                     .shifted = {},
                                                     .search = {},
                                                     .codes = {},
                                                     .popular = {},
                                                     .semantic_ids = {},
                                                     .imagination = {}});
  if (view.spec.quantised_codes) {
    TSUGI_ASSIGN_OR_RETURN(parts->codes, CodeRanker::Create(view, *parts->table));
  }
  if (view.spec.item_counts) parts->popular = std::make_unique<PopularRanker>(view, to_add);
  TSUGI_ASSIGN_OR_RETURN(parts->similar,
                         SimilarRanker::Create(parts->items, *parts->table, view.spec.logit_scale));
  parts->shifted =
      std::make_unique<ShiftedRanker>(*parts->similar, parts->popular.get(), view.spec.row_width());
  if (view.is_searchable()) {
    std::unique_ptr<WordMeaning> meaning;
    if (view.spec.word_vectors) meaning = std::make_unique<MeaningMatch>(view, to_add);
    parts->search = std::make_unique<SearchRanker>(view, to_add, *parts->table, std::move(meaning));
  }
  if (view.spec.semantic_ids) {
    TSUGI_ASSIGN_OR_RETURN(
        parts->semantic_ids,
        SemanticIdRanker::Create(view, to_add, *parts->table, parts->search.get()));
  }
  if (view.spec.imagine) {
    TSUGI_ASSIGN_OR_RETURN(parts->imagination, Imagination::Create(view));
  }
  return parts;
}

// An item that another session has added is refused like one that does not exist.
Status EngineParts::CheckItem(uint32_t item_index, ItemOwner viewer) const {
  if (item_index < spec.item_count) return Status();
  if (item_index >= item_count()) {
    return OutOfRange(Concat("item_index ", item_index, ", expected below ", item_count(),
                             ", the model's item count"));
  }
  if (added->IsSeenBy(viewer, item_index - spec.item_count)) return Status();
  return OutOfRange(Concat("item_index ", item_index, ": no item that this session sees"));
}

// kTable asks for the scores of the item table. Which ranker reaches them sooner is for the model
// and the request to decide. Of an empty session the table knows nothing.
Result<ItemRanker*> EngineParts::RankerOf(RecommendOptions::Ranking ranking, bool is_empty) const {
  if (ranking == RecommendOptions::Ranking::kTable) {
    if (is_empty && popular) return popular.get();
    return codes ? codes.get() : table.get();
  }
  if (ranking == RecommendOptions::Ranking::kWords) {
    if (search) return search.get();
    return Unsupported(
        "the model holds no titles and no attributes to search; import the log with --items");
  }
  if (semantic_ids) return semantic_ids.get();
  return Unsupported(
      "the model has no language part; train one with --preset semantic and export it");
}

Result<size_t> EngineParts::SimilarInto(std::span<const uint32_t> similar_to,
                                        const RecommendOptions& options, ItemOwner viewer,
                                        std::span<const uint32_t> disliked,
                                        std::span<ScoredItem> list) {
  if (similar_to.empty()) return InvalidArgument("items: none, expected at least one");
  for (const uint32_t item : similar_to) TSUGI_RETURN_IF_ERROR(CheckItem(item, viewer));
  TSUGI_RETURN_IF_ERROR(shifted->Check(options.popularity));
  std::vector<float> direction(spec.row_width());
  similar->FindDirection(similar_to, direction);
  RecommendOptions filter = options;
  filter.seen = RecommendOptions::Seen::kFilter;
  std::unique_ptr<SessionPart> no_part;
  return lists.Build(*shifted->Over(similar.get(), options.popularity, disliked),
                     {direction.data(), similar_to, disliked, filter, viewer, no_part}, list);
}

// The index over the file's ids is made by the first search: it costs O(N), and many callers never
// search. An id of the file hides an added one, but AddItem accepts no id that is found already.
Result<std::optional<uint32_t>> EngineParts::FindItem(std::string_view id, ItemOwner viewer) {
  std::optional<uint32_t> found;
  if (ids.size() == 0) {
    found = ParseIndex(id, spec.item_count);
  } else {
    if (id_index.size() == 0) TSUGI_RETURN_IF_ERROR(id_index.Extend(ids));
    found = id_index.Find(ids, id);
  }
  if (found) return found;
  const auto at = added->Find(id, viewer);
  return at ? std::optional(spec.item_count + *at) : std::nullopt;
}

Result<uint32_t> EngineParts::AddItem(const NewItem& item, ItemOwner owner) {
  // By id and owner: two sessions may each add an item of the same id, as neither sees the other's.
  TSUGI_ASSIGN_OR_RETURN(const auto known, FindItem(item.id, owner));
  if (known) {
    return InvalidArgument(
        Concat("item '", item.id.substr(0, 100),
               "': already in the catalogue; give the new item an id of its own"));
  }
  return AddHidingItem(item, owner);
}

Result<uint32_t> EngineParts::AddHidingItem(const NewItem& item, ItemOwner owner) {
  TSUGI_RETURN_IF_ERROR(CheckNewItem(item));
  if (spec.item_count + added->count() >= kMostItems) {
    return OutOfRange(
        Concat("the catalogue holds ", kMostItems, " items, which is the most it can"));
  }
  const size_t held = added->count();
  TSUGI_ASSIGN_OR_RETURN(const uint32_t place, added->Add(item, owner));
  UndoUnless take_back([&] {
    added->Remove(place);
    added->DropFreePlaces(held);
    TakeInAddedItems();
  });
  const uint32_t item_index = spec.item_count + place;
  // Only now: the rankers read the row that was just added, and adding may have moved all rows.
  TakeInAddedItems();
  if (semantic_ids) semantic_ids->TakeIn(item_index);
  take_back.is_done = true;
  return item_index;
}

void EngineParts::TakeInAddedItems() {
  table->TakeInAddedItems();
  similar->TakeInAddedItems();
  shifted->TakeInAddedItems();
  lists.TakeInAddedItems();
}

// The place stays, so no other item changes its item_index.
Status EngineParts::RemoveItem(uint32_t item_index, ItemOwner owner) {
  const bool is_owned = item_index >= spec.item_count && item_index < item_count() &&
                        (*added)[item_index - spec.item_count].owner == owner;
  if (!is_owned) {
    return OutOfRange(Concat("item_index ", item_index, ": not added here"));
  }
  added->Remove(item_index - spec.item_count);
  return Status();
}

}  // namespace tsugi
