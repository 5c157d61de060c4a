#include "core/recommender.h"

#include "core/base/concat.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Recommender::Recommender(std::unique_ptr<EngineParts> parts) : parts_(std::move(parts)) {}
Recommender::~Recommender() = default;

Result<std::unique_ptr<Recommender>> Recommender::Create(const ModelView& view) {
  TSUGI_RETURN_IF_ERROR(view.Validate());
  TSUGI_ASSIGN_OR_RETURN(SessionEncoder encoder, SessionEncoder::Create(view));
  auto added = std::make_unique<AddedItems>(view);
  TSUGI_ASSIGN_OR_RETURN(auto ranker, CatalogueRanker::Create(view, *added));
  TSUGI_ASSIGN_OR_RETURN(
      Workspace workspace,
      Workspace::Create(view.spec.encoder, view.spec.weight_dtype, view.spec.projection_width));
  std::unique_ptr<Imagination> imagination;
  if (view.spec.imagine) {
    TSUGI_ASSIGN_OR_RETURN(imagination, Imagination::Create(view));
  }
  std::unique_ptr<ItemLanguage> language;
  std::optional<WordMatch> word_match;
  if (view.spec.semantic_ids) {
    TSUGI_ASSIGN_OR_RETURN(language, ItemLanguage::Create(view));
    word_match.emplace(view, *added);
  }
  const AddedItems* const of_table = added.get();
  auto parts = std::make_unique<EngineParts>(EngineParts{
      .spec = view.spec,
      .fingerprint = view.fingerprint,
      .ids = view.item_ids(),
      .id_index = {},
      .added = std::move(added),
      .items = ItemTable(view, of_table),
      .tokenizer = EventTokenizer(view),
      .encoder = std::move(encoder),
      .workspace = std::move(workspace),
      .short_term_counts = std::vector<uint32_t>(
          view.spec.intent && view.spec.intent->has_short_term() ? view.spec.encoder.window : 0),
      .ranker = std::move(ranker),
      .effects = EventEffects(view, of_table),
      .imagination = std::move(imagination),
      .language = std::move(language),
      .word_match = std::move(word_match)});
  return std::unique_ptr<Recommender>(new Recommender(std::move(parts)));
}

const ModelSpec& Recommender::spec() const { return parts_->spec; }

uint32_t Recommender::item_count() const { return parts_->item_count(); }

const AddedItems& Recommender::added_items() const { return *parts_->added; }

Result<std::unique_ptr<Session>> Recommender::CreateSession() const {
  return Session::Create(*parts_);
}

Result<uint32_t> Recommender::AddItem(const NewItem& item) { return parts_->AddItem(item); }

Result<std::optional<uint32_t>> Recommender::FindItem(std::string_view id) const {
  return parts_->FindItem(id);
}

Result<std::string> Recommender::DescribeItem(uint32_t item_index, size_t limit) {
  TSUGI_RETURN_IF_ERROR(parts_->CheckLanguageItem(item_index));
  return parts_->language->Describe(item_index, limit);
}

Result<SemanticId> Recommender::ItemCodes(uint32_t item_index) const {
  TSUGI_RETURN_IF_ERROR(parts_->CheckLanguageItem(item_index));
  return parts_->language->trie().IdOf(item_index);
}

std::string Recommender::ItemId(uint32_t item_index) const {
  const uint32_t own = parts_->spec.item_count;
  if (item_index >= own) return std::string(parts_->added->ids()[item_index - own]);
  return parts_->ids.size() > 0 ? std::string(parts_->ids[item_index]) : Concat(item_index);
}

}  // namespace tsugi
