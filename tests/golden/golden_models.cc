#include "tests/golden/golden_models.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/random.h"
#include "core/kernels/rowwise.h"
#include "core/model/tensor_table.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/export/quantize_model.h"

namespace tsugi {
namespace {

constexpr uint64_t kSeed = 20260101;
constexpr const char* kItemIds[] = {"B00-1", "B00-2", "film 3", "\xe6\xac\xa1", "B00-5"};
// ln(1 + c) of 280, 3, 42, 0 and 17 events, in sixteenths.
constexpr uint8_t kCountLevels[] = {90, 22, 60, 0, 46};
constexpr const char* kItemTitles[] = {"Winter crime", "", "A \"quoted\" title",
                                       "\xe6\xac\xa1 (next)", "The last one"};

constexpr const char* kAttributeNames[] = {"genres=Crime", "genres=Drama", "year=1999",
                                           "year=2003"};
constexpr const char* kIntentLabels[] = {"action=continue", "action=return", "action=discover",
                                         "kind=film", "kind=series"};
constexpr const char* kPieces[] = {" ", " crime", " drama", " winter", "e", "n", "t", "x"};
/// The first two items begin alike, as do the next two.
constexpr SemanticId kSemanticIds[] = {
    {7, 200, 3, 0}, {7, 200, 9, 255}, {31, 0, 0, 1}, {31, 4, 128, 1}, {90, 90, 90, 90}};
constexpr const char* kActionNames[] = {"buy", "view"};
constexpr float kEdges[] = {0.0f, 10.0f, 60.0f};
constexpr const char* kTitleWords[] = {"", "The", "Night", "of", "Train", "Winter"};
constexpr const char* kModalityNames[] = {"image", "text"};
constexpr uint32_t kModalityWidths[] = {3, 2};
const std::vector<std::vector<uint32_t>> kItemAttributes = {{0, 1, 2}, {}, {1, 3}, {1}, {0, 3}};

ModelSpec GoldenSpec(bool is_gated) {
  ModelSpec spec;
  spec.item_count = 5;
  spec.encoder = {.width = 4,
                  .layers = is_gated ? 2u : 1u,
                  .heads = 2,
                  .feed_forward = 8,
                  .window = 6,
                  .block = is_gated ? BlockKind::kGated : BlockKind::kSasRec};
  spec.normalize_hidden = !is_gated;
  spec.logit_scale = is_gated ? 1.0f : 8.0f;
  spec.input_scale = is_gated ? 1.0f : 2.0f;
  spec.filter_seen = is_gated;
  return spec;
}

// Uniform values with 16 bits, so that no rounding differs between machines: norm weights in
// [0.75, 1.25), all others in [-1, 1).
void FillTensor(const std::string& name, uint64_t stream, std::span<float> values) {
  const bool is_norm_weight = name.find("norm") != std::string::npos && name.ends_with(".weight");
  Random random(kSeed, stream);
  for (float& value : values) {
    const float unit = static_cast<float>(random.NextBelow(65536)) / 65536.0f;
    value = is_norm_weight ? 0.75f + 0.5f * unit : 2.0f * unit - 1.0f;
  }
}

void AddAttributes(ModelData& model) {
  for (const char* name : kAttributeNames) model.strings[kAttributeStrings].Append(name);
  model.item_attribute_offsets = {0};
  for (const auto& list : kItemAttributes) {
    model.item_attributes.insert(model.item_attributes.end(), list.begin(), list.end());
    model.item_attribute_offsets.push_back(static_cast<uint32_t>(model.item_attributes.size()));
  }
}

void AddIntents(ModelSpec& spec) {
  spec.intent = IntentSpec{
      .family_labels = {3, 2}, .layers = 1, .short_term_events = 4, .short_term_s = 3600};
}

void AddImagination(ModelSpec& spec) {
  spec.normalize_hidden = true;  // rows of length one, as the trainer writes them
  spec.logit_scale = 8.0f;
  spec.imagine = ImagineSpec{.width = 8,
                             .blocks = 2,
                             .attributes = std::size(kAttributeNames),
                             .words = std::size(kTitleWords)};
}

void AddLanguage(ModelSpec& spec) {
  spec.semantic_ids = SemanticIdsSpec{.encoder = {.width = 8,
                                                  .layers = 2,
                                                  .heads = 2,
                                                  .feed_forward = 16,
                                                  .window = 64,
                                                  .block = BlockKind::kSasRec},
                                      .pieces = std::size(kPieces),
                                      .fusion = {.share = 0.5f, .slope = 4.0f, .threshold = 0.25f}};
}

void NameLanguage(ModelData& model) {
  for (const char* piece : kPieces) model.strings[kPieceStrings].Append(piece);
  uint8_t* row = model.tensors.at(kItemTrie).bytes.data();
  for (uint32_t item = 0; item < std::size(kSemanticIds); ++item, row += kTrieRowBytes) {
    SetTrieRow(row, kSemanticIds[item], item);
  }
}

void NormalizeRows(std::span<float> rows, size_t width) {
  for (size_t i = 0; i < rows.size(); i += width) NormalizeLength(width, rows.data() + i);
}

struct Parts {
  bool is_gated, has_times, has_intents, has_tower, has_vectors, imagines, has_language,
      has_contexts, has_counts;
};

Result<ModelData> MakeF32(const Parts& parts) {
  const bool is_gated = parts.is_gated;
  ModelSpec spec = GoldenSpec(is_gated);
  if (parts.has_times) spec.time_gap_buckets = 8;
  if (parts.has_intents) AddIntents(spec);
  if (parts.has_contexts) {
    spec.action_count = std::size(kActionNames);
    spec.value_buckets = std::size(kEdges) + 2;
  }
  if (parts.has_tower) {
    spec.projection_width = 4;
    spec.item_tower = ItemTowerSpec{.features = 64};
    if (parts.has_vectors) {
      spec.item_tower->modality_widths.assign(std::begin(kModalityWidths),
                                              std::end(kModalityWidths));
    }
  }
  if (parts.imagines) AddImagination(spec);
  if (parts.has_language) AddLanguage(spec);
  if (parts.has_counts) spec.item_counts = ItemCountsSpec{.events = 1000};
  TSUGI_ASSIGN_OR_RETURN(ModelData model, ModelData::Create(spec));
  uint64_t stream = 0;
  for (const TensorEntry& entry : BuildTensorTable(model.spec)) {
    if (entry.dtype != DType::kF32) continue;
    FillTensor(entry.name, stream++, model.floats(entry.name));
  }
  if (parts.imagines) {
    NormalizeRows(model.floats(kItemTable), spec.row_width());
    for (const char* word : kTitleWords) model.strings[kTitleWordStrings].Append(word);
  }
  if (parts.has_language) NameLanguage(model);
  if (parts.has_counts) {
    std::ranges::copy(kCountLevels, model.tensors.at(kItemCountLevels).bytes.data());
  }
  if (parts.has_vectors) {
    for (const char* name : kModalityNames) model.strings[kModalityStrings].Append(name);
  }
  if (parts.has_contexts) {
    for (const char* name : kActionNames) model.strings[kActionStrings].Append(name);
    std::copy(std::begin(kEdges), std::end(kEdges), model.floats(kValueEdges).begin());
  }
  if (is_gated) {
    for (const char* id : kItemIds) model.strings[kItemIdStrings].Append(id);
    for (const char* title : kItemTitles) model.strings[kItemTitleStrings].Append(title);
  }
  if (parts.has_times) AddAttributes(model);
  if (parts.has_intents) {
    for (const char* label : kIntentLabels) model.strings[kIntentLabelStrings].Append(label);
  }
  return model;
}

}  // namespace

std::vector<std::string_view> GoldenModelNames() {
  return {"gated_f32",   "gated_i8",   "gated_i4",   "timed_i8",   "context_i8",
          "intent_i8",   "tower_i8",   "vectors_i8", "counted_i8", "imagine_i8",
          "semantic_i8", "sasrec_f32", "sasrec_i8"};
}

Result<GoldenModel> MakeGoldenModel(std::string_view name) {
  const bool has_intents = name.starts_with("intent_");
  const bool has_language = name.starts_with("semantic_");
  const bool has_vectors = name.starts_with("vectors_");
  const bool has_counts = name.starts_with("counted_");
  const bool has_tower = has_language || has_vectors || has_counts || name.starts_with("tower_");
  const bool imagines = name.starts_with("imagine_");
  const bool has_contexts = name.starts_with("context_");
  const bool has_times =
      has_contexts || has_intents || has_tower || imagines || name.starts_with("timed_");
  const bool is_gated = has_times || name.starts_with("gated_");
  const bool is_i8 = name.ends_with("_i8");
  const bool is_i4 = name.ends_with("_i4");
  const bool is_known =
      (is_gated || name.starts_with("sasrec_")) && (is_i8 || is_i4 || name.ends_with("_f32"));
  if (!is_known) return NotFound("golden model " + std::string(name) + ": unknown name");
  GoldenModel model;
  TSUGI_ASSIGN_OR_RETURN(
      model.data, MakeF32({is_gated, has_times, has_intents, has_tower, has_vectors, imagines,
                           has_language, has_contexts, has_counts}));
  if (is_i8 || is_i4) {
    const WeightFormat format = is_i8 ? WeightFormat::kInt8 : WeightFormat::kInt4;
    TSUGI_ASSIGN_OR_RETURN(model.data, Quantize(model.data.View(), format));
  }
  model.provenance = {.tsugi_version = "0.1.0",
                      .data_hash = "00000000feedbeef",
                      .config = "preset = \"golden\"\n",
                      .seed = kSeed,
                      .metrics = "{\"ndcg@10\":0.05}",
                      .created_s = 1767225600};
  return model;
}

std::filesystem::path GoldenModelPath(std::string_view name) {
  return std::filesystem::path(TSUGI_GOLDEN_DIR) / "models" / "v1" / (std::string(name) + ".tsugi");
}

using Json = nlohmann::ordered_json;

namespace {

// An added item is written as JavaScript's addItems takes it.
GoldenItem ToItem(const Json& json) {
  GoldenItem item{json.at("id"), json.value("title", ""), {}, {}};
  for (const auto& [field, values] : json.at("attributes").items()) {
    for (const Json& value : values) item.attributes.push_back(field + "=" + std::string(value));
  }
  if (!json.contains("vectors")) return item;
  for (size_t m = 0; m < std::size(kModalityNames); ++m) {
    std::vector<float> vector(kModalityWidths[m], NAN);
    const auto given = json["vectors"].find(kModalityNames[m]);
    if (given != json["vectors"].end()) vector = given->get<std::vector<float>>();
    item.vectors.insert(item.vectors.end(), vector.begin(), vector.end());
  }
  return item;
}

Json ToJson(const GoldenItem& item) {
  Json json = {{"id", item.id}, {"title", item.title}, {"attributes", Json::object()}};
  for (const std::string& attribute : item.attributes) {
    const size_t equals = attribute.find('=');
    json["attributes"][attribute.substr(0, equals)].push_back(attribute.substr(equals + 1));
  }
  size_t at = 0;
  for (size_t m = 0; m < std::size(kModalityNames) && !item.vectors.empty(); ++m) {
    const std::span<const float> vector = std::span(item.vectors).subspan(at, kModalityWidths[m]);
    at += vector.size();
    if (!std::isnan(vector[0])) json["vectors"][kModalityNames[m]] = vector;
  }
  return json;
}

}  // namespace

ModelCases LoadGoldenCases(std::string_view model) {
  std::ifstream stream(GoldenCasesPath());
  const Json all = Json::parse(stream);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Json& one) { return one.at("model") == model; });
  const Json& json = all.at(static_cast<size_t>(found - all.begin()));  // throws without the model
  ModelCases cases{json.at("model"), json.at("tolerance"), {}};
  for (const Json& row : json.at("cases")) {
    cases.cases.push_back({row.at("name"), std::nullopt, row.at("history"), row.at("k"),
                           row.at("seen"), row.at("exclude"), row.value("ranking", "table"),
                           row.value("query", ""), row.value("dislikes", std::vector<uint32_t>()),
                           row.value("popularity", 0.0f), row.value("tolerance", cases.tolerance),
                           row.at("items"), row.at("scores")});
    if (row.contains("added")) cases.cases.back().added = ToItem(row["added"]);
  }
  return cases;
}

