#include "native/train/stages/semantic_ids/text_space.h"

#include <cmath>
#include <map>

#include "core/parts/semantic_ids/subword_tokenizer.h"
#include "native/train/model_tensors.h"

namespace tsugi::train {
namespace {

constexpr int kPowerRounds = 4;    // sharpen the gap between kept and dropped singular values
constexpr size_t kNoLimit = 4096;  // sub-words of one item

/// [N, S] sparse: log(1 + count) * log(1 + N / items with the piece), rows of length 1.
torch::Tensor WeightedCounts(const ItemTexts& texts, const SubwordTokenizer& tokenizer,
                             int64_t piece_count) {
  const auto item_count = static_cast<int64_t>(texts.titles.size());
  std::vector<std::map<int64_t, float>> counts(texts.titles.size());
  std::vector<double> items_with(static_cast<size_t>(piece_count));
  std::vector<uint32_t> tokens;
  for (size_t i = 0; i < counts.size(); ++i) {
    tokens.clear();
    tokenizer.Tokenize(texts.All(i), kNoLimit, tokens);
    for (const uint32_t token : tokens) counts[i][token] += 1.0f;
    for (const auto& entry : counts[i]) items_with[static_cast<size_t>(entry.first)] += 1.0;
  }
  std::vector<int64_t> rows, columns;
  std::vector<float> values;
  for (size_t i = 0; i < counts.size(); ++i) {
    double length = 0.0;
    const size_t first = values.size();
    for (const auto& [piece, count] : counts[i]) {
      const double weight = std::log1p(count) * std::log1p(static_cast<double>(item_count) /
                                                           items_with[static_cast<size_t>(piece)]);
      rows.push_back(static_cast<int64_t>(i));
      columns.push_back(piece);
      values.push_back(static_cast<float>(weight));
      length += weight * weight;
    }
    for (size_t at = first; at < values.size(); ++at) {
      values[at] /= static_cast<float>(std::sqrt(std::max(length, 1e-12)));
    }
  }
  const auto places = torch::stack({torch::tensor(rows), torch::tensor(columns)});
  return torch::sparse_coo_tensor(places, torch::tensor(values), {item_count, piece_count})
      .coalesce();
}

}  // namespace

TextSpace MakeTextSpace(const ItemTexts& texts, const std::vector<std::string>& pieces,
                        int64_t width, uint64_t seed) {
  torch::NoGradGuard no_grad;
  const StringTable table = ToTable(pieces);
  const auto piece_count = static_cast<int64_t>(pieces.size());
  const auto counts = WeightedCounts(texts, SubwordTokenizer(table.View()), piece_count);
  const auto transposed = counts.t().coalesce();
  // Randomised range finder with power rounds (Halko et al. 2011).
  const int64_t rank = std::min({width, piece_count, counts.size(0)});
  auto generator = at::detail::createCPUGenerator(seed);
  auto basis = torch::randn({piece_count, rank}, generator);
  torch::Tensor directions;
  for (int round = 0; round < kPowerRounds; ++round) {
    const auto range = std::get<0>(torch::linalg_qr(torch::mm(counts, basis)));
    directions = torch::mm(transposed, range);  // [S, rank]
    basis = std::get<0>(torch::linalg_qr(directions));
  }
  // directions = counts^T range: its left singular vectors are those of the sub-words. sqrt(s)
  // makes strong directions count more and still lets the weak ones be seen.
  const auto [u, s, vt] = torch::linalg_svd(directions, /*full_matrices=*/false);
  auto vectors = u * s.sqrt().unsqueeze(0);
  if (rank < width) vectors = torch::cat({vectors, torch::zeros({piece_count, width - rank})}, 1);
  const auto items = torch::mm(counts, vectors);
  return {vectors / vectors.square().mean().sqrt().clamp_min(1e-12),
          items / items.norm(2, {1}, true).clamp_min(1e-12)};
}

}  // namespace tsugi::train
