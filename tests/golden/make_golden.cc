// Writes the golden models of the current format version and cases.json: make_golden [FOLDER]
// Leaves out a case whose neighbours in the list are so close that another engine may swap them.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "native/model/model_file.h"
#include "tests/golden/golden_models.h"

namespace tsugi {
namespace {

// Relative to the logit scale. XNNPACK and the reference agree within 1e-6 on every case. The
// larger i8 tolerance leaves room for an engine in which a rounding moves one activation by one
// int8 step.
constexpr double kF32Tolerance = 1e-5;
constexpr double kI8Tolerance = 1e-3;
// Of a log-probability of four codes: one activation that moves by one step moves each of them.
constexpr double kLanguageTolerance = 0.05;

GoldenCase Question(std::string name, std::vector<uint32_t> history, uint32_t k, std::string seen,
                    std::vector<uint32_t> exclude = {}) {
  GoldenCase question;
  question.name = std::move(name);
  question.history = std::move(history);
  question.k = k;
  question.seen = std::move(seen);
  question.exclude = std::move(exclude);
  return question;
}

std::vector<GoldenCase> Questions() {
  return {
      Question("one event", {0}, 5, "keep"),
      Question("the model decides about seen items", {1, 2}, 5, "default"),
      Question("seen items filtered", {3, 1}, 5, "filter"),
      Question("as many events as the window", {0, 1, 2, 3, 4, 0}, 3, "keep"),
      Question("more events than the window", {4, 4, 2, 0, 1, 3, 2, 2, 0, 3, 1, 4, 2}, 5, "keep"),
      Question("k above the catalogue", {2}, 100, "keep"),
      Question("excluded items", {2, 0}, 5, "keep", {4, 1}),
      Question("everything filtered", {0, 1, 2, 3, 4}, 5, "filter"),
      Question("only the best", {4, 3}, 1, "keep"),
  };
}

// Each question of the language part's rankings, and words.
std::vector<GoldenCase> LanguageQuestions() {
  std::vector<GoldenCase> questions;
  for (const char* ranking : {"generated", "parallel", "fused", "words"}) {
    for (const char* query : {"", "winter crime", "\xe6\xac\xa1 unheard of"}) {
      if (*query == 0 && ranking == std::string_view("words")) continue;  // refused
      for (GoldenCase question :
           {Question("one event", {0}, 5, "keep"),
            Question("seen items filtered", {3, 1}, 5, "filter"),
            Question("more events than are read", {4, 4, 2, 0, 1, 3, 2, 2, 0, 3, 1, 4, 2, 4, 0}, 4,
                     "keep", {2})}) {
        question.name += std::string(", ") + ranking + (*query ? ", asked for " : "") + query;
        question.ranking = ranking;
        question.query = query;
        question.tolerance = kLanguageTolerance;
        questions.push_back(std::move(question));
      }
    }
  }
  return questions;
}

// What an added item says of itself, in all its kinds: words, and a vector of each modality or of
// some.
std::vector<GoldenCase> VectorQuestions() {
  const std::vector<float> image = {0.5f, -1.25f, 2.0f}, text = {-3.0f, 0.75f};
  const std::vector<std::string> attributes = {"genres=Crime", "year=2003"};
  const auto both = [](std::vector<float> first, const std::vector<float>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  };
  const std::pair<const char*, GoldenItem> items[] = {
      {"with vectors", {"new", "", {}, both(image, text)}},
      {"with words and vectors", {"new", "Winter train", attributes, both(image, text)}},
      {"without its image", {"new", "Winter train", {}, both({NAN, NAN, NAN}, text)}},
      {"without its text", {"new", "", attributes, both(image, {NAN, NAN})}},
      {"with words alone", {"new", "Winter train", attributes, {}}},
  };
  std::vector<GoldenCase> questions;
  for (const auto& [name, item] : items) {
    for (GoldenCase question :
         {Question("listed", {0}, 6, "keep"), Question("read", {2, 5}, 6, "keep"),
          Question("alone", {1, 3}, 6, "filter", {0, 2, 4})}) {
      question.name = std::string("an added item ") + name + ", " + question.name;
      question.added = item;
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

// Dislikes and popularity, of sessions with events and without.
std::vector<GoldenCase> WishQuestions() {
  std::vector<GoldenCase> questions;
  for (const std::vector<uint32_t>& history : {std::vector<uint32_t>(), {2}, {0, 1, 3}}) {
    for (const std::vector<uint32_t>& dislikes : {std::vector<uint32_t>(), {1}, {4, 0}}) {
      for (const float popularity : {0.0f, -0.5f, 1.0f}) {
        GoldenCase question = Question(
            std::to_string(history.size()) + " events, " + std::to_string(dislikes.size()) +
                " dislikes, popularity " + std::to_string(popularity).substr(0, 4),
            history, 5, "keep");
        question.dislikes = dislikes;
        question.popularity = popularity;
        questions.push_back(std::move(question));
      }
    }
  }
  return questions;
}

// Fills the answer; returns false if it is not clear-cut.
Result<bool> Answer(const Recommender& recommender, GoldenCase& golden) {
  TSUGI_ASSIGN_OR_RETURN(const auto list, Ask(recommender, golden, Feed::kPush));
  bool is_clear = true;
  for (const ScoredItem& one : list) {
    const bool is_close =
        !golden.scores.empty() && golden.scores.back() - one.score < 2 * golden.tolerance;
    if (is_close) is_clear = false;
    golden.items.push_back(one.item_index);
    golden.scores.push_back(one.score);
  }
  return is_clear;
}

// Writes the model to `path` and asks it.
Result<ModelCases> MakeAll(std::string_view name, const std::filesystem::path& path) {
  TSUGI_ASSIGN_OR_RETURN(const GoldenModel made, MakeGoldenModel(name));
  TSUGI_RETURN_IF_ERROR(SaveModel(path, made.data.View(), made.provenance, made.data.Int4View()));
  std::printf("%s\n", path.c_str());
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(path));
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model.view()));
  const bool is_i8 = model.view().spec.weight_dtype == DType::kI8;
  const double tolerance = (is_i8 ? kI8Tolerance : kF32Tolerance) * model.view().spec.logit_scale;
  ModelCases cases{std::string(name), tolerance, {}};
  std::vector<GoldenCase> questions = Questions();
  if (model.view().spec.semantic_ids) {
    for (GoldenCase& question : LanguageQuestions()) questions.push_back(std::move(question));
  }
  if (model.view().modality_count() > 0) {
    for (GoldenCase& question : VectorQuestions()) questions.push_back(std::move(question));
  }
  if (model.view().spec.item_counts) {
    for (GoldenCase& question : WishQuestions()) questions.push_back(std::move(question));
  }
  for (GoldenCase& golden : questions) {
    golden.tolerance = std::max(golden.tolerance, tolerance);
    TSUGI_ASSIGN_OR_RETURN(const bool is_clear, Answer(*recommender, golden));
    if (is_clear) {
      cases.cases.push_back(std::move(golden));
    } else {
      std::printf("left out of %s: %s (scores too close)\n", cases.model.c_str(),
                  golden.name.c_str());
    }
  }
  return cases;
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) {
  const auto place = [&](const std::filesystem::path& in_checkout) {
    return argc > 1 ? std::filesystem::path(argv[1]) / in_checkout.filename() : in_checkout;
  };
  std::vector<tsugi::ModelCases> cases;
  for (const std::string_view name : tsugi::GoldenModelNames()) {
    const auto made = tsugi::MakeAll(name, place(tsugi::GoldenModelPath(name)));
    if (!made.ok()) {
      std::fprintf(stderr, "make_golden: %s\n", std::string(made.status().message()).c_str());
      return 1;
    }
    cases.push_back(*made);
  }
  tsugi::SaveGoldenCases(place(tsugi::GoldenCasesPath()), cases);
  std::printf("%s\n", place(tsugi::GoldenCasesPath()).c_str());
  return 0;
}
