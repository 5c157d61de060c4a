#include "native/quantised_codes/code_recall.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/random.h"
#include "core/kernels/code_scan.h"
#include "core/kernels/kernel_table.h"
#include "native/quantised_codes/item_codes.h"

namespace tsugi {
namespace {

constexpr uint32_t kListLength = 10;
constexpr size_t kDreamEvents = 6;
constexpr uint32_t kCandidateStep = 256;
constexpr uint32_t kMinCandidates = 512;  // fewer candidates save no time

// Seen items are kept, because leaving them out would measure the filter as well as the codes.
RecommendOptions ListOptions(bool exact) {
  RecommendOptions options;
  options.k = kListLength;
  options.seen = RecommendOptions::Seen::kKeep;
  options.exact = exact;
  return options;
}

// The median, because a busy machine makes single times much longer and never shorter.
double MedianOf(std::vector<double>& values) {
  if (values.empty()) return 0.0;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

Result<std::vector<ScoredItem>> TimedList(Session& session, bool exact,
                                          std::vector<double>& times_ms) {
  const auto start = std::chrono::steady_clock::now();
  TSUGI_ASSIGN_OR_RETURN(auto list, session.Recommend(ListOptions(exact)));
  times_ms.push_back(
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  return list;
}

size_t CountCommon(const std::vector<ScoredItem>& a, const std::vector<ScoredItem>& b) {
  return static_cast<size_t>(std::ranges::count_if(a, [&](const ScoredItem& item) {
    return std::ranges::any_of(
        b, [&](const ScoredItem& other) { return other.item_index == item.item_index; });
  }));
}

// The estimates of all items for one session, and how many items have each estimate. It uses the
// kernel of the engine, so the ranks are those that the engine will see.
struct Estimates {
  explicit Estimates(const ModelView& view)
      : sums(view.spec.item_count), counts(view.spec.quantised_codes->count * kMaxCodeEntry + 1) {}
  void Compute(const CodeScan& scan) {
    std::ranges::fill(counts, 0u);
    uint64_t bits = 0;
    uint16_t word_sums[kCodeWordItems];
    const auto find = ActiveKernels().find_codes;
    // Limit 0: every item reaches it, so every word is returned with all its sums.
    for (size_t word = 0; (word = find(scan, word, 0, &bits, word_sums)) < scan.word_count;
         ++word) {
      for (; bits != 0; bits &= bits - 1) {
        const auto i = static_cast<size_t>(std::countr_zero(bits));
        sums[word * kCodeWordItems + i] = word_sums[i];
        ++counts[word_sums[i]];
      }
    }
  }
  // The number of candidates that is sure to include this item: all items with an estimate at least
  // as high, since ties at the cut may go against it.
  size_t Rank(size_t item) const {
    size_t rank = 0;
    for (size_t sum = sums[item]; sum < counts.size(); ++sum) rank += counts[sum];
    return rank;
  }
  std::vector<uint16_t> sums;
  std::vector<uint32_t> counts;
};

}  // namespace

Result<Sessions> DreamSessions(const ModelView& view, size_t count, uint64_t seed) {
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(view));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  Sessions sessions(count);
  Random random(seed);
  // Not always the best item: following the model's first choice ends in a loop after a few steps.
  for (auto& events : sessions) {
    session->Clear();
    Event next{static_cast<uint32_t>(random.NextBelow(view.spec.item_count))};
    for (size_t i = 0; i < kDreamEvents; ++i) {
      events.push_back(next);
      TSUGI_RETURN_IF_ERROR(session->Push(next));
      if (i + 1 == kDreamEvents) break;
      TSUGI_ASSIGN_OR_RETURN(const auto list, session->Recommend({.k = kListLength}));
      if (list.empty()) break;
      next.item_index = list[random.NextBelow(list.size())].item_index;
    }
  }
  return sessions;
}

Result<CodeRecall> MeasureCodeRecall(const ModelView& view, const Sessions& sessions) {
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(view));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  // Exact and coded lists alternate, so that both meet the machine in the same state.
  std::vector<double> exact_ms, coded_ms;
  size_t common = 0, wanted = 0;
  for (const auto& events : sessions) {
    TSUGI_RETURN_IF_ERROR(session->Assign(events));
    TSUGI_ASSIGN_OR_RETURN(const auto exact, TimedList(*session, true, exact_ms));
    TSUGI_ASSIGN_OR_RETURN(const auto coded, TimedList(*session, false, coded_ms));
    common += CountCommon(exact, coded);
    wanted += exact.size();
  }
  CodeRecall recall;
  recall.recall_at_10 =
      wanted == 0 ? 1.0 : static_cast<double>(common) / static_cast<double>(wanted);
  recall.lists = sessions.size();
  recall.exact_ms = MedianOf(exact_ms);
  recall.coded_ms = MedianOf(coded_ms);
  return recall;
}

Result<uint32_t> ChooseCandidates(const ModelView& view, const Sessions& sessions, double target) {
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(view));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  const ItemCodes codes{view.Find(kItemCodes).as<uint8_t>(), view.Find(kItemCodebooks).as<float>(),
                        view.spec.item_count, view.spec.quantised_codes->count};
  TSUGI_ASSIGN_OR_RETURN(CodeQuery query, CodeQuery::Create(codes, 1));
  Estimates estimates(view);
  std::vector<size_t> ranks;
  for (const auto& events : sessions) {
    TSUGI_RETURN_IF_ERROR(session->Assign(events));
    TSUGI_ASSIGN_OR_RETURN(const auto exact, session->Recommend(ListOptions(true)));
    if (events.empty()) continue;
    query.Prepare(session->query().data());
    estimates.Compute({.codes = codes.codes.data(),
                       .tables = query.tables(),
                       .code_count = codes.code_count,
                       .item_count = codes.item_count,
                       .blocked = nullptr,
                       .word_count = (codes.item_count + kCodeWordItems - 1) / kCodeWordItems});
    for (const ScoredItem& item : exact) ranks.push_back(estimates.Rank(item.item_index));
  }
  // The smallest number that contains the share `target` of all wanted items is a quantile of their
  // ranks.
  if (ranks.empty()) return kMinCandidates;
  std::ranges::sort(ranks);
  const auto at = static_cast<size_t>(std::ceil(target * static_cast<double>(ranks.size())));
  const size_t needed = ranks[std::clamp<size_t>(at, 1, ranks.size()) - 1];
  const size_t steps = (needed + kCandidateStep - 1) / kCandidateStep;
  return static_cast<uint32_t>(
      std::clamp<size_t>(steps * kCandidateStep, kMinCandidates, size_t{1} << 20));
}

