#ifndef TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_
#define TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
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

inline ShopLog::ShopLog(std::string_view events, std::string_view items) {
  ImportOptions options;
  options.events = {files_.Write("events.csv", events)};
  if (!items.empty()) options.items = files_.Write("items.csv", items);
  const std::string_view header = events.substr(0, events.find('\n'));
  if (header.ends_with(",kind")) options.event_reader.action_column = "kind";
  if (header.ends_with(",value")) options.event_reader.value_column = "value";
  options.min_count = 1;
  options.out = files_.path("data");
  const auto imported = ImportLog(options);
  EXPECT_TRUE(imported.ok()) << imported.status().message();
  auto opened = Dataset::Open(options.out);
  EXPECT_TRUE(opened.ok()) << opened.status().message();
  dataset_.emplace(*std::move(opened));
}

inline uint32_t ShopLog::ItemOf(std::string_view id) const {
  for (uint32_t i = 0; i < dataset_->item_count(); ++i) {
    if (dataset_->item_ids()[i] == id) return i;
  }
  ADD_FAILURE() << "no item " << id;
  return 0;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_INTENT_SHOP_LOG_H_
