#include <gtest/gtest.h>

#include "native/intent/item_age.h"
#include "native/intent/item_topics.h"
#include "tests/native/intent/shop_log.h"

namespace tsugi {
namespace {

Strings NamesOf(const EventAges& ages) {
  Strings names;
  for (const uint16_t label : ages.event_label) {
    names.push_back(label == EventAges::kUnknown ? "-" : ages.labels[label]);
  }
  return names;
}

TEST(ItemAge, YearsBetweenAnItemAndItsEvent) {
  // 946684800 is 2000-01-01; 978307200 is 2001-01-01.
  const ShopLog log(
      "user_id,item_id,timestamp\nann,1,946684900\nann,2,946684901\nann,3,946684902\n"
      "ann,4,978307300\nann,5,978307301\n",
      "item_id,title,year\n1,A,1999\n2,B,1996\n3,C,1950\n4,D,1985\n5,E,2024\n");
  // An item from after its event counts as new.
  EXPECT_EQ(NamesOf(FindEventAges(log.dataset())),
            (Strings{"new", "2 to 4 years old", "20 years or older", "10 to 19 years old", "new"}));
}

TEST(ItemAge, AnItemWithoutAYearIsUnknown) {
  const ShopLog log(
      "user_id,item_id,timestamp\nann,1,946684900\nann,2,946684901\nann,3,946684902\n",
      "item_id,title,year\n1,A,1999\n2,B,\n3,C,1950\n");
  EXPECT_EQ(NamesOf(FindEventAges(log.dataset()))[1], "-");
}

TEST(ItemAge, WithoutYearsTimeSinceTheItemWasFirstSeen) {
  const ShopLog log(
      "user_id,item_id,timestamp\n"
      "ann,1,1000000\nann,2,1000100\nann,1,1400000\nann,1,8000000\nann,2,90000000\n");
  EXPECT_EQ(NamesOf(FindEventAges(log.dataset())),
            (Strings{"first day", "first day", "first week", "first quarter", "older"}));
}

TEST(ItemAge, AnEventWithoutTimeIsUnknownWhereOthersHaveOne) {
  const ShopLog log(
      "user_id,item_id,timestamp\nann,1,0\nann,1,1000000\nann,2,1000100\nann,1,1400000\n");
  EXPECT_EQ(NamesOf(FindEventAges(log.dataset()))[0], "-");
}

TEST(ItemAge, AnItemFirstSeenAfterTrainingIsUnknown) {
  const ShopLog log(
      "user_id,item_id,timestamp\nann,1,1000000\nann,2,1000100\nann,1,1000200\nann,3,1400000\n");
  EXPECT_EQ(NamesOf(FindEventAges(log.dataset()))[3], "-");
}

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
