#include "tests/native/intent/shop_log.h"

#include <gtest/gtest.h>

#include "native/dataset/import.h"

namespace tsugi {

ShopLog::ShopLog(std::string_view events, std::string_view items) {
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

uint32_t ShopLog::ItemOf(std::string_view id) const {
  for (uint32_t i = 0; i < dataset_->item_count(); ++i) {
    if (dataset_->item_ids()[i] == id) return i;
  }
  ADD_FAILURE() << "no item " << id;
  return 0;
}

}  // namespace tsugi
