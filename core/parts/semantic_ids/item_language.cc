#include "core/parts/semantic_ids/item_language.h"

#include <algorithm>

namespace tsugi {
namespace {

bool HoldsPiece(const std::vector<uint32_t>& pieces, uint32_t piece) {
  return std::find(pieces.begin(), pieces.end(), piece) != pieces.end();
}

}  // namespace

Result<std::unique_ptr<ItemLanguage>> ItemLanguage::Create(const ModelView& view) {
  TSUGI_ASSIGN_OR_RETURN(auto model, LanguageModel::Create(view));
  std::unique_ptr<ItemLanguage> language(new ItemLanguage(view, std::move(model)));
  TSUGI_ASSIGN_OR_RETURN(language->asked_, AlignedBuffer<float>::Create(language->model_->width()));
  return language;
}

void ItemLanguage::Take(uint32_t item, std::span<const float> row) {
  trie_.Insert(item, coder_.FreeId(row, trie_));
}

Result<LanguageState> ItemLanguage::CreateState() const {
  TSUGI_ASSIGN_OR_RETURN(auto hidden, AlignedBuffer<float>::Create(model_->width()));
  return LanguageState{model_->CreateState(), std::move(hidden)};
}

// Reading from the first event again is needed when the window slides or the state was cleared.
// Usually only the last event is new, which costs four tokens.
Status ItemLanguage::Follow(std::span<const uint32_t> items, LanguageState& state) {
  // A longer history moves the first event that is read, in steps, so that most calls only append.
  // When it has moved, or events were taken back, the rows read before no longer fit.
  const size_t first = FirstReadEvent(model_->most_history(), items.size());
  tokens_.clear();
  if (state.keys.row_count() == 0 || state.first != first || state.end > items.size()) {
    state.keys.Clear();
    state.first = state.end = first;
    tokens_.push_back(kBeginToken);
  }
  for (const uint32_t item : items.subspan(state.end)) {
    const SemanticId& id = trie_.IdOf(item);
    for (size_t level = 0; level < kCodeLevels; ++level) {
      tokens_.push_back(CodeToken(level, id[level]));
    }
  }
  if (tokens_.empty()) return Status();
  const Status status = model_->Read(tokens_, state.keys, state.hidden.data());
  state.end = items.size();
  // Cleared, the state starts anew with the next call, whatever state.end says.
  if (!status.ok()) state.keys.Clear();
  return status;
}

Result<const float*> ItemLanguage::Ask(LanguageState& state, std::string_view query,
                                       size_t& query_rows) {
  query_rows = 0;
  if (query.empty()) return state.hidden.data();
  tokens_.assign(1, kQueryToken);
  tokenizer_.Tokenize(query, kMostQueryPieces, tokens_);
  // The tokenizer numbers pieces from 0, the vocabulary from kFirstPiece.
  for (size_t i = 1; i < tokens_.size(); ++i) tokens_[i] += kFirstPiece;
  tokens_.push_back(kItemToken);
  query_rows = tokens_.size();
  // To a buffer of its own: the state's hidden vector must survive the query.
  TSUGI_RETURN_IF_ERROR(model_->Read(tokens_, state.keys, asked_.data()));
  return asked_.data();
}

Result<std::span<const ScoredItem>> ItemLanguage::Generate(LanguageState& state,
                                                           std::string_view query,
                                                           std::span<const uint64_t> blocked,
                                                           size_t width) {
  size_t query_rows = 0;
  TSUGI_ASSIGN_OR_RETURN(const float* hidden, Ask(state, query, query_rows));
  trie_.Block(blocked);
  const Status status = search_.Run(*model_, trie_, state.keys, hidden, width, generated_);
  // The query was a question about this state, not a part of it: its rows go even after an error.
  state.keys.DropLast(query_rows);
  TSUGI_RETURN_IF_ERROR(status);
  return std::span<const ScoredItem>(generated_);
}

Status ItemLanguage::ScoreAll(LanguageState& state, std::string_view query,
                              std::span<float> scores) {
  size_t query_rows = 0;
  TSUGI_ASSIGN_OR_RETURN(const float* hidden, Ask(state, query, query_rows));
  state.keys.DropLast(query_rows);
  TSUGI_ASSIGN_OR_RETURN(const auto predicted, model_->PredictParallel(hidden));
  ScoreByCodes(trie_, predicted, scores);
  return Status();
}

// A small model that writes greedily soon repeats itself, so no piece is written twice.
Result<std::string> ItemLanguage::Describe(uint32_t item, size_t limit) {
  if (!model_->has_text()) {
    return Unsupported("the model knows no words; train it on items that have titles");
  }
  TSUGI_ASSIGN_OR_RETURN(LanguageState state, CreateState());
  tokens_.assign(1, kBeginToken);
  const SemanticId& id = trie_.IdOf(item);
  for (size_t level = 0; level < kCodeLevels; ++level) {
    tokens_.push_back(CodeToken(level, id[level]));
  }
  tokens_.push_back(kTextToken);
  std::vector<uint32_t> pieces;
  while (pieces.size() < std::min(limit, kMostQueryPieces)) {
    TSUGI_RETURN_IF_ERROR(model_->Read(tokens_, state.keys, state.hidden.data()));
    TSUGI_ASSIGN_OR_RETURN(const auto predicted, model_->PredictText(state.hidden.data()));
    // Greedy decoding repeats itself easily, so no piece comes twice.
    uint32_t best = 0;  // the end
    for (uint32_t i = 1; i < predicted.size(); ++i) {
      if (predicted[i] > predicted[best] && !HoldsPiece(pieces, i - 1)) best = i;
    }
    if (best == 0) break;
    pieces.push_back(best - 1);
    tokens_.assign(1, kFirstPiece + best - 1);
  }
  return tokenizer_.Text(pieces);
}

}  // namespace tsugi
