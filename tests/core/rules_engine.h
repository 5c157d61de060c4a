#ifndef TSUGI_TESTS_CORE_RULES_ENGINE_H_
#define TSUGI_TESTS_CORE_RULES_ENGINE_H_

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "tests/core/parts/semantic_ids/language_test_model.h"
#include "tests/core/test_engine.h"

namespace tsugi {

using Ranking = RecommendOptions::Ranking;
using Seen = RecommendOptions::Seen;

inline constexpr uint32_t kRuleItems = 700;
inline constexpr uint32_t kRuleAttributes = 9;

/// A ranking, and what a small model needs to have it.
struct RankingCase {
  const char* name;
  DType dtype = DType::kI8;
  bool is_cosine = false;
  uint32_t items = kRuleItems;
  bool has_codes = false;
  Ranking ranking = Ranking::kTable;
  const char* words = "";
  bool has_counts = false;

  bool is_by_ids() const { return ranking != Ranking::kTable; }
};

inline ModelSpec RulesSpec(const RankingCase& of) {
  ModelSpec spec = SmallSpec(BlockKind::kGated, of.dtype);
  spec.item_count = of.items;
  spec.normalize_hidden = of.is_cosine;
  spec.logit_scale = of.is_cosine ? 14.0f : 1.0f;
  if (of.has_codes) {
    spec.quantised_codes = QuantisedCodesSpec{.count = 8, .candidates = 100};
  }
  if (of.has_counts) spec.item_counts = ItemCountsSpec{.events = 1000};
  return spec;
}

inline std::vector<std::vector<uint32_t>> AttributesPerItem(uint32_t items) {
  Random random(5);
  std::vector<std::vector<uint32_t>> lists(items);
  for (auto& list : lists) {
    for (uint32_t a = 0; a < kRuleAttributes; ++a) {
      if (random.NextBelow(4) == 0) list.push_back(a);
    }
  }
  return lists;
}

/// Makes every row the sum of its codewords, so that estimates find the best items.
inline void MakeRowsOfCodes(TestModel& model) {
  const ModelSpec& spec = model.view().spec;
  const uint8_t* codes = model.data<uint8_t>(kItemCodes);
  const float* codebooks = model.data<float>(kItemCodebooks);  // [D, m, 16]
  float* rows = model.data<float>(kItemTable);
  for (size_t item = 0; item < spec.item_count; ++item) {
    for (size_t d = 0; d < spec.encoder.width; ++d) {
      float& value = rows[item * spec.encoder.width + d] = 0.0f;
      for (size_t j = 0; j < spec.quantised_codes->count; ++j) {
        const size_t row = item % 32;
        const uint8_t pair = codes[(item / 32 * spec.quantised_codes->count + j) * 16 + row % 16];
        const size_t code = row < 16 ? pair & 15 : pair >> 4;
        value += codebooks[(d * spec.quantised_codes->count + j) * 16 + code];
      }
    }
  }
}

class RulesEngine {
 public:
  explicit RulesEngine(const RankingCase& of) : attributes(AttributesPerItem(of.items)) {
    if (of.is_by_ids()) {
      by_ids_ = std::make_unique<LanguageTestModel>(of.dtype, of.items);
    } else {
      plain_ = std::make_unique<TestModel>(RulesSpec(of));
    }
    TestModel& model = of.is_by_ids() ? by_ids_->model() : *plain_;
    if (of.has_codes) MakeRowsOfCodes(model);
    std::vector<std::string> names;
    for (uint32_t a = 0; a < kRuleAttributes; ++a) names.push_back("f=" + std::to_string(a));
    model.SetAttributes(names, attributes);
    ReadRows(model);
    recommender = std::move(Recommender::Create(model.view())).value();
  }
  std::unique_ptr<Session> NewSession() { return std::move(recommender->CreateSession()).value(); }
  double Dot(uint32_t a, uint32_t b) const {
    double sum = 0;
    for (size_t d = 0; d < rows_[a].size(); ++d) sum += rows_[a][d] * rows_[b][d];
    return sum;
  }
  double Cosine(uint32_t a, uint32_t b) const {
    return Dot(a, b) / std::sqrt(Dot(a, a) * Dot(b, b));
  }
  bool Has(uint32_t item, uint32_t attribute) const {
    return std::count(attributes[item].begin(), attributes[item].end(), attribute) > 0;
  }

  const std::vector<std::vector<uint32_t>> attributes;
  std::unique_ptr<Recommender> recommender;

 private:
  void ReadRows(TestModel& model) {
    const ModelSpec& spec = model.view().spec;
    const bool is_f32 = spec.weight_dtype == DType::kF32;
    const float* floats = is_f32 ? model.data<float>(kItemTable) : nullptr;
    const int8_t* bytes = is_f32 ? nullptr : model.data<int8_t>(kItemTable);
    const float* scales = is_f32 ? nullptr : model.data<float>("items.table.scales");
    rows_.resize(spec.item_count);
    for (uint32_t i = 0; i < spec.item_count; ++i) {
      for (size_t at = i * spec.encoder.width; at < (i + 1) * spec.encoder.width; ++at) {
        rows_[i].push_back(is_f32 ? floats[at] : bytes[at] * static_cast<double>(scales[i]));
      }
    }
  }
  std::vector<std::vector<double>> rows_;
  std::unique_ptr<LanguageTestModel> by_ids_;
  std::unique_ptr<TestModel> plain_;
};

// The definition in core/decode/list_selector.h, word for word, over the ranking of everything.
inline std::vector<uint32_t> GreedyList(RulesEngine& engine, Session& session,
                                        const std::vector<ScoredItem>& ranking,
                                        const RecommendOptions& options) {
  const auto& attributes = engine.attributes;
  double hidden = 0;
  for (const float h : session.query()) hidden += static_cast<double>(h) * h;
  const double scale = engine.recommender->spec().logit_scale * std::sqrt(hidden) *
                       std::sqrt(engine.Dot(ranking[0].item_index, ranking[0].item_index));
  std::vector<uint32_t> used(kRuleAttributes), list;
  std::vector<bool> is_taken(attributes.size());
  while (list.size() < options.k) {
    const ScoredItem* best = nullptr;
    double best_value = 0;
    for (const ScoredItem& r : ranking) {
      bool is_open = !is_taken[r.item_index];
      for (const uint32_t a : attributes[r.item_index]) {
        const bool is_capped =
            std::count(options.cap_attributes.begin(), options.cap_attributes.end(), a) > 0;
        if (options.cap > 0 && is_capped && used[a] >= options.cap) is_open = false;
      }
      if (!is_open) continue;
      double overlap = 0;
      for (const uint32_t c : options.diversity > 0 ? list : std::vector<uint32_t>()) {
        overlap = std::max(overlap, engine.Cosine(r.item_index, c));
      }
      const double value =
          (1.0 - options.diversity) * r.score / scale - options.diversity * overlap;
      if (best == nullptr || value > best_value) best = &r, best_value = value;
    }
    if (best == nullptr) break;
    is_taken[best->item_index] = true;
    list.push_back(best->item_index);
    for (const uint32_t a : attributes[best->item_index]) ++used[a];
  }
  return list;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_RULES_ENGINE_H_
