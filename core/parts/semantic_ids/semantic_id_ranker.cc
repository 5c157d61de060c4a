#include "core/parts/semantic_ids/semantic_id_ranker.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/kernels/rowwise.h"

namespace tsugi {
namespace {

using Ranking = RecommendOptions::Ranking;

constexpr FusionRule kHalfAndHalf = {0.5f, 0.0f, 0.0f};
constexpr double kNothing = -23.0;  // exp of less adds nothing to a sum of a million
constexpr double kLeastP = 1e-300;
constexpr float kHidden = -std::numeric_limits<float>::infinity();
// An item that is named comes first: more than log-probabilities usually differ by.
constexpr float kFoundWeight = 20.0f;

// A beam drops an item as soon as the start of its id is unlikely, so a short list needs a beam
// wider than itself.
size_t BeamWidth(uint32_t asked, size_t count) {
  constexpr size_t kLeast = 20;
  if (asked > 0) return asked;
  return std::clamp<size_t>(count, kLeast, LanguageModel::kMostBranches);
}

/// What the ranker keeps of a session.
struct SessionMemory final : SessionPart {
  /// Everything that an answer depends on besides the events and the two members below.
  using Question = std::array<size_t, 4>;

  explicit SessionMemory(LanguageState made) : state(std::move(made)) {}
  void EventsWereAdded() override { question = {}; }
  void EventsWereForgotten() override {
    question = {};
    state.keys.Clear();
  }
  bool Answers(const Question& asked, std::span<const uint64_t> without,
               std::string_view in_words) const {
    return asked == question && words == in_words &&
           std::equal(without.begin(), without.end(), blocked.begin(), blocked.end());
  }

