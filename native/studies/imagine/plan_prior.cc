#include "core/base/aligned_buffer.h"
#include "core/model/tensor_table.h"
#include "native/studies/imagine/prior_study.h"
#include "native/studies/study.h"
#include "native/train/model_tensors.h"
#include "native/train/parallel.h"
#include "native/train/stages/imagine/concept_prior.h"
#include "native/train/stages/imagine/rating_examples.h"

namespace tsugi {
namespace train {
namespace {

/// The same for a prior that knows users by number, the paper's own test: it is trained here, on
/// the rows of `model` and like its own.
Result<StudyValues> StudyUserPrior(const Dataset& dataset, const ModelView& model,
                                   PriorStudyOptions options, Observer& observer) {
  if (!model.spec.imagine) return StudyPrior(dataset, model, options);
  // An engine of int8 weights would read the f32 weights of the new prior as int8.
  if (model.spec.weight_dtype != DType::kF32) {
    return InvalidArgument(
        "--rows by-user trains a prior on f32 rows. Try: --run, whose weights are f32");
  }
  UseOneThreadPerOperation();
  const uint64_t seed = options.sample.seed;
  const auto collect = [&](RatingPart part) {
    return CollectRatings(dataset, model, options.like_value, part, seed);
  };
  TSUGI_ASSIGN_OR_RETURN(RatingExamples train, collect(RatingPart::kTrain));
  TSUGI_ASSIGN_OR_RETURN(RatingExamples valid, collect(RatingPart::kValid));
  const torch::Tensor rows = ReadConceptRows(model);
  DropItemsWithoutRow(rows, train);
  DropItemsWithoutRow(rows, valid);
  PriorConfig config;
  config.user_count = static_cast<int64_t>(dataset.sequence_count());
  TSUGI_ASSIGN_OR_RETURN(const PriorResult result,
                         TrainPrior(model.spec, rows, train, valid, config, seed, observer));
  if (result.was_interrupted) {
    return InvalidArgument("by-user: stopped. Try: the same command with --resume");
  }
  // The engine reads weights from a view. A copy of the view points to the prior that was trained
  // here; the rows and all else stay the model's. `held` owns the numbers until the study is done,
  // with the padding that kernels may read past the end.
  ModelView own = model;
  std::vector<torch::Tensor> held;
  for (const auto& parameter : result.prior->named_parameters()) {
    const auto entry = own.tensors.find(kImagine + parameter.key());
    if (entry == own.tensors.end()) continue;  // the users
    const int64_t count = parameter.value().numel();
    held.push_back(torch::zeros({count + static_cast<int64_t>(kReadPadding)}));
    held.back().slice(0, 0, count).copy_(parameter.value().detach().flatten());
    entry->second.data = held.back().data_ptr<float>();
  }
  options.user_vectors = result.prior->users().detach().contiguous();
  return StudyPrior(dataset, own, options);
}

}  // namespace
}  // namespace train

namespace {

Result<std::vector<StudyTask>> PlanPrior(const StudyRequest& request) {
  int64_t users = 500, steps = 20;
  double guidance = 3.0;
  TSUGI_ASSIGN_OR_RETURN(const std::string settings,
                         ReadSettings(request, {{"users", &users, 2, 100'000},
                                                {"steps", &steps, 1, 1000},
                                                {"guidance", &guidance, 0, 100}}));
  TSUGI_ASSIGN_OR_RETURN(const auto models, LoadModels(request));
  if (models.size() != 1) return InvalidArgument("study prior: judges one model. Try: one --run");
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, OpenData(request));
  train::PriorStudyOptions options;
  options.users = static_cast<size_t>(users);
  options.sample.steps = static_cast<uint32_t>(steps);
  options.sample.guidance = static_cast<float>(guidance);
  std::vector<StudyTask> tasks;
  for (const uint64_t seed : SeedsOf(request, 1)) {
    options.sample.seed = static_cast<uint32_t>(seed);
    const auto add = [&](const char* row, const char* about, auto study) {
      tasks.push_back({row, about, seed, std::string(dataset.hash()), HashOf(settings),
                       models[0].hash, [study, options, dataset, model = models[0].model] {
                         return study(dataset, model->view(), options);
                       }});
    };
    add("session", "a session stands for the user", train::StudyPrior);
    // The second row trains a prior of its own, far more work than judging one.
    if (request.rows.empty()) continue;  // trains a prior: when asked to
    add("by-user", "a prior that knows users by number",
        [observe = request.observe](const Dataset& data, const ModelView& model,
                                    const train::PriorStudyOptions& own) {
          return train::StudyUserPrior(data, model, own, *observe("by-user"));
        });
  }
  return tasks;
}

}  // namespace

Study PriorStudy() {
  return {"prior",
          "what a model imagines for users, judged",
          {.title = "judged by a verifier of ratings",
           .columns = {{"likes over dislikes", "likes_over_dislikes/users"},
                       {"sign test p", "likes_over_dislikes/sign_test_p"},
                       {"users", "users"},
                       {"own logit", "permutation/own"},
                       {"a stranger's", "permutation/permuted"},
                       {"permutation p", "permutation/p"},
                       {"novelty, least", "novelty/least"},
                       {"5 %", "novelty/quantile_5"},
                       {"real items", "novelty/real_items"},
                       {"verifier's AUC", "verifier/held_out_auc"},
                       {"from", "verifier/low"},
                       {"to", "verifier/high"}}},
          PlanPrior};
}

}  // namespace tsugi
