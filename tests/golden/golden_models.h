#ifndef TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_
#define TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/provenance.h"
#include "native/model/model_file.h"

namespace tsugi {

/// A tiny model whose every weight follows from its name: the same bytes on every machine.
struct GoldenModel {
  ModelData data;
  Provenance provenance;
};

/// Names of all golden models, e.g. "gated_i8"; the file is models/v1/<name>.tsugi.
std::vector<std::string_view> GoldenModelNames();

/// Makes the golden model of that name: N 5, D 4, H 2, F 8, T 6. `gated` has 2 layers, ids and
/// titles; `timed` is like it, reads times and has attributes; `intent` is like `timed` and has
/// every part of the intent encoder; `context` is like `timed` and reads actions and values;
/// `tower` is like `timed` and has the item tower; `counted` is like `tower` and has item counts;
/// `vectors` is like `tower` and takes vectors of the modalities image (3 numbers) and text (2);
/// `semantic` is like `tower` and has semantic ids and a language model; `imagine` is like `timed`,
/// scores by cosine and imagines; `sasrec` has 1 layer, cosine scoring and no strings. `_f32`,
/// `_i8` and `_i4` say how weights are stored. Errors: kNotFound for an unknown name.
Result<GoldenModel> MakeGoldenModel(std::string_view name);

/// Where the file of that name lies in the checkout.
std::filesystem::path GoldenModelPath(std::string_view name);

/// An item that the session of a case adds.
struct GoldenItem {
  std::string id, title;
  std::vector<std::string> attributes;  ///< "field=value"
  std::vector<float> vectors;           ///< as ItemDescription::vectors; empty without modalities
};

/// One question to an engine and the answer every engine gives.
struct GoldenCase {
  std::string name;
  std::optional<GoldenItem> added;  ///< item N of this session alone
  std::vector<uint32_t> history;    ///< item indices, oldest first
  uint32_t k = 10;
  std::string seen;               ///< "default", "filter" or "keep"
  std::vector<uint32_t> exclude;  ///< item indices
  std::string ranking = "table";  ///< or "generated", "parallel", "fused", "words"
  std::string query;
  std::vector<uint32_t> dislikes;  ///< item indices, after the history
  float popularity = 0.0f;
  double tolerance = 0.0;       ///< absolute, of a score
  std::vector<uint32_t> items;  ///< expected, best first
  std::vector<float> scores;    ///< expected, of `items`
};

/// The cases of one golden model.
struct ModelCases {
  std::string model;     ///< golden model's name
  double tolerance = 0;  ///< of cases that do not say otherwise
  std::vector<GoldenCase> cases;
};

/// Reads the cases of that model from the checkout's cases.json. Throws nlohmann::json's exception
/// when the file is not as above or lacks the model.
ModelCases LoadGoldenCases(std::string_view model);

/// Writes the cases of all models, one case per line.
void SaveGoldenCases(const std::filesystem::path& path, std::span<const ModelCases> models);

/// Where the cases lie in the checkout.
std::filesystem::path GoldenCasesPath();

/// The options that the case asks with; borrows `golden`.
RecommendOptions GoldenOptions(const GoldenCase& golden);

/// Asks a fresh session of `recommender`, whose events are pushed one by one, or assigned at once.
enum class Feed { kPush, kAssign };
Result<std::vector<ScoredItem>> Ask(const Recommender& recommender, const GoldenCase& golden,
                                    Feed feed);

}  // namespace tsugi

#endif  // TSUGI_TESTS_GOLDEN_GOLDEN_MODELS_H_
