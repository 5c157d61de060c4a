#include <algorithm>

#include "native/train/model_tensors.h"
#include "native/train/parallel.h"
#include "native/train/stage.h"
#include "native/train/stages/imagine/concept_prior.h"
#include "native/train/stages/imagine/concept_writer.h"

namespace tsugi::train {
namespace {

constexpr size_t kMostValidRatings = 20'000;
// Each word is a row of the output table in the model file, so rare words cost bytes.
constexpr size_t kMostWords = 6'000;

/// Word 0 is the end of a title. A table with nothing else means that the catalogue has no titles,
/// and the part then has no writer of titles.
ModelSpec WithImagination(const ModelView& model, const TrainConfig& config,
                          const TitleTexts& texts) {
  ModelSpec spec = model.spec;
  spec.imagine.emplace();
  spec.imagine->width = static_cast<uint32_t>(config.imagine.width);
  spec.imagine->blocks = static_cast<uint32_t>(config.imagine.blocks);
  spec.imagine->attributes = static_cast<uint32_t>(model.attribute_names().size());
  spec.imagine->words = texts.words.size() > 1 ? static_cast<uint32_t>(texts.words.size()) : 0;
  return spec;
}

/// The recommender's rows stay as they are: the prior over them is learnt from ratings, the writer
/// from the catalogue.
Result<StageResult> TrainImagine(const StageContext& context, ModelData& model,
                                 Observer& observer) {
  const ModelView view = model.View();
  if (!view.spec.normalize_hidden) {
    return InvalidArgument(
        "imagine.enabled = on: the model scores by dot product. Try: scoring=cosine");
  }
  UseOneThreadPerOperation();
  const Dataset& dataset = context.dataset;
  const TrainConfig& config = context.config;
  const uint64_t seed = context.options.seed;
  const double like_value = config.imagine.like_value;
  TSUGI_ASSIGN_OR_RETURN(const RatingExamples train,
                         CollectRatings(dataset, view, like_value, RatingPart::kTrain, seed));
  TSUGI_ASSIGN_OR_RETURN(
      const RatingExamples valid,
      CollectRatings(dataset, view, like_value, RatingPart::kValid, seed, kMostValidRatings));
  const TitleTexts texts = ReadTitles(view.item_titles(), kMostWords);
  const ModelSpec spec = WithImagination(view, config, texts);
  // Before the training, which a spec that is refused at the end would waste.
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  const torch::Tensor rows = ReadItemRows(view);
  PriorConfig prior_config;
  prior_config.steps = config.imagine.steps;
  prior_config.learning_rate = config.imagine.learning_rate;
  prior_config.mix = config.imagine.mix;
  TSUGI_ASSIGN_OR_RETURN(const PriorResult prior,
                         TrainPrior(spec, rows, train, valid, prior_config, seed, observer));
  if (prior.was_interrupted) return StageResult{true, {}};
  TSUGI_ASSIGN_OR_RETURN(const WriterResult written,
                         TrainWriter(view, spec, rows, texts, seed, observer));
  if (written.was_interrupted) return StageResult{true, {}};
  // Last: an interrupted stage leaves the model as it was. `view` borrows from the model and is not
  // read after this.
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  WriteParameters(*prior.prior, kImagine, model);
  WriteParameters(*written.writer, kConcept, model);
  if (spec.imagine->words > 0) model.strings[kTitleWordStrings] = ToTable(texts.words);
  const auto likes = std::count(train.is_like.begin(), train.is_like.end(), 1);
  const WriterQuality& quality = written.quality;
  return StageResult{false,
                     {{"valid_loss", prior.valid_loss},
                      {"step", prior.best_step},
                      {"ratings", train.size()},
                      {"likes", likes},
                      {"attribute_auc", quality.attribute_auc},
                      {"title_word_accuracy", quality.word_accuracy},
                      {"title_word_accuracy_of_frequent_followers", quality.common_accuracy}}};
}

}  // namespace

const Stage kImagineStage = {
    .name = "imagine",
    .is_wanted = [](const TrainConfig& config) { return config.imagine.enabled; },
    .is_in = [](const ModelSpec& spec) { return spec.imagine.has_value(); },
    .check = [](const Dataset&, const TrainConfig&) { return Status(); },
    .run = TrainImagine,
};

}  // namespace tsugi::train