void SaveGoldenCases(const std::filesystem::path& path, std::span<const ModelCases> models) {
  std::ofstream out(path);
  const char* before_model = "[\n";
  for (const ModelCases& model : models) {
    out << before_model << "{\"model\": " << Json(model.model)
        << ", \"tolerance\": " << model.tolerance << ",\n \"cases\": [";
    before_model = ",\n";
    const char* before_case = "\n";
    for (const GoldenCase& golden : model.cases) {
      Json row = {{"name", golden.name},
                  {"history", golden.history},
                  {"k", golden.k},
                  {"seen", golden.seen},
                  {"exclude", golden.exclude}};
      if (golden.added) row["added"] = ToJson(*golden.added);
      if (golden.ranking != "table") row["ranking"] = golden.ranking;
      if (!golden.query.empty()) row["query"] = golden.query;
      if (!golden.dislikes.empty()) row["dislikes"] = golden.dislikes;
      if (golden.popularity != 0) row["popularity"] = golden.popularity;
      if (golden.tolerance != model.tolerance) row["tolerance"] = golden.tolerance;
      row["items"] = golden.items;
      row["scores"] = golden.scores;
      out << before_case << "  " << row;
      before_case = ",\n";
    }
    out << "\n]}";
  }
  out << "\n]\n";
}

