#include "native/intent/intent_labels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/native/intent/shop_log.h"

namespace tsugi {
namespace {

// A field gives labels if its values describe two items each on average: six more films that one
// visitor saw. Crime has 3 items, Drama 4, Horror 2, Animation 2.
constexpr char kItems[] =
    "item_id,title,genres,type\n"
    "1,Heat,Crime|Drama,film\n"
    "2,Alien,Horror,film\n"
    "3,Fargo,Crime,film\n"
    "4,Lost,Drama,series\n"
    "5,Up,Animation,film\n"
    "6,Ring,Horror,film\n"
    "7,Bambi,Animation,film\n"
    "8,Magnolia,Drama,film\n"
    "9,Laura,Crime,film\n"
    "10,Roma,Drama,film\n";
// ann: Heat Fargo Alien Lost Up Fargo Heat; bob: Alien Up Lost Alien; cid meets the rest.
constexpr char kEvents[] =
    "user_id,item_id,timestamp\n"
    "ann,1,100\nann,3,200\nann,2,300\nann,4,400\nann,3,500\nann,5,600\nann,1,700\n"
    "bob,2,100\nbob,5,200\nbob,4,300\nbob,2,400\n"
    "cid,6,100\ncid,7,200\ncid,8,300\ncid,9,400\ncid,10,500\n";

const IntentFamily* Find(const IntentLabels& labels, std::string_view name) {
  for (const IntentFamily& family : labels.families()) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

/// Labels of every event in a family, by name, those of one event joined by "+", "-" for none.
Strings NamesOf(const IntentLabels& labels, const Dataset& dataset, std::string_view family_name) {
  Strings names;
  const IntentFamily& family = *Find(labels, family_name);
  for (uint64_t e = 0; e < dataset.event_count(); ++e) {
    std::string text;
    for (const uint32_t label : labels.LabelsOf(family, e)) {
      text += (text.empty() ? "" : "+") + family.labels[label];
    }
    names.push_back(text.empty() ? "-" : text);
  }
  return names;
}

IntentLabels Build(const ShopLog& log, std::string_view families = "auto") {
  auto labels = IntentLabels::Build(log.dataset(), families);
  EXPECT_TRUE(labels.ok()) << labels.status().message();
  return *std::move(labels);
}

// The buyer's country covers every item, the departments only half of them.
TEST(IntentLabels, TopicsAreOfAFieldThatIsCalledSoAndNeverDates) {
  std::string items = "item_id,title,added,colour,department\n";
  for (int i = 1; i <= 10; ++i) {
    const std::string id = std::to_string(i);
    items += id + ",t" + id + (i % 2 ? ",01-Jan-1995,red," : ",02-Feb-1996,blue,");
    items += std::string(i > 6 ? "" : i % 2 ? "Toys" : "Books") + "\n";
  }
  const ShopLog log(kEvents, items);
  const IntentLabels labels = Build(log, "topic");
  Strings names = Find(labels, "topic")->labels;
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (Strings{"Books", "Toys"}));
  EXPECT_EQ(Find(labels, "topic")->item_labels.field, "department");
  items.replace(items.find("department"), 10, "shelf_mark");
  const ShopLog unnamed(kEvents, items);
  const IntentLabels other = Build(unnamed, "topic");
  names = Find(other, "topic")->labels;
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (Strings{"blue", "red"}));
  EXPECT_EQ(Find(other, "topic")->item_labels.field, "colour");
}

TEST(IntentLabels, ActionIsWhatTheTopicDidBefore) {
  const ShopLog log(kEvents, kItems);
  const IntentLabels labels = Build(log);
  // Heat is a crime story here: fewer items have that genre than Drama.
  EXPECT_EQ(NamesOf(labels, log.dataset(), "action"),
            (Strings{"-", "continue", "discover", "discover", "return", "discover", "return",  //
                     "-", "discover", "discover", "return",                                    //
                     "-", "discover", "discover", "discover", "return"}));
}

TEST(IntentLabels, TopicsAreTheFieldMostItemsHaveAndMayBeSeveral) {
  const ShopLog log(kEvents, kItems);
  const Strings names = NamesOf(Build(log), log.dataset(), "topic");
  EXPECT_TRUE(names[0] == "Crime+Drama" || names[0] == "Drama+Crime") << names[0];
  EXPECT_EQ(names[1], "Crime");
  EXPECT_EQ(names[2], "Horror");
}

TEST(IntentLabels, KindIsAFieldThatSaysWhatTypeAnItemIs) {
  const ShopLog log(kEvents, kItems);
  const IntentLabels labels = Build(log);
  EXPECT_EQ(NamesOf(labels, log.dataset(), "kind")[3], "series");
  EXPECT_EQ(NamesOf(labels, log.dataset(), "kind")[0], "film");
}

TEST(IntentLabels, OwnActionsOfTheLogComeFirst) {
  const ShopLog log(
      "user_id,item_id,timestamp,kind\n"
      "ann,1,100,browse\nann,2,200,compare\nann,3,300,buy\nann,4,400,browse\n"
      "bob,1,100,browse\nbob,2,200,buy\nbob,3,300,browse\n");
  const IntentLabels labels = Build(log, "action");
  EXPECT_EQ(NamesOf(labels, log.dataset(), "action"),
            (Strings{"browse", "compare", "buy", "browse", "browse", "buy", "browse"}));
}

TEST(IntentLabels, AFamilyMayBeAnyMetadataField) {
  const ShopLog log(kEvents, kItems);
  const IntentLabels labels = Build(log, "type, action");
  ASSERT_EQ(labels.families().size(), 2u);
  EXPECT_EQ(labels.families()[0].name, "type");
  EXPECT_EQ(labels.LabelNames()[0].substr(0, 5), "type=");
}

TEST(IntentLabels, AnUnknownFamilyIsAnErrorThatNamesThoseThereAre) {
  const ShopLog log(kEvents, kItems);
  const auto labels = IntentLabels::Build(log.dataset(), "mood");
  ASSERT_FALSE(labels.ok());
  EXPECT_TRUE(Holds(labels.status().message(), "'mood'"));
  EXPECT_TRUE(Holds(labels.status().message(), "genres"));
}

TEST(IntentLabels, AFamilyWithOneClassIsDroppedAndNamed) {
  const ShopLog log(kEvents,
                    "item_id,title,genres,type\n1,A,Crime,film\n2,B,Horror,film\n3,C,Drama,film\n"
                    "4,D,War,film\n5,E,Crime,film\n");
  const IntentLabels labels = Build(log);
  EXPECT_EQ(Find(labels, "kind"), nullptr);
  std::string dropped;
  for (const std::string& line : labels.dropped()) dropped += line + "\n";
  EXPECT_TRUE(Holds(dropped, "kind: 1 label in the training events"));
}

TEST(IntentLabels, NothingLeftIsAnError) {
  const ShopLog log(kEvents,
                    "item_id,title,type\n1,A,film\n2,B,film\n3,C,film\n4,D,film\n5,E,film\n");
  const auto labels = IntentLabels::Build(log.dataset(), "kind");
  ASSERT_FALSE(labels.ok());
  EXPECT_TRUE(Holds(labels.status().message(), "no family has two labels"));
}

TEST(IntentLabels, WithoutMetadataTopicsAreWhoStandsBesideWhom) {
  const ShopLog log(kEvents);
  const IntentLabels labels = Build(log);
  const IntentFamily* topic = Find(labels, "topic");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->labels[0].substr(0, 5), "like ");
  EXPECT_EQ(topic->item_labels.field, "");
  EXPECT_EQ(Find(labels, "kind"), nullptr);
}

