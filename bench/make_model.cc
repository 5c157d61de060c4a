// Writes a model file of any size, so that nothing large is committed:
//   make_model OUT.tsugi [--items N] [--width D] [--layers L] [--clusters K] [--seed S] [--codes]
//               [--intents]
// Item vectors are clustered as learned ones are: Zipf-sized clusters around centres whose variance
// falls from dimension to dimension, noise around each, norms that differ, and all of it turned by
// a random rotation. The encoder's residual branches are small, so a session's hidden vector is
// near its last items. With --codes it prints what the item codes keep of the exact lists.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/export/quantize_model.h"
#include "native/model/model_file.h"
#include "native/quantised_codes/code_recall.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string out;
  ModelSpec spec;
  uint64_t clusters = 2000;
  uint64_t seed = 1;
  bool has_codes = false;
  bool has_intents = false;
  bool imagines = false;
  bool is_semantic = false;
};

double Gaussian(Random& random) {  // Box-Muller
  const double radius = std::sqrt(-2.0 * std::log(1.0 - random.NextUniform()));
  return radius * std::cos(6.283185307179586 * random.NextUniform());
}

/// Turns a vector in place: reflections at D / 8 + 4 random planes. Cheap, and no axis is special.
class RandomRotation {
 public:
  RandomRotation(size_t width, Random& random) : width_(width) {
    for (size_t r = 0; r < width / 8 + 4; ++r) {
      std::vector<float> normal(width);
      double square = 0;
      for (float& v : normal) {
        v = static_cast<float>(Gaussian(random));
        square += static_cast<double>(v) * v;
      }
      for (float& v : normal) v /= static_cast<float>(std::sqrt(square));
      normals_.push_back(std::move(normal));
    }
  }
  void Apply(float* vector) const {
    for (const auto& normal : normals_) {
      float dot = 0;
      for (size_t d = 0; d < width_; ++d) dot += vector[d] * normal[d];
      for (size_t d = 0; d < width_; ++d) vector[d] -= 2 * dot * normal[d];
    }
  }

 private:
  size_t width_;
  std::vector<std::vector<float>> normals_;
};

void FillItems(const Arguments& arguments, std::span<float> table) {
  const size_t width = arguments.spec.encoder.width;
  Random random(arguments.seed, 1);
  const RandomRotation rotation(width, random);
  std::vector<float> spread(width);
  for (size_t d = 0; d < width; ++d) {
    spread[d] = 1.0f / std::sqrt(1.0f + 8.0f * static_cast<float>(d) / static_cast<float>(width));
  }
  std::vector<float> centres(arguments.clusters * width);
  for (size_t i = 0; i < centres.size(); ++i) {
    centres[i] = spread[i % width] * static_cast<float>(Gaussian(random));
  }
  for (size_t item = 0; item < arguments.spec.item_count; ++item) {
    // Zipf: cluster c has a share of about 1 / (c + 1).
    const auto c = static_cast<size_t>(
        std::pow(static_cast<double>(arguments.clusters), random.NextUniform()) - 1.0);
    const auto length = static_cast<float>(0.1 * std::exp(0.15 * Gaussian(random)));
    float* row = table.data() + item * width;
    for (size_t d = 0; d < width; ++d) {
      row[d] = length * (0.7f * centres[c * width + d] +
                         0.7f * spread[d] * static_cast<float>(Gaussian(random)));
    }
    rotation.Apply(row);
  }
}

void FillWeights(ModelData& model, uint64_t seed) {
  Random random(seed, 2);
  for (auto& [name, tensor] : model.tensors) {
    if (name.starts_with("items.") || name == kItemTrie) continue;
    if (name == kTowerWeights) {  // every word counts
      std::ranges::fill(tensor.as<float>(), 1.0f);
      continue;
    }
    const bool is_norm = name.find("norm") != std::string::npos && name.ends_with(".weight");
    for (float& value : tensor.as<float>()) {
      value = is_norm ? 1.0f : static_cast<float>(0.03 * Gaussian(random));
    }
  }
}

Status ReportCodes(ModelData& model, uint64_t seed) {
  TSUGI_ASSIGN_OR_RETURN(const Sessions sessions, DreamSessions(model.View(), 600, seed));
  const auto start = std::chrono::steady_clock::now();
  TSUGI_ASSIGN_OR_RETURN(const CodeReport report, AddMeasuredCodes(model, sessions, seed, true));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf(
      "codes: %u per item, %u candidates, learned and measured in %.1f s; recall@10 %.4f of exact, "
      "exact %.3f ms, coded %.3f ms\n",
      model.spec.quantised_codes->count, report.candidates, taken.count(),
      report.recall.recall_at_10, report.recall.exact_ms, report.recall.coded_ms);
  return Status();
}

/// Every part of the intent preset: four families, a short-term window, an intent encoder of a
/// layer.
void AddIntents(ModelSpec& spec) {
  spec.intent = IntentSpec{
      .family_labels = {3, 20, 2, 5}, .layers = 1, .short_term_events = 20, .short_term_s = 86400};
  spec.time_gap_buckets = 32;
}