Result<CodeReport> AddMeasuredCodes(ModelData& model, const Sessions& sessions, uint64_t seed,
                                    bool keep_anyway) {
  if (sessions.size() < 2) {
    return InvalidArgument("item codes: " + std::to_string(sessions.size()) +
                           " sessions to measure with, expected at least 2. Try: --data of a "
                           "larger log, or --codes off");
  }
  ItemCodeOptions options;
  options.seed = seed;
  TSUGI_RETURN_IF_ERROR(AddItemCodes(model, options));
  // Two halves, because a number chosen and measured on the same sessions would look too good.
  const auto half = sessions.begin() + static_cast<ptrdiff_t>(sessions.size() / 2);
  TSUGI_ASSIGN_OR_RETURN(
      model.spec.quantised_codes->candidates,
      ChooseCandidates(model.View(), Sessions(sessions.begin(), half), kCodeRecallTarget));
  CodeReport report;
  report.candidates = model.spec.quantised_codes->candidates;
  TSUGI_ASSIGN_OR_RETURN(report.recall,
                         MeasureCodeRecall(model.View(), Sessions(half, sessions.end())));
  report.has_codes = keep_anyway || report.recall.recall_at_10 >= kCodeRecallPromise;
  if (!report.has_codes) RemoveItemCodes(model);
  return report;
}

Sessions SampleSessions(const Dataset& dataset, size_t count, uint64_t seed) {
  // Cut at a random event, because a device asks for lists all along a session and not only at its
  // end. Training parts only: the test split must not shape an export.
  Sessions sessions;
  Random random(seed);
  std::vector<size_t> order(dataset.sequence_count());
  std::iota(order.begin(), order.end(), size_t{0});
  Shuffle(order, random);
  for (const size_t s : order) {
    if (sessions.size() == count) break;
    const auto items = dataset.sequence_items(s).first(dataset.train_end()[s]);
    if (items.empty()) continue;
    auto& events = sessions.emplace_back();
    const auto cut = 1 + static_cast<size_t>(random.NextBelow(items.size()));
    for (const uint32_t item : items.first(cut)) events.push_back({item});
  }
  return sessions;
}

}  // namespace tsugi
