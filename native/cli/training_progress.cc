#include "native/cli/training_progress.h"

#include <cstdio>

#include "native/cli/interrupt.h"

namespace tsugi {
namespace {

std::string Format(const char* format, auto... values) {
  char text[128];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

/// "recommender epoch   3 of 15  loss 5.2100  validation ndcg@10 0.0495  best at epoch 2  00:31".
std::string EpochLine(const train::EpochProgress& p) {
  std::string line = Format("%s epoch %3ld of %ld  loss %.4f", p.what.c_str(),
                            static_cast<long>(p.epoch), static_cast<long>(p.epochs), p.loss);
  if (!p.valid.empty()) line += "  validation";
  for (const train::Figure& figure : p.valid) {
    line += Format(" %s %.4f ", figure.name.c_str(), figure.value);
  }
  if (!p.valid.empty()) line += Format(" best at epoch %ld", static_cast<long>(p.best_epoch));
  return line + "  " + FormatDuration(p.seconds);
}

}  // namespace

TrainingProgress::TrainingProgress(std::string name)
    : is_interrupted_(CatchInterrupts()), name_(std::move(name)) {
  if (!name_.empty()) name_ += "  ";
}

bool TrainingProgress::should_stop() { return is_interrupted_; }

void TrainingProgress::OnEpochs(const train::EpochProgress& p) {
  if (p.is_epoch_end) return PrintLine(EpochLine(p));
  const std::string text = Format("epoch %ld of %ld  loss %.4f", static_cast<long>(p.epoch),
                                  static_cast<long>(p.epochs), p.loss);
  if (p.epoch_count > 0.0) return ShowBar(p.what, "events", p.count, p.epoch_count, text);
  ShowBar(p.what, "steps", static_cast<double>(p.step), static_cast<double>(p.steps), text);
}

void TrainingProgress::OnWork(std::string_view what, const char* unit, size_t done, size_t total) {
  ShowBar(what, unit, static_cast<double>(done), static_cast<double>(total), "");
}

void TrainingProgress::OnNote(std::string_view line) { PrintLine(std::string(line)); }

void TrainingProgress::EndLine() {
  if (bar_ != nullptr) bar_->EndLine();
}

void TrainingProgress::ShowBar(std::string_view what, const char* unit, double done, double total,
                               std::string_view text) {
  if (bar_ == nullptr || what_ != what) {
    what_ = what;
    bar_.reset();  // which ends its line
    bar_ = std::make_unique<Progress>(name_ + what_, unit);
  }
  bar_->Update(static_cast<size_t>(done), static_cast<size_t>(total), text);
}

void TrainingProgress::PrintLine(const std::string& line) {
  EndLine();
  std::fprintf(stderr, "%s%s\n", name_.c_str(), line.c_str());
}

}  // namespace tsugi