void NameIntents(ModelData& model) {
  if (!model.spec.intent) return;
  for (uint32_t family = 0; family < model.spec.intent->family_count(); ++family) {
    for (uint32_t label = 0; label < model.spec.intent->family_labels[family]; ++label) {
      model.strings[kIntentLabelStrings].Append("family" + std::to_string(family) + "=" +
                                                std::to_string(label));
    }
  }
}

/// A prior and a concept decoder as large as those of the demo.
void AddImagination(ModelSpec& spec) {
  spec.normalize_hidden = true;
  spec.imagine = ImagineSpec{.width = 192, .blocks = 4, .attributes = 120, .words = 1500};
}

void NameConcepts(ModelData& model) {
  if (!model.spec.imagine) return;
  for (uint32_t i = 0; i < model.spec.imagine->attributes; ++i) {
    const std::string number = std::to_string(1000 + i);
    model.strings[kAttributeStrings].Append((i < 20 ? "genres=" : "year=") + number);
  }
  model.item_attribute_offsets.assign(model.spec.item_count + 1, 0);
  model.strings[kTitleWordStrings].Append("");
  for (uint32_t i = 1; i < model.spec.imagine->words; ++i) {
    model.strings[kTitleWordStrings].Append("word" + std::to_string(i));
  }
}

/// A language model of the size that the README states, and a tower for items that join.
void AddLanguage(ModelSpec& spec) {
  spec.item_tower = ItemTowerSpec{.features = 8192};
  spec.semantic_ids = SemanticIdsSpec{.encoder = {.width = 128,
                                                  .layers = 4,
                                                  .heads = 4,
                                                  .feed_forward = 512,
                                                  .window = 128,
                                                  .block = BlockKind::kSasRec},
                                      .pieces = 4000};
}

/// Random ids and numbered pieces.
void NameLanguage(ModelData& model, uint64_t seed) {
  if (!model.spec.semantic_ids) return;
  Random random(seed, 3);
  std::set<SemanticId> ids;
  while (ids.size() < model.spec.item_count) {
    SemanticId id;
    for (uint8_t& code : id) code = static_cast<uint8_t>(random.NextBelow(kLevelCodes));
    ids.insert(id);
  }
  uint8_t* row = model.tensors.at(kItemTrie).bytes.data();
  uint32_t item = 0;
  for (const SemanticId& id : ids) {
    SetTrieRow(row, id, item++);
    row += kTrieRowBytes;
  }
  for (uint32_t i = 0; i < model.spec.semantic_ids->pieces; ++i) {
    model.strings[kPieceStrings].Append(std::to_string(10000 + i));
  }
}

Status Run(Arguments& arguments) {
  if (arguments.is_semantic) AddLanguage(arguments.spec);
  if (arguments.has_intents) AddIntents(arguments.spec);
  if (arguments.imagines) AddImagination(arguments.spec);
  TSUGI_ASSIGN_OR_RETURN(ModelData f32, ModelData::Create(arguments.spec));
  NameIntents(f32);
  NameConcepts(f32);
  NameLanguage(f32, arguments.seed);
  FillItems(arguments, f32.floats(kItemTable));
  FillWeights(f32, arguments.seed);
  TSUGI_ASSIGN_OR_RETURN(ModelData model, Quantize(f32.View(), WeightFormat::kInt8));
  f32 = {};
  if (arguments.has_codes) TSUGI_RETURN_IF_ERROR(ReportCodes(model, arguments.seed));
  Provenance provenance;
  provenance.config = "bench/make_model.cc: random weights";
  provenance.seed = arguments.seed;
  return SaveModel(arguments.out, model.View(), provenance);
}

bool Parse(int argc, char** argv, Arguments& arguments) {
  arguments.spec.item_count = 1'000'000;
  arguments.spec.input_scale = 8.0f;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--codes") {
      arguments.has_codes = true;
    } else if (name == "--tower") {
      arguments.spec.item_tower = ItemTowerSpec{.features = 8192};
    } else if (name == "--imagine") {
      arguments.imagines = true;
    } else if (name == "--semantic") {
      arguments.is_semantic = true;
    } else if (name == "--intents") {
      arguments.has_intents = true;
    } else if (!name.starts_with("--")) {
      arguments.out = name;
    } else if (++i < argc) {
      const auto value = static_cast<uint32_t>(std::strtoul(argv[i], nullptr, 10));
      if (name == "--items")
        arguments.spec.item_count = value;
      else if (name == "--width")
        arguments.spec.encoder.width = value;
      else if (name == "--layers")
        arguments.spec.encoder.layers = value;
      else if (name == "--clusters")
        arguments.clusters = value;
      else if (name == "--seed")
        arguments.seed = value;
      else
        return false;
    } else {
      return false;
    }
  }
  return !arguments.out.empty() && arguments.clusters > 0;
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  tsugi::Arguments arguments;
  if (!tsugi::Parse(argc, argv, arguments)) {
    std::fprintf(
        stderr,
        "usage: make_model OUT.tsugi [--items N] [--width D] [--layers L] "
        "[--clusters K] [--seed S] [--codes] [--imagine] [--intents] [--semantic] [--tower]\n");
    return 2;
  }
  const tsugi::Status status = tsugi::Run(arguments);
  if (status.ok()) return 0;
  std::fprintf(stderr, "make_model: %s\n", std::string(status.message()).c_str());
  return 1;
}
