#include "native/train/stages/imagine/concept_writer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "native/eval/metrics.h"
#include "native/train/diffusion.h"
#include "native/train/epochs.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

// Catalogues of films put the article of a title at its end, in the language of the title.
constexpr std::string_view kArticles[] = {"The", "A",   "An",  "Le",  "La", "Les",
                                          "Il",  "Der", "Das", "Die", "El", "Los"};

std::vector<std::string_view> SplitWords(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

constexpr int64_t kBatch = 1024;
constexpr int64_t kMostWriterEpochs = 200;
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

/// Dense, N x A numbers: a batch of targets is then one gather of rows.
torch::Tensor CarriedAttributes(const ModelView& model) {
  const auto count = static_cast<int64_t>(model.attribute_names().size());
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
  if (spec.imagine->attributes > 0) lessons.carried = CarriedAttributes(model);
  std::vector<int64_t> items, context, targets;
  for (size_t i = 0; i < texts.titles.size() && spec.imagine->words > 0; ++i) {
    int64_t last = 0, before = 0;
    const auto& words = texts.titles[i];
    if (words.empty()) continue;
    for (size_t w = 0; w <= words.size(); ++w) {
      // A title is learnt up to its first word that no other title has: that word can not be
      // written, nor can what follows it be told from words that can.
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

/// Mean over items of the area under the curve of carried against other attributes. An item that
/// carries none or all has no pair and does not count.
double MeanAttributeAuc(const torch::Tensor& logits, const torch::Tensor& carried) {
  const auto width = static_cast<size_t>(logits.size(1));
  const auto scores = logits.contiguous();
  const auto is_carried = carried.to(torch::kUInt8).contiguous();
  double total = 0.0, items = 0.0;
  for (int64_t i = 0; i < logits.size(0); ++i) {
    const std::span of_item(is_carried.data_ptr<uint8_t>() + i * logits.size(1), width);
    const auto count = static_cast<size_t>(std::count(of_item.begin(), of_item.end(), 1));
    if (count == 0 || count == width) continue;
    total += AreaUnderCurve({scores.data_ptr<float>() + i * logits.size(1), width}, of_item);
    items += 1.0;
  }
  return items > 0.0 ? total / items : 0.5;
}

}  // namespace

std::string PlainTitle(std::string_view whole) {
  // Brackets may nest. A closing one without an opening one is text.
  std::string kept;
  int depth = 0;
  for (const char c : whole) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0) kept += c;
    depth -= c == ')' && depth > 0 ? 1 : 0;
  }
  while (!kept.empty() && kept.back() == ' ') kept.pop_back();
  const std::string_view title = kept;
  const size_t comma = title.rfind(", ");
  if (comma != std::string_view::npos) {
    const std::string_view tail = title.substr(comma + 2);
    if (std::find(std::begin(kArticles), std::end(kArticles), tail) != std::end(kArticles)) {
      return std::string(tail) + " " + std::string(title.substr(0, comma));
    }
  }
  return std::string(title);
}

TitleTexts ReadTitles(const StringTableView& titles, size_t limit) {
  std::vector<std::string> plain;
  std::map<std::string, uint32_t, std::less<>> counts;
  for (size_t i = 0; i < titles.size(); ++i) {
    plain.push_back(PlainTitle(titles[i]));
    std::vector<std::string_view> words = SplitWords(plain.back());
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const std::string_view word : words) ++counts[std::string(word)];
  }
  // A word of one title alone could only be learnt by heart. `counts` is ordered by word and the
  // sort is stable, so words of equal counts have the same numbers in every run.
  std::vector<std::pair<uint32_t, std::string_view>> frequent;
  for (const auto& [word, count] : counts) {
    if (count >= 2) frequent.emplace_back(count, word);
  }
  std::stable_sort(frequent.begin(), frequent.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (frequent.size() > limit) frequent.resize(limit);
  TitleTexts texts;
  texts.words.emplace_back();  // number 0 ends a title
  std::map<std::string_view, uint32_t> numbers;
  for (const auto& [count, word] : frequent) {
    numbers.emplace(word, static_cast<uint32_t>(texts.words.size()));
    texts.words.emplace_back(word);
  }
  for (const std::string& title : plain) {
    auto& of_title = texts.titles.emplace_back();
    for (const std::string_view word : SplitWords(title)) {
      const auto it = numbers.find(word);
      of_title.push_back(it == numbers.end() ? TitleTexts::kUnknown : it->second);
    }
  }
  return texts;
}

// An item carries few of all attributes. The bias of -3 starts every probability at sigmoid(-3),
// about .05, and the first epochs are not spent on learning that most answers are no.
ConceptWriterImpl::ConceptWriterImpl(const ModelSpec& spec) {
  const int64_t v = ImagineSpec::ConceptWidth(spec);
  if (spec.imagine->attributes > 0) {
    attributes_ = register_module("attributes", MakeLinear(v, spec.imagine->attributes, 0.1, -3.0));
  }
  if (spec.imagine->words == 0) return;
  const int64_t width = kTitleWidth;
  title_ = register_module("title", MakeLinear(v, width, 1.0));
  order_ = register_parameter("title_order", torch::ones({kTitleContext, width}) * 0.5);
  words_ = register_module("words", MakeLinear(width, spec.imagine->words, 0.1));
}

std::vector<torch::Tensor> ConceptWriterImpl::AttributeParameters() const {
  return attributes_.is_empty() ? std::vector<torch::Tensor>() : attributes_->parameters();
}

std::vector<torch::Tensor> ConceptWriterImpl::TitleParameters() const {
  if (title_.is_empty()) return {};
  return {title_->weight, title_->bias, order_, words_->weight, words_->bias};
}

// Log-bilinear, as the twin: the context words are rows of the output table itself, weighted by
// `order_`, so a word needs one vector and not two. Products with order_ are elementwise.
torch::Tensor ConceptWriterImpl::NextWord(const torch::Tensor& rows, const torch::Tensor& context) {
  auto of = title_->forward(rows);
  for (int64_t back = 0; back < kTitleContext; ++back) {
    of = of + order_[back] * words_->weight.index_select(0, context.select(1, back));
  }
  return words_->forward(of);
}

namespace {

class WriterTrainer : public Learner {
 public:
  WriterTrainer(const ModelSpec& spec, const torch::Tensor& rows, Lessons lessons, uint64_t seed)
      : rows_(rows),
        lessons_(std::move(lessons)),
        seed_(seed),
        writer_(spec),
        optimiser_(writer_->parameters(),
                   torch::optim::AdamWOptions(kLearningRate).weight_decay(kWeightDecay)),
        best_attributes_(writer_->AttributeParameters()),
        best_titles_(writer_->TitleParameters()) {
    // Items are held out, not words: all words of a held-out title are, or the writer would be
    // asked for a title of which it has read a part.
    Random random(seed, kSplitStream);
    auto held = torch::empty({rows.size(0)}, torch::kBool);
    for (int64_t i = 0; i < rows.size(0); ++i) held[i] = random.NextUniform() < 0.1;
    const auto is_lesson = rows.square().sum(1) > 0.0;
    const auto is_held = held & is_lesson, is_learnt = held.logical_not() & is_lesson;
    train_items_ = is_learnt.nonzero().flatten();
    held_items_ = is_held.nonzero().flatten();
    train_words_ = is_learnt.index_select(0, lessons_.items).nonzero().flatten();
    held_words_ = is_held.index_select(0, lessons_.items).nonzero().flatten();
  }

  Result<WriterResult> Run(Observer& observer) {
    ShortEpochs brief(observer);
    EpochState state;
    const EpochOptions options{"concept writer", "another --seed", kMostWriterEpochs, kPatience};
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunEpochs(*this, options, brief, state));
    torch::NoGradGuard no_grad;
    best_attributes_.Restore();
    best_titles_.Restore();
    return WriterResult{writer_, Measure(), !is_finished};
  }

  /// An epoch shows every attribute row and every word once. The two lists differ in length, so a
  /// step takes the same share of each and not the same number.
  int64_t BeginEpoch(const EpochState& state, EpochProgress&) override {
    random_ = Random(seed_ + static_cast<uint64_t>(state.epoch), kEpochStream);
    auto generator = at::detail::createCPUGenerator(random_.NextU64());
    const auto shuffled = [&generator](const torch::Tensor& all) {
      return all.index_select(0, torch::randperm(all.size(0), generator, torch::kInt64));
    };
    epoch_items_ = shuffled(train_items_);
    epoch_words_ = shuffled(train_words_);
    const int64_t longest = std::max(epoch_items_.size(0), epoch_words_.size(0));
    steps_ = std::max<int64_t>(1, (longest + kBatch - 1) / kBatch);
    return steps_;
  }

  StepLoss Step(const EpochState& state) override {
    const auto part = [&](const torch::Tensor& all) {
      return all.slice(0, all.size(0) * state.epoch_step / steps_,
                       all.size(0) * (state.epoch_step + 1) / steps_);
    };
    // Both draw noise from the same generator, so a run repeats only in this order.
    const auto of_titles = TitleLoss(part(epoch_words_), &random_);
    return {Descend(optimiser_, AttributeLoss(part(epoch_items_), &random_) + of_titles)};
  }

  /// Attributes and titles share no parameter, so each keeps its own best epoch. The loop's score
  /// only says in which epochs one of the two improved.
  std::optional<double> Check(EpochProgress& progress) override {
    torch::NoGradGuard no_grad;
    const double of_attributes = AttributeLoss(held_items_, nullptr).item<double>();
    const double of_titles = TitleLoss(held_words_, nullptr).item<double>();
    progress.valid = {{"attribute loss", of_attributes}, {"title loss", of_titles}};
    // The counter below would hide a loss that is not finite; the loop looks at the score alone.
    if (!std::isfinite(of_attributes + of_titles)) return of_attributes + of_titles;
    const bool has_better_attributes = best_attributes_.KeepIfBetter(-of_attributes);
    const bool has_better_titles = best_titles_.KeepIfBetter(-of_titles);
    if (has_better_attributes || has_better_titles) improvements_ += 1.0;
    return improvements_;
  }

 private:
  /// The mean cost of an attribute of an item. Rows get noise if `random` is given.
  torch::Tensor AttributeLoss(const torch::Tensor& items, Random* random) {
    if (!lessons_.carried.defined() || items.size(0) == 0) return torch::zeros({});
    return torch::nn::functional::binary_cross_entropy_with_logits(
        writer_->Attributes(RowsOf(items, random)), lessons_.carried.index_select(0, items));
  }
  /// The mean cost of a word of a title, the same.
  torch::Tensor TitleLoss(const torch::Tensor& words, Random* random) {
    if (words.size(0) == 0) return torch::zeros({});
    const auto rows = RowsOf(lessons_.items.index_select(0, words), random);
    return torch::nn::functional::cross_entropy(
        writer_->NextWord(rows, lessons_.context.index_select(0, words)),
        lessons_.targets.index_select(0, words));
  }

  torch::Tensor RowsOf(const torch::Tensor& items, Random* random) const {
    const auto rows = rows_.index_select(0, items);
    if (random == nullptr) return rows;
    // V independent numbers of this deviation make a vector of length kRowNoise on average.
    const double stddev = kRowNoise / std::sqrt(static_cast<double>(rows.size(1)));
    return UnitRows(rows + stddev * DrawNormal(rows.size(0), rows.size(1), *random));
  }

  WriterQuality Measure() {
    WriterQuality quality;
    if (lessons_.carried.defined() && held_items_.size(0) > 0) {
      quality.attribute_auc =
          MeanAttributeAuc(writer_->Attributes(rows_.index_select(0, held_items_)),
                           lessons_.carried.index_select(0, held_items_));
    }
    if (held_words_.size(0) == 0) return quality;
    const auto context = lessons_.context.index_select(0, held_words_);
    const auto targets = lessons_.targets.index_select(0, held_words_);
    const auto of = rows_.index_select(0, lessons_.items.index_select(0, held_words_));
    const auto is_right = writer_->NextWord(of, context).argmax(1) == targets;
    quality.word_accuracy = is_right.to(torch::kFloat32).mean().item<double>();
    quality.common_accuracy = FollowerAccuracy(context, targets);
    return quality;
  }

  /// Always naming the word that most often follows the last one in the titles learnt from.
  /// The map is ordered, so of equally frequent followers the one with the lowest number is named
  /// in every run.
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
  ConceptWriter writer_;
  torch::optim::AdamW optimiser_;
  BestWeights best_attributes_, best_titles_;
  double improvements_ = 0.0;
  torch::Tensor train_items_, held_items_, train_words_, held_words_;  // indices
  torch::Tensor epoch_items_, epoch_words_;                            // in the epoch's order
  Random random_{0};                                                   // of the epoch's noise
  int64_t steps_ = 1;                                                  // of the epoch
};

}  // namespace

Result<WriterResult> TrainWriter(const ModelView& model, const ModelSpec& spec,
                                 const torch::Tensor& rows, const TitleTexts& texts, uint64_t seed,
                                 Observer& observer) {
  if (spec.imagine->attributes == 0 && spec.imagine->words == 0) {
    return WriterResult{ConceptWriter(spec), {}, false};
  }
  torch::manual_seed(seed);
  return WriterTrainer(spec, rows, MakeLessons(model, spec, texts), seed).Run(observer);
}

}  // namespace tsugi::train
