#ifndef TSUGI_NATIVE_TRAIN_OBSERVER_H_
#define TSUGI_NATIVE_TRAIN_OBSERVER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi::train {

/// A measured number and its stable name, e.g. {"ndcg@10", 0.064}.
struct Figure {
  std::string name;
  double value = 0.0;
};

/// Where a training loop (RunEpochs) stands.
struct EpochProgress {
  std::string what = {};          ///< what is trained: "recommender", "refit", "prior", ...
  int64_t epoch = 0, epochs = 0;  ///< the one under way, from 1, and how many there are at most
  int64_t step = 0, steps = 0;    ///< made in this epoch, and how many it has
  /// What the loss is a mean over: predicted events, tokens or steps. So far in this epoch, in the
  /// whole epoch if that is known beforehand (else 0), and a second.
  double count = 0.0, epoch_count = 0.0, count_per_s = 0.0;
  double loss = 0.0;               ///< mean over the epoch so far; nats for likelihoods
  double seconds = 0.0;            ///< since the start, earlier sessions of a resumed run included
  bool is_epoch_end = false;       ///< the epoch is over and checked; reported once an epoch
  std::vector<Figure> valid = {};  ///< what the check measured on held-out data
  double best = 0.0;               ///< score of the best check, higher is better
  int64_t best_epoch = 0;          ///< its epoch; 0 = none yet
};

/// Hears how a run goes, on the thread that trains. This one stays silent and never stops a run.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Asked after every step; true ends the run in a state that can be resumed.
  virtual bool should_stop() { return false; }
  /// After every step, and once more at the end of every epoch.
  virtual void OnEpochs(const EpochProgress& progress) { (void)progress; }
  /// During other long work, named by `what`: `done` of `total` things called `unit`.
  virtual void OnWork(std::string_view what, const char* unit, size_t done, size_t total) {
    (void)what, (void)unit, (void)done, (void)total;
  }
  /// A line for people about what a stage made, without its end.
  virtual void OnNote(std::string_view line) { (void)line; }
};

/// Tells another observer of a loop with many short epochs as of one piece of work.
class ShortEpochs : public Observer {
 public:
  explicit ShortEpochs(Observer& next) : next_(next) {}
  bool should_stop() override { return next_.should_stop(); }
  void OnEpochs(const EpochProgress& progress) override {
    if (!progress.is_epoch_end) return;
    next_.OnWork(progress.what, "epochs", static_cast<size_t>(progress.epoch),
                 static_cast<size_t>(progress.epochs));
  }

 private:
  Observer& next_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_OBSERVER_H_
