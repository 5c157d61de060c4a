#include "native/intent/item_topics.h"

#include <gtest/gtest.h>

#include "tests/native/intent/shop_log.h"

namespace tsugi {
namespace {

/// Two worlds that never meet: visitors of 1 to 4 and visitors of 5 to 8.
std::string TwoWorlds() {
  std::string log = "user_id,item_id,timestamp\n";
  for (int user = 0; user < 40; ++user) {
    for (int i = 0; i < 8; ++i) {
      const int item = (user * 3 + i * (1 + user % 3)) % 4 + (user % 2 == 0 ? 1 : 5);
      log += "u" + std::to_string(user) + "," + std::to_string(item) + "," +
             std::to_string(100 + i) + "\n";
    }
  }
  return log;
}

TEST(BehaviourClusters, PutTogetherWhatTheSameVisitorsMeet) {
  const ShopLog log(TwoWorlds());
  const BehaviourClusters clusters = FindBehaviourClusters(log.dataset(), 2);
  ASSERT_EQ(clusters.popular_item.size(), 2u);
  const auto cluster = [&](const char* id) { return clusters.item_cluster[log.ItemOf(id)]; };
  for (const char* id : {"2", "3", "4"}) EXPECT_EQ(cluster(id), cluster("1")) << id;
  for (const char* id : {"6", "7", "8"}) EXPECT_EQ(cluster(id), cluster("5")) << id;
  EXPECT_NE(cluster("1"), cluster("5"));
}

TEST(BehaviourClusters, AreTheSameEveryTime) {
  const ShopLog log(TwoWorlds());
  EXPECT_EQ(FindBehaviourClusters(log.dataset(), 3).item_cluster,
            FindBehaviourClusters(log.dataset(), 3).item_cluster);
}

TEST(BehaviourClusters, AnItemWithoutATrainingEventHasNone) {
  const ShopLog log(
      "user_id,item_id,timestamp\nann,1,1\nann,2,2\nann,1,3\nann,3,4\n");  // 3: the test event
  const BehaviourClusters clusters = FindBehaviourClusters(log.dataset(), 16);
  EXPECT_EQ(clusters.item_cluster[log.ItemOf("3")], BehaviourClusters::kNone);
  EXPECT_LE(clusters.popular_item.size(), 2u);
}

}  // namespace
}  // namespace tsugi
