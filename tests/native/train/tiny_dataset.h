#ifndef TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_
#define TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_

#include <filesystem>
#include <string>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi::train {

/// Imports `lines` ("user item item ...") and, if there are any, `times` ("user time
/// time ...") into a folder of its own, removed at the end.
class TinyDataset {
 public:
  explicit TinyDataset(const std::vector<std::string>& lines,
                       const std::vector<std::string>& times = {});
  ~TinyDataset();
  const Dataset& dataset() const { return *dataset_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Dataset> dataset_;
};

/// `users` sequences over `items` items in which item i is followed by i + 1 nine times in ten, so
/// that a model can learn the next item. Seeded.
std::vector<std::string> ChainLog(int users, int items, int length, uint64_t seed);

}  // namespace tsugi::train

#endif  // TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_
