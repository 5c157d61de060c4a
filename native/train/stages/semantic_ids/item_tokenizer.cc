#include "native/train/stages/semantic_ids/item_tokenizer.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/model/tensor_table.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"
#include "native/report/text.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/model_tensors.h"

namespace tsugi::train {
namespace {

constexpr int kPowerRounds = 4;    // sharpen the gap between kept and dropped singular values
constexpr size_t kNoLimit = 4096;  // sub-words of one item

/// [N, S] sparse: log(1 + count) * log(1 + N / items with the piece), rows of length 1.
/// Sparse, because an item has a few of all the sub-words. The maps are ordered, so rows and
/// columns come out in the same order in every run.
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

/// Centred, of mean square row length `weight`.
/// Rows of the recommender and of the text space have scales that say nothing of their worth. Of
/// the same mean square length, `weight` alone decides how much each counts in a distance.
torch::Tensor Standardised(const torch::Tensor& rows, double weight) {
  const auto centred = rows - rows.mean(0);
  return centred * (weight / centred.square().sum(1).mean().sqrt().clamp_min(1e-12));
}

double KeptVariance(const PointsView& points, const ResidualCodebooks& codebooks,
                    const SemanticIds& ids) {
  double left = 0.0, all = 0.0;  // the points are centred
  for (const float value : ResidualsBefore(points, codebooks, ids, kCodeLevels)) {
    left += static_cast<double>(value) * value;
  }
  for (const float value : points.values) all += static_cast<double>(value) * value;
  return 1.0 - left / std::max(all, 1e-12);
}

/// Where the language model's item tokens start: a codeword's text part stands in the words' space
/// as it is, its behaviour part under a random orthogonal map.
/// An orthogonal map keeps lengths and angles. So items whose behaviour is alike start alike,
/// though the rows have another width than the language model.
torch::Tensor Starts(const torch::Tensor& codewords, int64_t row_width, int64_t text_width,
                     uint64_t seed) {
  torch::manual_seed(seed);
  auto starts = torch::zeros({codewords.size(0), text_width});
  if (row_width > 0) {
    const auto map = torch::nn::init::orthogonal_(
        torch::empty({std::max(row_width, text_width), std::min(row_width, text_width)}));
    const auto behaviour = codewords.slice(1, 0, row_width);
    starts = torch::mm(behaviour, row_width <= text_width ? map.t() : map);
  }
  if (codewords.size(1) > row_width) starts = starts + codewords.slice(1, row_width);
  return starts / starts.square().mean().sqrt().clamp_min(1e-12);
}

Status CheckConfig(const SemanticIdsConfig& config, bool has_text) {
  if (!(config.text_weight >= 0.0) || !(config.behaviour_weight >= 0.0) ||
      config.text_weight + config.behaviour_weight <= 0.0) {
    return InvalidArgument("text_weight and behaviour_weight: expected at least 0, and not both");
  }
  if (config.behaviour_weight > 0.0 || has_text) return Status();
  return InvalidArgument(
      "behaviour_weight: 0, and no item says anything. Try: import --items FILE");
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

Result<torch::Tensor> GivenBehaviour(const Dataset& dataset, const SemanticIdsConfig& config) {
  if (!config.has_vectors()) return torch::Tensor();
  TSUGI_ASSIGN_OR_RETURN(const ItemVectors* const vectors,
                         FindItemVectors(dataset, "semantic_ids.vectors", config.vectors));
  const GivenVectors given = GivenVectors::Of(*vectors, dataset.item_count());
  const auto items = static_cast<int64_t>(dataset.item_count());
  auto units = torch::tensor(given.units).view({items, int64_t{given.width}});
  auto is_given = torch::zeros({items, 1}, torch::kBool);
  for (int64_t i = 0; i < items; ++i) is_given[i][0] = given.is_given[static_cast<size_t>(i)];
  const auto mean = units.sum(0) / is_given.sum();  // others are zeros
  return torch::where(is_given, units, mean.unsqueeze(0));
}

Result<Tokenization> TokenizeItems(const ModelView& model, const SemanticIdsConfig& config,
                                   const SemanticIds& given, uint64_t seed, Observer& observer,
                                   const torch::Tensor& given_behaviour) {
  Tokenization result;
  result.texts = ItemTexts::Read(model);
  TSUGI_ASSIGN_OR_RETURN(result.pieces,
                         LearnPieces(result.texts, static_cast<size_t>(config.pieces)));
  const bool has_text = !result.pieces.empty();
  TSUGI_RETURN_IF_ERROR(CheckConfig(config, has_text));
  torch::NoGradGuard no_grad;
  const auto rows = ReadRows(model, kItemTable);
  const auto behaviour = given_behaviour.defined() ? given_behaviour : rows;
  if (behaviour.size(0) != rows.size(0)) {
    return InvalidArgument("the given vectors are those of " + std::to_string(behaviour.size(0)) +
                           " items, the model has " + std::to_string(rows.size(0)) +
                           ". Try: the data set that the model was trained on");
  }
  if (has_text) result.space = MakeTextSpace(result.texts, result.pieces, config.width, seed);
  std::vector<torch::Tensor> parts;
  const bool has_behaviour = config.behaviour_weight > 0.0;
  if (has_behaviour) parts.push_back(Standardised(behaviour, config.behaviour_weight));
  if (has_text && config.text_weight > 0.0) {
    parts.push_back(Standardised(result.space.items, config.text_weight));
  }
  const auto vectors = torch::cat(parts, 1);
  const std::vector<float> values = FloatsOf(vectors);
  const PointsView points{values, static_cast<size_t>(vectors.size(1))};
  const bool is_rqvae = given.empty() && config.codes == NameOf(CodeMethod::kRqvae);
  if (!given.empty()) {
    result.ids = given;
    result.codebooks = MeanCodewords(points, given);
  } else if (is_rqvae) {
    torch::AutoGradMode grad(true);
    const auto texts = has_text ? result.space.items : torch::zeros({rows.size(0), 1});
    TSUGI_ASSIGN_OR_RETURN(AutoencoderResult coded,
                           TrainAutoencoder(vectors, texts, config.align_weight, seed, observer));
    result.revived = coded.revived;
    result.was_interrupted = coded.was_interrupted;
    result.reconstruction = coded.reconstruction;
    const std::vector<float> latents = FloatsOf(coded.latents);
    result.shared = MakeUnique({latents, coded.codebooks.width}, coded.codebooks, coded.ids);
    result.ids = std::move(coded.ids);
    result.codebooks = std::move(coded.codebooks);
  } else {
    result.codebooks = LearnResidualKMeans(points, seed, result.ids);
    result.shared = MakeUnique(points, result.codebooks, result.ids);
  }
  // Codewords in the space of the vectors, whatever space the codes were found in, and from the
  // unique ids: the language model's code tokens start from these.
  const ResidualCodebooks means = MeanCodewords(points, result.ids);
  if (!is_rqvae) result.reconstruction = KeptVariance(points, result.codebooks, result.ids);
  result.starts = Starts(torch::tensor(means.codewords).view({kItemTokens, -1}),
                         has_behaviour ? behaviour.size(1) : 0, config.width, seed);
  const std::vector<float> row_values = FloatsOf(rows);
  result.row_codewords = MeanCodewords({row_values, static_cast<size_t>(rows.size(1))}, result.ids);
  return result;
}

namespace {

using Json = nlohmann::ordered_json;

Json CodeRowJson(const TokenizerRow& row) {
  return {{"name", row.name},
          {"used", row.usage.used},
          {"entropy_bits", row.usage.entropy_bits},
          {"distinct", row.usage.distinct},
          {"shared_before_repair", row.shared},
          {"collapsed", row.usage.is_collapsed},
          {"kept_variance", row.kept},
          {"neighbours",
           {{"pairs", row.agreement.pairs},
            {"shared_levels", row.agreement.shared_levels},
            {"random_levels", row.agreement.random_levels},
            {"correlation", row.agreement.correlation},
            {"standard_error", row.agreement.standard_error}}},
          {"codes_to_text",
           {{"items", row.retrieval.items},
            {"recall@1", row.retrieval.recall_at_1},
            {"recall@10", row.retrieval.recall_at_10}}}};
}

/// One cell for all four levels, since a level alone says little about an id.
std::string Levels(const auto& values, int digits) {
  std::string text;
  for (const auto value : values) {
    text += (text.empty() ? "" : " ") + FixedText(static_cast<double>(value), digits);
  }
  return text;
}

}  // namespace

// One seed for all tokenizers: they are held against the same random pairs and the same held-out
// items, so their rows can be compared.
TokenizerRow MeasureTokenizer(const std::string& name, const Tokenization& items,
                              const ItemPairs& pairs, uint64_t seed) {
  TokenizerRow row{name,
                   MeasureUsage(items.ids),
                   items.shared,
                   items.reconstruction,
                   MeasureAgreement(items.ids, pairs, seed),
                   {}};
  // Without texts there is no text space to retrieve in.
  if (items.space.items.defined()) {
    row.retrieval = MeasureTextRetrieval(items.ids, items.codebooks, items.space.items, seed);
  }
  return row;
}

std::string FormatTokenizersTable(const std::vector<TokenizerRow>& rows) {
  std::vector<std::vector<std::string>> lines = {
      {"tokenizer", "codes used", "bits", "ids", "shared before repair", "variance kept",
       "neighbours r (s.e.)", "codes to text R@1", "R@10"}};
  for (const TokenizerRow& row : rows) {
    lines.push_back(
        {row.name + (row.usage.is_collapsed ? " COLLAPSED" : ""), Levels(row.usage.used, 0),
         Levels(row.usage.entropy_bits, 2), std::to_string(row.usage.distinct),
         std::to_string(row.shared), FixedText(row.kept, 3),
         FixedText(row.agreement.correlation, 4) + " (" +
             FixedText(row.agreement.standard_error, 4) + ")",
         FixedText(row.retrieval.recall_at_1, 4), FixedText(row.retrieval.recall_at_10, 4)});
  }
  return AlignText(lines);
}

std::string FormatTokenizersJson(const std::string& out, const std::vector<TokenizerRow>& rows) {
  Json json = Json::array();
  for (const TokenizerRow& row : rows) json.push_back(CodeRowJson(row));
  return Json{{"out", out}, {"tokenizers", json}}.dump(2) + "\n";
}

}  // namespace tsugi::train
