#include "native/train/stages/imagine/concept_decoder.h"

#include <cmath>
#include <map>
#include <numeric>

#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "native/train/diffusion/variance_schedule.h"
#include "native/train/modules/linear_init.h"
#include "native/train/modules/unit_rows.h"

namespace tsugi::train {
namespace {

constexpr int64_t kBatch = 1024;
constexpr int64_t kMostDecoderEpochs = 200;
constexpr int64_t kPatience = 6;
constexpr double kLearningRate = 5e-3;
constexpr double kWeightDecay = 0.02;
constexpr double kRowNoise = 0.4;  // length of the noise on a row, so that rows between items count
enum : uint64_t { kSplitStream = 21, kEpochStream = 22 };

/// What there is to learn: attributes of items, and words that follow each other in titles.
struct Lessons {
  torch::Tensor carried;                  ///< [N, A] f32 1 or 0; undefined without attributes
  torch::Tensor items, context, targets;  ///< [P] i64, [P, 2] i64, [P] i64 of every next word
};

torch::Tensor CarriedAttributes(const ModelView& model) {
  const auto count = static_cast<int64_t>(model.attribute_names.size());
  auto carried = torch::zeros({model.spec.item_count, count});
  float* rows = carried.data_ptr<float>();
  for (uint32_t i = 0; i < model.spec.item_count; ++i) {
    for (uint32_t at = model.item_attribute_offsets[i]; at < model.item_attribute_offsets[i + 1];
         ++at) {
      rows[i * count + model.item_attributes[at]] = 1.0f;
    }
  }
  return carried;
}

Lessons MakeLessons(const ModelView& model, const ModelSpec& spec, const TitleTexts& texts) {
  Lessons lessons;
  if (spec.imagine_attributes > 0) lessons.carried = CarriedAttributes(model);
  std::vector<int64_t> items, context, targets;
  for (size_t i = 0; i < texts.titles.size() && spec.imagine_words > 0; ++i) {
    int64_t last = 0, before = 0;
    const auto& words = texts.titles[i];
    if (words.empty()) continue;
    for (size_t w = 0; w <= words.size(); ++w) {
      // What stands behind a word that only this title has is no lesson, nor is that word.
      if (w < words.size() && words[w] == TitleTexts::kUnknown) break;
      const int64_t next = w < words.size() ? words[w] : 0;
      items.push_back(static_cast<int64_t>(i));
      context.insert(context.end(), {last, before});
      targets.push_back(next);
      before = last;
      last = next;
    }
  }
  const auto count = static_cast<int64_t>(items.size());
  lessons.items = torch::tensor(items, torch::kInt64);
  lessons.context = torch::tensor(context, torch::kInt64).view({count, 2});
  lessons.targets = torch::tensor(targets, torch::kInt64);
  return lessons;
}

/// Mean over items of the share of (carried, not carried) pairs in the right order.
double MeasureAuc(const torch::Tensor& logits, const torch::Tensor& carried) {
  double total = 0.0, items = 0.0;
  for (int64_t i = 0; i < logits.size(0); ++i) {
    const auto positive = logits[i].masked_select(carried[i] > 0.5);
    const auto negative = logits[i].masked_select(carried[i] < 0.5);
    if (positive.numel() == 0 || negative.numel() == 0) continue;
    total +=
        (positive.unsqueeze(1) > negative.unsqueeze(0)).to(torch::kFloat32).mean().item<double>();
    items += 1.0;
  }
  return items > 0.0 ? total / items : 0.5;
}

}  // namespace

ConceptDecoderImpl::ConceptDecoderImpl(const ModelSpec& spec) {
  const int64_t w = spec.row_width();
  if (spec.imagine_attributes > 0) {
    attributes_ = register_module("attributes", MakeLinear(w, spec.imagine_attributes, 0.1, -3.0));
  }
  if (spec.imagine_words == 0) return;
  const int64_t width = kTitleWidth;
  title_ = register_module("title", MakeLinear(w, width, 1.0));
  order_ = register_parameter("title_order", torch::ones({kTitleContext, width}) * 0.5);
  words_ = register_module("words", MakeLinear(width, spec.imagine_words, 0.1));
}

std::vector<torch::Tensor> ConceptDecoderImpl::AttributeParameters() const {
  return attributes_.is_empty() ? std::vector<torch::Tensor>() : attributes_->parameters();
}

std::vector<torch::Tensor> ConceptDecoderImpl::TitleParameters() const {
  if (title_.is_empty()) return {};
  return {title_->weight, title_->bias, order_, words_->weight, words_->bias};
}

torch::Tensor ConceptDecoderImpl::NextWord(const torch::Tensor& rows,
                                           const torch::Tensor& context) {
  auto of = title_->forward(rows);
  for (int64_t back = 0; back < kTitleContext; ++back) {
    of = of + order_[back] * words_->weight.index_select(0, context.select(1, back));
  }
  return words_->forward(of);
}

namespace {

/// The parameters of the epoch that held-out items liked best.
struct Best {
  double loss = INFINITY;
  int64_t unimproved = 0;
  std::vector<torch::Tensor> kept;

