#ifndef TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_
#define TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_

#include <optional>
#include <string>
#include <string_view>

#include "native/dataset/dataset.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {

/// An imported log of a few lines, written by the test. Leave-one-out: the last two events of a
/// user are no training events.
class ShopLog {
 public:
  /// events: CSV "user_id,item_id,timestamp[,kind|,value]" with a header; items: CSV "item_id,..."
  /// or empty.
  explicit ShopLog(std::string_view events, std::string_view items = "");
  const Dataset& dataset() const { return *dataset_; }
  uint32_t ItemOf(std::string_view id) const;

 private:
  TempFiles files_;
  std::optional<Dataset> dataset_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_
