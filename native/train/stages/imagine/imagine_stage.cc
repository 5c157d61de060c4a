#include <algorithm>

#include "core/model/tensor_table.h"
#include "native/train/item_tower/item_tower_config.h"
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
constexpr int64_t kLeastSpace = 4;  // of ImagineSpec::space

/// Word 0 is the end of a title. A table with nothing else means that the catalogue has no titles,
/// and the part then has no writer of titles.
ModelSpec WithImagination(const ModelView& model, const TrainConfig& config,
                          const TitleTexts& texts, uint32_t space) {
  ModelSpec spec = model.spec;
  spec.imagine.emplace();
  spec.imagine->width = static_cast<uint32_t>(config.imagine.width);
  spec.imagine->blocks = static_cast<uint32_t>(config.imagine.blocks);
  spec.imagine->attributes = static_cast<uint32_t>(model.attribute_names().size());
  spec.imagine->space = space;
  spec.imagine->words = texts.words.size() > 1 ? static_cast<uint32_t>(texts.words.size()) : 0;
  return spec;
}

/// [N, V] the vectors that were given of the items, of length 1, and V; none without a name of
/// them. Vectors narrower than a spec allows get zeros, which no cosine sees.
Result<torch::Tensor> GivenSpace(const Dataset& dataset, const ImagineConfig& config) {
  if (!config.has_vectors()) return torch::Tensor();
  TSUGI_ASSIGN_OR_RETURN(const ItemVectors* const vectors,
                         FindItemVectors(dataset, "imagine.vectors", config.vectors));
  const GivenVectors given = GivenVectors::Of(*vectors, dataset.item_count());
  const auto rows =
      torch::tensor(given.units)
          .view({static_cast<int64_t>(dataset.item_count()), static_cast<int64_t>(given.width)});
  const int64_t missing = std::max<int64_t>(0, kLeastSpace - rows.size(1));
  return torch::constant_pad_nd(rows, {0, missing});
}

/// The recommender's rows stay as they are: the prior over them is learnt from ratings, the writer
/// from the catalogue.
Result<StageResult> TrainImagine(const StageContext& context, ModelData& model,
                                 Observer& observer) {
  const ModelView view = model.View();
  const TrainConfig& config = context.config;
  if (!view.spec.normalize_hidden && !config.imagine.has_vectors()) {
    return InvalidArgument(
        "imagine.enabled = on: the model scores by dot product. Try: scoring=cosine");
  }
  UseOneThreadPerOperation();
  const Dataset& dataset = context.dataset;
  const uint64_t seed = context.options.seed;
  const double like_value = config.imagine.like_value;
  TSUGI_ASSIGN_OR_RETURN(RatingExamples train,
                         CollectRatings(dataset, view, like_value, RatingPart::kTrain, seed));
  TSUGI_ASSIGN_OR_RETURN(
      RatingExamples valid,
      CollectRatings(dataset, view, like_value, RatingPart::kValid, seed, kMostValidRatings));
  const TitleTexts texts = ReadTitles(view.item_titles(), kMostWords);
  TSUGI_ASSIGN_OR_RETURN(const torch::Tensor given, GivenSpace(dataset, config.imagine));
  const ModelSpec spec = WithImagination(
      view, config, texts, given.defined() ? static_cast<uint32_t>(given.size(1)) : 0);
  // Before the training, which a spec that is refused at the end would waste.
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  const torch::Tensor rows = given.defined() ? given : ReadRows(view, kItemTable);
  DropItemsWithoutRow(rows, train);
  DropItemsWithoutRow(rows, valid);
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
  if (given.defined()) {
    std::copy_n(given.contiguous().data_ptr<float>(), given.numel(),
                model.floats(kConceptSpace).begin());
  }
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