std::filesystem::path GoldenCasesPath() {
  return std::filesystem::path(TSUGI_GOLDEN_DIR) / "cases.json";
}

RecommendOptions GoldenOptions(const GoldenCase& golden) {
  using Seen = RecommendOptions::Seen;
  RecommendOptions options;
  options.k = golden.k;
  options.seen = golden.seen == "filter" ? Seen::kFilter
                 : golden.seen == "keep" ? Seen::kKeep
                                         : Seen::kModelDefault;
  options.exclude = golden.exclude;
  using Ranking = RecommendOptions::Ranking;
  options.ranking = golden.ranking == "generated"  ? Ranking::kGenerated
                    : golden.ranking == "parallel" ? Ranking::kParallel
                    : golden.ranking == "fused"    ? Ranking::kFused
                    : golden.ranking == "words"    ? Ranking::kWords
                                                   : Ranking::kTable;
  options.query = golden.query;
  options.popularity = golden.popularity;
  return options;
}

Result<std::vector<ScoredItem>> Ask(const Recommender& recommender, const GoldenCase& golden,
                                    Feed feed) {
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender.CreateSession());
  if (golden.added) {
    const std::vector<std::string_view> attributes(golden.added->attributes.begin(),
                                                   golden.added->attributes.end());
    const NewItem item = {golden.added->id,
                          {golden.added->title, attributes, golden.added->vectors}};
    TSUGI_RETURN_IF_ERROR(session->AddItem(item).status());
  }
  std::vector<Event> events;
  for (const uint32_t item : golden.history) events.push_back({item});
  for (const uint32_t item : golden.dislikes) {
    events.push_back({.item_index = item, .is_dislike = true});
  }
  if (feed == Feed::kAssign) {
    TSUGI_RETURN_IF_ERROR(session->Assign(events));
  } else {
    for (const Event& event : events) TSUGI_RETURN_IF_ERROR(session->Push(event));
  }
  return session->Recommend(GoldenOptions(golden));
}

}  // namespace tsugi
