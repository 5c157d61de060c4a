#include "native/train/stages/imagine/imagination.h"

#include "core/model/tensor_table.h"
#include "native/train/model_tensors.h"
#include "native/train/parallel.h"
#include "native/train/stages/imagine/rating_examples.h"

namespace tsugi::train {
namespace {

constexpr size_t kMostValidRatings = 20'000;
constexpr size_t kMostWords = 6'000;

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

}  // namespace

ImaginedModel::ImaginedModel(const ModelView& base, const ModelSpec& spec, const PriorResult& prior,
                             const DecoderResult& decoder, const TitleTexts& texts)
    : view_(base) {
  view_.spec = spec;
  AddParameters(*prior.prior, kImagine, held_, view_);
  AddParameters(*decoder.decoder, kConcept, held_, view_);
  if (spec.imagine->words > 0) {
    for (const std::string& word : texts.words) words_.Append(word);
    view_.SetStrings(kTitleWordStrings, words_.View());
  }
}

Result<ImaginationResult> TrainImagination(
    const Dataset& dataset, const ModelView& model, const TrainConfig& config, uint64_t seed,
    const std::function<void(const PriorProgress&)>& on_progress,
    const std::function<bool()>& should_stop) {
  if (!model.spec.normalize_hidden) {
    return InvalidArgument(
        "imagine.enabled = on: the model scores by dot product. Try: scoring=cosine");
  }
  UseOneThreadPerOperation();
  const LikeRule rule = FindLikeRule(dataset, config.imagine.like_value);
  TSUGI_ASSIGN_OR_RETURN(
      const RatingExamples train,
      CollectRatings(dataset, model, rule, RatingPart::kTrain, kMostRatings, seed));
  TSUGI_ASSIGN_OR_RETURN(
      const RatingExamples valid,
      CollectRatings(dataset, model, rule, RatingPart::kValid, kMostValidRatings, seed));
  const TitleTexts texts = ReadTitles(model.item_titles(), kMostWords);
  const ModelSpec spec = WithImagination(model, config, texts);
  TSUGI_RETURN_IF_ERROR(spec.Validate());
  const torch::Tensor rows = ReadItemRows(model);
  PriorConfig prior_config;
  prior_config.steps = config.imagine.steps;
  prior_config.learning_rate = config.imagine.learning_rate;
  prior_config.mix = config.imagine.mix;
  TSUGI_ASSIGN_OR_RETURN(const PriorResult prior, TrainPrior(spec, rows, train, valid, prior_config,
                                                             seed, on_progress, should_stop));
  TSUGI_ASSIGN_OR_RETURN(const DecoderResult decoder,
                         TrainDecoder(model, spec, rows, texts, seed, should_stop));
  ImaginationResult result;
  result.model = std::make_unique<ImaginedModel>(model, spec, prior, decoder, texts);
  result.prior_loss = prior.valid_loss;
  result.prior_step = prior.best_step;
  result.decoder = decoder.quality;
  result.ratings = train.size();
  for (const uint8_t is_like : train.is_like) result.likes += is_like;
  return result;
}

}  // namespace tsugi::train
