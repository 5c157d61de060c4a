#include "native/cli/training_progress.h"

#include <cstdio>

#include "native/train/stages/imagine/concept_prior.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"
#include "native/train/stages/semantic_ids/language_trainer.h"

namespace tsugi {
namespace {

/// The line after an epoch: what it reached and how that compares.
std::string EpochLine(const train::TrainProgress& p) {
  char line[256];
  if (p.valid) {
    std::snprintf(
        line, sizeof line,
        "epoch %3ld  loss %.4f  validation ndcg@10 %.4f  recall@10 %.4f  best %.4f (epoch %ld)"
        "  %s\n",
        static_cast<long>(p.epoch), p.loss, p.valid->ndcg_at_10, p.valid->recall_at_10, p.best_ndcg,
        static_cast<long>(p.best_epoch), FormatDuration(p.seconds).c_str());
  } else {
    std::snprintf(line, sizeof line,
                  "epoch %3ld of %ld on training and validation events  loss %.4f  %s\n",
                  static_cast<long>(p.epoch), static_cast<long>(p.best_epoch), p.loss,
                  FormatDuration(p.seconds).c_str());
  }
  return line;
}

void PrintItemCodes(const train::Tokenization& items) {
  const CodeUsage usage = MeasureUsage(items.ids);
  std::fprintf(stderr,
               "codes  %zu items  %zu sub-words  variance kept %.3f  %zu items shared an id before "
               "repair\n",
               items.ids.size(), items.pieces.size(), items.reconstruction, items.shared);
  if (!usage.is_collapsed) return;
  std::fprintf(stderr,
               "warning: a codebook has collapsed (%.1f, %.1f, %.1f and %.1f bits a level). Try: "
               "semantic_ids.codes=kmeans, or another semantic_ids.text_weight\n",
               usage.entropy_bits[0], usage.entropy_bits[1], usage.entropy_bits[2],
               usage.entropy_bits[3]);
}

void PrintLanguageProgress(const train::LanguageProgress& p) {
  if (!p.is_epoch_end) {
    static Progress line("language", "steps");
    char text[96];
    std::snprintf(text, sizeof text, "epoch %ld of at most %ld  loss %.4f",
                  static_cast<long>(p.epoch), static_cast<long>(p.epochs), p.loss);
    line.Update(static_cast<size_t>(p.step), static_cast<size_t>(p.steps), text);
    return;
  }
  std::fprintf(stderr, "language epoch %3ld  loss a token %.4f  validation item %.4f nats\n",
               static_cast<long>(p.epoch), p.loss, p.valid_loss);
}

}  // namespace

void TrainingProgress::Update(const train::TrainProgress& p) {
  if (p.is_epoch_end && (p.valid || p.is_refit)) {
    line_.EndLine();
    std::fputs(EpochLine(p).c_str(), stderr);
  } else if (!p.is_epoch_end) {
    char text[96];
    std::snprintf(text, sizeof text, "epoch %ld  loss %.4f  best %.4f", static_cast<long>(p.epoch),
                  p.loss, p.best_ndcg);
    line_.Update(static_cast<size_t>(p.events_done), static_cast<size_t>(p.events_per_epoch), text);
  }
}

void PrintPriorProgress(const train::PriorProgress& p) {
  std::fprintf(stderr, "prior  step %ld of at most %ld  loss %.4f  validation %.4f\n",
               static_cast<long>(p.step), static_cast<long>(p.steps), p.loss, p.valid_loss);
}

void ShowSecondStage(TrainingRunOptions& options) {
  options.on_prior = PrintPriorProgress;
  options.on_items = PrintItemCodes;
  options.on_language = PrintLanguageProgress;
}

}  // namespace tsugi
