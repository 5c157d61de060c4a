#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_WRITER_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_WRITER_H_

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/train/observer.h"

namespace tsugi::train {

/// Titles as numbers of words, for the part that writes titles.
struct TitleTexts {
  std::vector<std::string> words;                   ///< [0] = "", the end of a title
  static constexpr uint32_t kUnknown = UINT32_MAX;  ///< a word that only one title has
  std::vector<std::vector<uint32_t>> titles;        ///< [N] without the end
};

/// The words that at least two titles have, at most `limit` of them, the most frequent first.
TitleTexts ReadTitles(const StringTableView& titles, size_t limit);

/// "Matrix, The (1999)" -> "The Matrix": removes text in brackets and moves an article after the
/// last comma to the front. Other titles stay as they are.
std::string PlainTitle(std::string_view whole);

/// The trainable twin of core/parts/imagine/concept_writer.h; parameters are named as in the tensor
/// table, after "concept.". It learns from the catalogue alone, never from ratings.
class ConceptWriterImpl : public torch::nn::Module {
 public:
  explicit ConceptWriterImpl(const ModelSpec& spec);

  /// Logits [M, A] of rows [M, V]. Requires: the spec has attributes.
  torch::Tensor Attributes(const torch::Tensor& rows) { return attributes_->forward(rows); }
  /// Logits [M, words] of the next word; context [M, 2] i64: the last word, the last but one.
  torch::Tensor NextWord(const torch::Tensor& rows, const torch::Tensor& context);

  std::vector<torch::Tensor> AttributeParameters() const;  ///< empty without attributes
  std::vector<torch::Tensor> TitleParameters() const;      ///< empty without words

 private:
  torch::nn::Linear attributes_{nullptr}, title_{nullptr}, words_{nullptr};
  torch::Tensor order_;  // [2, kTitleWidth]
};
TORCH_MODULE(ConceptWriter);

/// How well the writer describes items that it did not learn from.
struct WriterQuality {
  double attribute_auc = 0.5;    ///< of carried against other attributes, mean over items
  double word_accuracy = 0.0;    ///< the next word of a title is the likeliest
  double common_accuracy = 0.0;  ///< the same, always naming the most frequent follower
};

struct WriterResult {
  ConceptWriter writer{nullptr};
  WriterQuality quality;
  bool was_interrupted = false;
};

/// Trains on nine tenths of the items, drawn by `seed`, until the others are described no better.
/// rows [N, V] unit vectors, or zeros for items that are no lesson; texts.titles: one per item, or
/// none without words. Errors: kInternal if a loss is not finite.
Result<WriterResult> TrainWriter(const ModelView& model, const ModelSpec& spec,
                                 const torch::Tensor& rows, const TitleTexts& texts, uint64_t seed,
                                 Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_WRITER_H_
