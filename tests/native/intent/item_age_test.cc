#include "native/intent/item_age.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tsugi
