#include "core/kernels/code_scan.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/numbers.h"
#include "core/kernels/kernel_table.h"

namespace tsugi {
namespace {

// Words sampled to guess a limit: 16,384 items, which is 2 % of a million.
constexpr size_t kSampleWords = 256;

size_t WordCount(size_t item_count) { return (item_count + kCodeWordItems - 1) / kCodeWordItems; }

}  // namespace

Result<CodeQuery> CodeQuery::Create(const ItemCodes& codes, size_t max_candidates) {
  CodeQuery query;
  query.codes_ = codes;
  const size_t entries = codes.code_count * kCodewords;
  // Collect lets the buffer grow to 2 * count - 1 items before it appends a whole word.
  const size_t room = 2 * max_candidates + kCodeWordItems;
  TSUGI_ASSIGN_OR_RETURN(query.products_, AlignedBuffer<float>::Create(entries));
  TSUGI_ASSIGN_OR_RETURN(query.tables_, AlignedBuffer<uint8_t>::Create(entries));
  TSUGI_ASSIGN_OR_RETURN(query.items_, AlignedBuffer<uint32_t>::Create(room));
  TSUGI_ASSIGN_OR_RETURN(query.sums_, AlignedBuffer<uint16_t>::Create(room));
  TSUGI_ASSIGN_OR_RETURN(query.histogram_,
                         AlignedBuffer<uint32_t>::Create(codes.code_count * kMaxCodeEntry + 1));
  return query;
}

void CodeQuery::Prepare(const float* hidden) {
  const size_t entries = products_.size();
  const size_t width = codes_.codebooks.size() / entries;
  const float* codebook_row = codes_.codebooks.data();
  // One pass over the codebooks in memory order, [D, m * 16]: every hidden value multiplies a row,
  // and the inner loop is a vector loop whatever m is.
  float* const products = products_.data();
  std::fill(products, products + entries, 0.0f);
  for (size_t d = 0; d < width; ++d, codebook_row += entries) {
    for (size_t i = 0; i < entries; ++i) products[i] += hidden[d] * codebook_row[i];
  }
  // Each table's smallest entry becomes 0. That shifts the estimates of all items by one constant
  // and lets the entries be unsigned. The step is the same for all tables, as sums of entries with
  // different steps would not compare.
  float widest = 0.0f;
  for (size_t i = 0; i < entries; i += kCodewords) {
    float* const table = products_.data() + i;
    const auto [low, high] = std::minmax_element(table, table + kCodewords);
    widest = std::max(widest, *high - *low);
    const float least = *low;
    for (size_t c = 0; c < kCodewords; ++c) table[c] -= least;
  }
  const float steps = widest > 0.0f ? static_cast<float>(kMaxCodeEntry) / widest : 0.0f;
  for (size_t i = 0; i < entries; ++i) {
    const float rounded = std::nearbyint(products_[i] * steps);
    tables_[i] = SaturatingCast<uint8_t>(std::min(rounded, static_cast<float>(kMaxCodeEntry)));
  }
}

CodeScan CodeQuery::Scan(std::span<const uint64_t> blocked) const {
  return {.codes = codes_.codes.data(),
          .tables = tables_.data(),
          .code_count = codes_.code_count,
          .item_count = codes_.item_count,
          .blocked = blocked.empty() ? nullptr : blocked.data(),
          .word_count = WordCount(codes_.item_count)};
}

std::span<const uint32_t> CodeQuery::FindBest(std::span<const uint64_t> blocked, size_t count) {
  TSUGI_DCHECK(count >= 1 && 2 * count + kCodeWordItems <= items_.size());
  const CodeScan scan = Scan(blocked);
  const uint16_t guess = GuessLimit(scan, count);
  Collect(scan, guess, count);
  // Fewer than `count` reached the guess, because the sample was not typical or the filter leaves
  // few items: scan again for everything.
  if (held_ < count && guess > 0) Collect(scan, 0, count);
  if (held_ > count) KeepBest(count);
  return items_.span().first(held_);
}

uint16_t CodeQuery::GuessLimit(const CodeScan& scan, size_t count) {
  // Below 65,536 items a full scan is cheap and a sample would not pay.
  if (scan.word_count < 4 * kSampleWords) return 0;
  const auto find = ActiveKernels().find_codes;
  std::fill(histogram_.span().begin(), histogram_.span().end(), 0u);
  uint16_t sums[kCodeWordItems];
  for (size_t i = 0; i < kSampleWords; ++i) {
    const size_t word = i * scan.word_count / kSampleWords;
    CodeScan sample = scan;
    sample.word_count = word + 1;  // stops the search at this word
    uint64_t bits = 0;
    if (find(sample, word, 0, &bits, sums) > word) continue;
    for (; bits != 0; bits &= bits - 1) ++histogram_[sums[std::countr_zero(bits)]];
  }
  // The number of wanted items that fall into the sample is about Poisson. A limit that four
  // standard deviations more than expected reach makes a second scan rare.
  const double expected = static_cast<double>(count) * static_cast<double>(kSampleWords) /
                          static_cast<double>(scan.word_count);
  size_t above = 0;
  return FindCut(static_cast<size_t>(expected + 4.0 * std::sqrt(expected) + 4.0), &above);
}

void CodeQuery::Collect(const CodeScan& scan, uint16_t limit, size_t count) {
  const auto find = ActiveKernels().find_codes;
  uint16_t sums[kCodeWordItems];
  uint64_t bits = 0;
  held_ = 0;
  for (size_t word = 0; (word = find(scan, word, limit, &bits, sums)) < scan.word_count; ++word) {
    for (; bits != 0; bits &= bits - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(bits));
      items_[held_] = static_cast<uint32_t>(word * kCodeWordItems + i);
      sums_[held_++] = sums[i];
    }
    // Cleaning up only when twice as many are held makes the cost per item constant.
    if (held_ >= 2 * count) limit = KeepBest(count);
  }
}

uint16_t CodeQuery::KeepBest(size_t count) {
  // Sums are small integers, so a histogram selects the best without sorting and keeps their order.
  std::fill(histogram_.span().begin(), histogram_.span().end(), 0u);
  for (size_t i = 0; i < held_; ++i) ++histogram_[sums_[i]];
  size_t above = 0;
  const uint16_t cut = FindCut(count, &above);
  size_t equal_left = count - above;
  size_t kept = 0;
  for (size_t i = 0; i < held_; ++i) {
    if (sums_[i] < cut || (sums_[i] == cut && equal_left == 0)) continue;
    if (sums_[i] == cut) --equal_left;
    items_[kept] = items_[i];
    sums_[kept++] = sums_[i];
  }
  held_ = kept;
  // Later items have higher indices and lose ties, so they must exceed the cut. The largest sum is
  // kMaxCodeCount * kMaxCodeEntry = 64,512: no overflow.
  return static_cast<uint16_t>(cut + 1);
}

uint16_t CodeQuery::FindCut(size_t count, size_t* above) const {
  *above = 0;
  size_t cut = histogram_.size() - 1;
  for (; cut > 0 && *above + histogram_[cut] < count; --cut) *above += histogram_[cut];
  return static_cast<uint16_t>(cut);
}

}  // namespace tsugi
