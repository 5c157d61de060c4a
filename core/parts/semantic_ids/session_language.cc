#include <algorithm>

#include "core/base/concat.h"
#include "core/base/portable_math.h"
#include "core/engine_parts.h"
#include "core/kernels/activation.h"
#include "core/kernels/norm.h"
#include "core/parts/semantic_ids/fusion.h"
#include "core/session.h"

namespace tsugi {
namespace {

using Ranking = RecommendOptions::Ranking;

constexpr FusionRule kHalfAndHalf = {0.5f, 0.0f, 0.0f};
constexpr double kNothing = -23.0;  // exp of less adds nothing to a sum of a million
constexpr double kLeastP = 1e-300;
// Who names an item gets it first: more than the logarithms of probabilities usually differ by.
constexpr float kFoundWeight = 20.0f;

Status CheckOptions(const RecommendOptions& options) {
  if (options.ranking == Ranking::kTable) {
    return InvalidArgument("query: the item table reads no words; ask for generated items");
  }
  if (options.beam > LanguageModel::kMostBranches) {
    return InvalidArgument(
        Concat("beam: ", options.beam, ", expected 0 to ", LanguageModel::kMostBranches));
  }
  if (options.cap == 0 && options.diversity == 0.0f) return Status();
  return Unsupported(
      "caps and diversity: lists of the language part have none; leave them out or "
      "rank by the item table");
}

size_t BeamWidth(const RecommendOptions& options) {
  constexpr size_t kLeast = 20;
  if (options.beam > 0) return options.beam;
  return std::clamp<size_t>(options.k, kLeast, LanguageModel::kMostBranches);
}

template <typename T>
void Append(std::string& key, std::span<const T> values) {
  const size_t count = values.size();
  key.append(reinterpret_cast<const char*>(&count), sizeof(count));
  key.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

// Everything that a list depends on besides the events.
std::string KeyOf(const RecommendOptions& options, uint32_t item_count) {
  const uint32_t numbers[] = {options.k,
                              options.beam,
                              static_cast<uint32_t>(options.ranking),
                              static_cast<uint32_t>(options.seen),
                              options.allow.has_value(),
                              item_count};
  std::string key;
  Append<uint32_t>(key, numbers);
  Append(key, options.exclude);
  Append(key, options.allow.value_or(std::span<const uint32_t>()));
  Append(key, options.predicate);
  return key.append(options.query);
}

}  // namespace

void Session::ForgetLanguage(bool only_added) {
  if (language_ == nullptr) return;
  language_->key.clear();
  if (!only_added) language_->state.keys.Clear();
}

Result<size_t> Session::RecommendByLanguage(const RecommendOptions& options,
                                            std::span<Recommendation> list) {
  TSUGI_RETURN_IF_ERROR(parts_.CheckLanguage());
  TSUGI_RETURN_IF_ERROR(parts_.ranker->CheckList(options, list.size()));
  TSUGI_RETURN_IF_ERROR(parts_.ranker->CheckFilter(options));
  TSUGI_RETURN_IF_ERROR(CheckOptions(options));
  if (language_ == nullptr) {
    TSUGI_ASSIGN_OR_RETURN(LanguageState state, parts_.language->CreateState());
    language_ = std::make_unique<Language>(Language{std::move(state), {}, {}, {}, {}});
  }
  Language& language = *language_;
  std::string key = KeyOf(options, parts_.item_count());
  if (key != language.key) {
    language.key.clear();
    TSUGI_RETURN_IF_ERROR(parts_.language->Follow(item_indices_, language.state));
    const auto blocked = parts_.ranker->Block(item_indices_, options);
    const Status status =
        RankByLanguage(options, blocked, std::min(options.k, parts_.item_count()));
    parts_.ranker->Unblock(item_indices_, options);
    TSUGI_RETURN_IF_ERROR(status);
    language.key = std::move(key);
  }
  for (size_t i = 0; i < language.list.size(); ++i) {
    list[i] = {language.list[i].item_index, language.list[i].score};
  }
  return language.list.size();
}

Status Session::RankByLanguage(const RecommendOptions& options, std::span<const uint64_t> blocked,
                               size_t wanted) {
  Language& language = *language_;
  std::vector<ScoredItem>& list = language.list;
  list.clear();
  if (options.ranking == Ranking::kParallel) {
    language.scores.resize(parts_.item_count());
    TSUGI_RETURN_IF_ERROR(
        parts_.language->ScoreAll(language.state, options.query, language.scores));
    list.resize(wanted);
    TopK best(list);
    for (uint32_t i = 0; i < language.scores.size(); ++i) {
      if ((blocked[i / 64] >> (i % 64) & 1) == 0) best.Push({i, language.scores[i]});
    }
    list.resize(best.Finish());
    return Status();
  }
  TSUGI_ASSIGN_OR_RETURN(
      const auto generated,
      parts_.language->Generate(language.state, options.query, blocked, BeamWidth(options)));
  if (options.ranking == Ranking::kGenerated) {
    list.assign(generated.begin(),
                generated.begin() + static_cast<ptrdiff_t>(std::min(wanted, generated.size())));
    return Status();
  }
  const ModelSpec& spec = parts_.spec;
  if (options.query.empty()) {
    FusionRule rule = {spec.semantic_ids->fusion.share, spec.semantic_ids->fusion.slope,
                       spec.semantic_ids->fusion.threshold};
    Fuse(generated, readout_.data(), rule, {}, blocked, wanted);
    return Status();
  }
  language.found.resize(parts_.item_count());
  parts_.word_match->Score(options.query, language.found);
  TSUGI_ASSIGN_OR_RETURN(auto wish, AlignedBuffer<float>::Create(spec.row_width()));
  if (parts_.added->MakeRow({options.query, {}}, wish.span())) {
    Add(spec.row_width(), readout_.data(), wish.data());  // zeros while the session is empty
    if (spec.normalize_hidden) NormalizeLength(spec.row_width(), wish.data());
  } else {
    std::copy_n(readout_.data(), spec.row_width(), wish.data());
  }
  Fuse(generated, wish.data(), kHalfAndHalf, language.found, blocked, wanted);
  return Status();
}

void Session::Fuse(std::span<const ScoredItem> generated, const float* query,
                   const FusionRule& rule, std::span<const float> found,
                   std::span<const uint64_t> blocked, size_t wanted) {
  std::vector<float>& scores = language_->scores;
  scores.resize(parts_.item_count());
  parts_.ranker->ScoreAll(query, scores);
  const double highest = *std::max_element(scores.begin(), scores.end());
  double total = 0.0;
  for (const float score : scores) {
    if (score - highest > kNothing) total += PortableExp(score - highest);
  }
  const double share = GeneratedShare(rule, 1.0 / total);
  // Now logarithms of the table's part of the mix, which is all of it for what is not generated.
  const double table = PortableLog(std::max(1.0 - share, kLeastP) / total) - highest;
  for (float& score : scores) score = static_cast<float>(score + table);
  for (const ScoredItem& item : generated) {
    float& score = scores[item.item_index];
    const double p = PortableExp(score) + share * PortableExp(item.score);
    score = static_cast<float>(PortableLog(std::max(p, kLeastP)));
  }
  std::vector<ScoredItem>& list = language_->list;
  list.resize(wanted);
  TopK best(list);
  for (uint32_t item = 0; item < scores.size(); ++item) {
    if ((blocked[item / 64] >> (item % 64) & 1) != 0) continue;
    best.Push({item, scores[item] + (found.empty() ? 0.0f : kFoundWeight * found[item])});
  }
  list.resize(best.Finish());
}

}  // namespace tsugi