  void Note(double now, const std::vector<torch::Tensor>& parameters) {
    ++unimproved;
    if (now >= loss) return;
    loss = now;
    unimproved = 0;
    kept.clear();
    for (const auto& parameter : parameters) kept.push_back(parameter.clone());
  }
  void Restore(const std::vector<torch::Tensor>& parameters) const {
    for (size_t i = 0; i < kept.size(); ++i) parameters[i].copy_(kept[i]);
  }
};

class DecoderTrainer {
 public:
  DecoderTrainer(const ModelSpec& spec, const torch::Tensor& rows, Lessons lessons, uint64_t seed)
      : rows_(rows),
        lessons_(std::move(lessons)),
        seed_(seed),
        decoder_(spec),
        optimiser_(decoder_->parameters(),
                   torch::optim::AdamWOptions(kLearningRate).weight_decay(kWeightDecay)) {
    Random random(seed, kSplitStream);
    auto held = torch::empty({rows.size(0)}, torch::kBool);
    for (int64_t i = 0; i < rows.size(0); ++i) held[i] = random.NextUniform() < 0.1;
    train_items_ = held.logical_not().nonzero().flatten();
    held_items_ = held.nonzero().flatten();
    const auto held_words = held.index_select(0, lessons_.items);
    train_words_ = held_words.logical_not().nonzero().flatten();
    held_words_ = held_words.nonzero().flatten();
  }

  Result<DecoderResult> Run(const std::function<bool()>& should_stop) {
    // The two share no parameter, so each keeps its own best epoch.
    Best attributes, titles;
    for (int64_t epoch = 0; epoch < kMostDecoderEpochs; ++epoch) {
      if (attributes.unimproved >= kPatience && titles.unimproved >= kPatience) break;
      if (should_stop && should_stop()) break;
      RunEpoch(epoch);
      torch::NoGradGuard no_grad;
      const double of_attributes = AttributeLoss(held_items_, nullptr).item<double>();
      const double of_titles = TitleLoss(held_words_, nullptr).item<double>();
      if (!std::isfinite(of_attributes) || !std::isfinite(of_titles)) {
        return Internal("the concept decoder's loss is not a number");
      }
      attributes.Note(of_attributes, decoder_->AttributeParameters());
      titles.Note(of_titles, decoder_->TitleParameters());
    }
    torch::NoGradGuard no_grad;
    attributes.Restore(decoder_->AttributeParameters());
    titles.Restore(decoder_->TitleParameters());
    return DecoderResult{decoder_, Measure()};
  }

 private:
  /// The mean cost of an attribute of an item. Rows get noise if `random` is given.
  torch::Tensor AttributeLoss(const torch::Tensor& items, Random* random) {
    if (!lessons_.carried.defined() || items.size(0) == 0) return torch::zeros({});
    return torch::nn::functional::binary_cross_entropy_with_logits(
        decoder_->Attributes(RowsOf(items, random)), lessons_.carried.index_select(0, items));
  }
  /// The mean cost of a word of a title, the same.
  torch::Tensor TitleLoss(const torch::Tensor& words, Random* random) {
    if (words.size(0) == 0) return torch::zeros({});
    const auto rows = RowsOf(lessons_.items.index_select(0, words), random);
    return torch::nn::functional::cross_entropy(
        decoder_->NextWord(rows, lessons_.context.index_select(0, words)),
        lessons_.targets.index_select(0, words));
  }