  LanguageState state;
  Question question = {};  ///< that `answer` belongs to; zeros: to none
  std::vector<uint64_t> blocked;
  std::string words;
  std::vector<ScoredItem> answer;
};

Status CheckItem(const EngineParts& parts, uint32_t item_index) {
  TSUGI_RETURN_IF_ERROR(parts.RankerOf(Ranking::kGenerated).status());
  if (item_index < parts.item_count()) return Status();
  return OutOfRange(Concat("item_index ", item_index, ", expected below ", parts.item_count()));
}

}  // namespace

Result<std::unique_ptr<SemanticIdRanker>> SemanticIdRanker::Create(const ModelView& view,
                                                                   AddedItems& added,
                                                                   TableRanker& table,
                                                                   SearchRanker* search) {
  TSUGI_ASSIGN_OR_RETURN(auto language, ItemLanguage::Create(view));
  std::unique_ptr<SemanticIdRanker> ranker(
      new SemanticIdRanker(view, added, table, search, std::move(language)));
  TSUGI_ASSIGN_OR_RETURN(ranker->wish_, AlignedBuffer<float>::Create(view.spec.row_width()));
  return ranker;
}

// EmbedItem multiplies by input_scale; codewords are compared with plain rows. Counting the change
// makes remembered answers void, since they lack the item.
void SemanticIdRanker::TakeIn(uint32_t item_index) {
  std::vector<float> row(spec_.row_width());
  items_.EmbedItem(item_index, row.data());
  for (float& value : row) value /= spec_.input_scale;
  language_->Take(item_index, row);
  ++changes_;
}

Result<std::span<const ScoredItem>> SemanticIdRanker::Top(const RankRequest& request,
                                                          std::span<const uint64_t> blocked,
                                                          size_t count) {
  const RecommendOptions& options = request.options;
  if (options.beam > LanguageModel::kMostBranches) {
    return InvalidArgument(
        Concat("beam: ", options.beam, ", expected 0 to ", LanguageModel::kMostBranches));
  }
  if (request.part == nullptr) {
    TSUGI_ASSIGN_OR_RETURN(LanguageState state, language_->CreateState());
    request.part = std::make_unique<SessionMemory>(std::move(state));
  }
  auto& memory = static_cast<SessionMemory&>(*request.part);
  TSUGI_RETURN_IF_ERROR(language_->Follow(request.items, memory.state));
  const SessionMemory::Question question = {static_cast<size_t>(options.ranking), options.beam,
                                            count, changes_};
  if (!memory.Answers(question, blocked, options.query)) {
    // If ranking fails, the answer is half written and belongs to no question.
    memory.question = {};
    TSUGI_RETURN_IF_ERROR(Rank(request, blocked, count, memory.state, memory.answer));
    memory.question = question;
    memory.blocked.assign(blocked.begin(), blocked.end());
    memory.words = options.query;
  }
  return std::span<const ScoredItem>(memory.answer);
}

Status SemanticIdRanker::Rank(const RankRequest& request, std::span<const uint64_t> blocked,
                              size_t count, LanguageState& state, std::vector<ScoredItem>& answer) {
  const RecommendOptions& options = request.options;
  if (options.ranking == Ranking::kParallel) {
    scores_.resize(language_->trie().size());
    TSUGI_RETURN_IF_ERROR(language_->ScoreAll(state, options.query, scores_));
  } else {
    TSUGI_ASSIGN_OR_RETURN(
        const auto generated,
        language_->Generate(state, options.query, blocked, BeamWidth(options.beam, count)));
    if (options.ranking == Ranking::kGenerated) {
      answer.assign(generated.begin(),
                    generated.begin() + static_cast<ptrdiff_t>(std::min(count, generated.size())));
      return Status();
    }
    if (options.query.empty()) {
      Fuse(generated, request.query, spec_.semantic_ids->fusion, request.viewer);
    } else {
      FuseWithWords(generated, request);
    }
  }
  SelectBest(scores_, blocked, count, answer);
  return Status();
}

// The table's half of the mix ranks for the words and the session together: the row that an item of
// these words would have, plus the session's query. Without the former it is the query alone.
void SemanticIdRanker::FuseWithWords(std::span<const ScoredItem> generated,
                                     const RankRequest& request) {
  const size_t width = spec_.row_width();
  if (added_.MakeRow({request.options.query, {}}, wish_.span())) {
    Add(width, request.query, wish_.data());  // zeros while the session is empty
    if (spec_.normalize_hidden) NormalizeLength(width, wish_.data());
  } else {
    std::copy_n(request.query, width, wish_.data());
  }
  Fuse(generated, wish_.data(), kHalfAndHalf, request.viewer);
  if (search_ == nullptr) return;
  found_.resize(scores_.size());
  search_->Fit(request.options.query, request.viewer, found_);
  for (size_t i = 0; i < scores_.size(); ++i) scores_[i] += kFoundWeight * found_[i];
}

// p_table is a softmax over everything that the viewer sees. Items far below the best add nothing
// to its sum that a float could hold, so their exponentials, the costly part, are skipped.
void SemanticIdRanker::Fuse(std::span<const ScoredItem> generated, const float* query,
                            const FusionRule& rule, ItemOwner viewer) {
  scores_.resize(language_->trie().size());
  table_.ScoreAll(query, scores_);
  for (size_t i = 0; i < added_.count(); ++i) {
    if (!added_.IsSeenBy(viewer, i)) scores_[spec_.item_count + i] = kHidden;
  }
  const double highest = *std::max_element(scores_.begin(), scores_.end());
  double total = 0.0;
  for (const float score : scores_) {
    if (score - highest > kNothing) total += PortableExp(score - highest);
  }
  const double share = GeneratedShare(rule, 1.0 / total);
  // From here on scores_ are logarithms of the table's part of the mix. For an item that the beam
  // did not reach that is all of it.
  const double table = PortableLog(std::max(1.0 - share, kLeastP) / total) - highest;
  for (float& score : scores_) score = static_cast<float>(score + table);
  for (const ScoredItem& item : generated) {
    float& score = scores_[item.item_index];
    const double p = PortableExp(score) + share * PortableExp(item.score);
    score = static_cast<float>(PortableLog(std::max(p, kLeastP)));
  }
}

// The verbs of the front door that need this part.

Result<std::string> Recommender::DescribeItem(uint32_t item_index, size_t limit) {
  TSUGI_RETURN_IF_ERROR(CheckItem(*parts_, item_index));
  return parts_->semantic_ids->language().Describe(item_index, limit);
}

Result<SemanticId> Recommender::ItemCodes(uint32_t item_index) const {
  TSUGI_RETURN_IF_ERROR(CheckItem(*parts_, item_index));
  return parts_->semantic_ids->language().trie().IdOf(item_index);
}

}  // namespace tsugi
