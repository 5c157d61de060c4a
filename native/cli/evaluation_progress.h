#ifndef TSUGI_NATIVE_CLI_EVALUATION_PROGRESS_H_
#define TSUGI_NATIVE_CLI_EVALUATION_PROGRESS_H_

#include <memory>
#include <string>
#include <string_view>

#include "native/cli/progress.h"

namespace tsugi {

/// A progress line per ranking ("model", "markov", ...).
class EvaluationProgress {
 public:
  void Update(std::string_view what, size_t done, size_t total) {
    if (what != what_) {
      what_ = what;
      line_ = std::make_unique<Progress>("evaluate " + what_, "cases");
    }
    line_->Update(done, total);
  }

 private:
  std::string what_;
  std::unique_ptr<Progress> line_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_EVALUATION_PROGRESS_H_