  torch::Tensor RowsOf(const torch::Tensor& items, Random* random) const {
    const auto rows = rows_.index_select(0, items);
    if (random == nullptr) return rows;
    const double stddev = kRowNoise / std::sqrt(static_cast<double>(rows.size(1)));
    return UnitRows(rows + stddev * DrawNormal(rows.size(0), rows.size(1), *random));
  }

  void RunEpoch(int64_t epoch) {
    Random random(seed_ + static_cast<uint64_t>(epoch), kEpochStream);
    auto generator = at::detail::createCPUGenerator(random.NextU64());
    const auto shuffled = [&generator](const torch::Tensor& all) {
      return all.index_select(0, torch::randperm(all.size(0), generator, torch::kInt64));
    };
    const auto items = shuffled(train_items_), words = shuffled(train_words_);
    const int64_t steps =
        std::max<int64_t>(1, (std::max(items.size(0), words.size(0)) + kBatch - 1) / kBatch);
    for (int64_t step = 0; step < steps; ++step) {
      const auto part = [&](const torch::Tensor& all) {
        return all.slice(0, all.size(0) * step / steps, all.size(0) * (step + 1) / steps);
      };
      optimiser_.zero_grad();
      (AttributeLoss(part(items), &random) + TitleLoss(part(words), &random)).backward();
      optimiser_.step();
    }
  }

  DecoderQuality Measure() {
    DecoderQuality quality;
    if (lessons_.carried.defined() && held_items_.size(0) > 0) {
      quality.attribute_auc = MeasureAuc(decoder_->Attributes(rows_.index_select(0, held_items_)),
                                         lessons_.carried.index_select(0, held_items_));
    }
    if (held_words_.size(0) == 0) return quality;
    const auto context = lessons_.context.index_select(0, held_words_);
    const auto targets = lessons_.targets.index_select(0, held_words_);
    const auto of = rows_.index_select(0, lessons_.items.index_select(0, held_words_));
    const auto is_right = decoder_->NextWord(of, context).argmax(1) == targets;
    quality.word_accuracy = is_right.to(torch::kFloat32).mean().item<double>();
    quality.common_accuracy = FollowerAccuracy(context, targets);
    return quality;
  }

  /// Always naming the word that most often follows the last one in the titles learnt from.
  double FollowerAccuracy(const torch::Tensor& context, const torch::Tensor& targets) const {
    std::map<int64_t, std::map<int64_t, int64_t>> followers;
    const auto known = train_words_;
    for (int64_t i = 0; i < known.size(0); ++i) {
      const int64_t at = known.data_ptr<int64_t>()[i];
      ++followers[lessons_.context.data_ptr<int64_t>()[2 * at]]
                 [lessons_.targets.data_ptr<int64_t>()[at]];
    }
    double right = 0.0;
    for (int64_t i = 0; i < targets.size(0); ++i) {
      const auto& after = followers[context.data_ptr<int64_t>()[2 * i]];
      int64_t best = 0, most = 0;
      for (const auto& [word, count] : after) {
        if (count > most) std::tie(best, most) = std::pair(word, count);
      }
      right += best == targets.data_ptr<int64_t>()[i] ? 1.0 : 0.0;
    }
    return right / static_cast<double>(targets.size(0));
  }

  const torch::Tensor& rows_;
  Lessons lessons_;
  uint64_t seed_;
  ConceptDecoder decoder_;
  torch::optim::AdamW optimiser_;
  torch::Tensor train_items_, held_items_, train_words_, held_words_;  // indices
};

}  // namespace

Result<DecoderResult> TrainDecoder(const ModelView& model, const ModelSpec& spec,
                                   const torch::Tensor& rows, const TitleTexts& texts,
                                   uint64_t seed, const std::function<bool()>& should_stop) {
  if (spec.imagine_attributes == 0 && spec.imagine_words == 0) {
    return DecoderResult{ConceptDecoder(spec), {}};
  }
  torch::manual_seed(seed);
  return DecoderTrainer(spec, rows, MakeLessons(model, spec, texts), seed).Run(should_stop);
}

}  // namespace tsugi::train