TEST(IntentLabels, ItemsWithoutAFieldGiveNoLabel) {
  const ShopLog log(
      kEvents,
      "item_id,title,genres\n1,A,Crime\n2,B,\n3,C,Drama\n4,D,Crime\n5,E,Drama\n6,F,Crime\n"
      "7,G,Drama\n8,H,Crime\n9,I,Drama\n10,J,Crime\n");
  const IntentLabels labels = Build(log, "topic,action");
  EXPECT_EQ(NamesOf(labels, log.dataset(), "topic")[2], "-");
  EXPECT_EQ(NamesOf(labels, log.dataset(), "action")[2], "-");
}

TEST(IntentLabels, VocabularyComesFromTrainingEventsAlone) {
  // Animation, 5 and 7, is met in the last two events of a visitor alone.
  const ShopLog held_out(
      "user_id,item_id,timestamp\nann,1,100\nann,2,200\nann,3,300\nann,5,400\nann,4,500\n"
      "bob,1,100\nbob,2,200\nbob,3,300\nbob,5,400\nbob,4,500\n"
      "cid,6,100\ncid,8,200\ncid,9,300\ncid,10,400\ncid,7,500\n",
      kItems);
  const IntentLabels labels = Build(held_out, "topic");
  for (const std::string& name : labels.families()[0].labels) EXPECT_NE(name, "Animation");
  EXPECT_EQ(NamesOf(labels, held_out.dataset(), "topic")[0], "Crime+Drama");
  EXPECT_EQ(NamesOf(labels, held_out.dataset(), "topic")[3], "-");
}

TEST(IntentLabels, ATargetSharesAFamilysMassAmongItsTrueLabels) {
  const ShopLog log(kEvents, kItems);
  const IntentLabels labels = Build(log, "topic,kind");
  std::vector<float> row(labels.label_count(), 7.0f);
  labels.WriteTarget(0, row);  // Heat: two genres, a film
  const size_t topics = labels.families()[0].labels.size();
  EXPECT_EQ(std::count(row.begin(), row.begin() + static_cast<ptrdiff_t>(topics), 0.5f), 2);
  EXPECT_EQ(std::count(row.begin() + static_cast<ptrdiff_t>(topics), row.end(), 1.0f), 1);
  EXPECT_EQ(std::count(row.begin(), row.end(), 0.0f), static_cast<ptrdiff_t>(row.size()) - 3);
}

}  // namespace
}  // namespace tsugi
