#include "core/parts/semantic_ids/item_trie.h"

#include <gtest/gtest.h>

#include <map>

#include "core/base/bit_set.h"
#include "tests/core/parts/semantic_ids/language_test_model.h"

namespace tsugi {
namespace {

// Every item below `node`, found by walking its children.
void Walk(const ItemTrie& trie, ItemTrie::Node node, size_t level, SemanticId id,
          std::map<uint32_t, SemanticId>& found) {
  if (!trie.IsOpen(node)) return;
  if (level == kCodeLevels) {
    EXPECT_EQ(node.end - node.begin, 1u);
    found[trie.ItemAt(node.begin)] = id;
    return;
  }
  for (uint32_t row = node.begin; row < node.end;) {
    const ItemTrie::Node child = trie.ChildAt(node, level, row);
    ASSERT_GT(child.end, row);
    ASSERT_LE(child.end, node.end);
    id[level] = trie.CodeAt(row, level);
    Walk(trie, child, level + 1, id, found);
    row = child.end;
  }
}

std::map<uint32_t, SemanticId> WalkAll(const ItemTrie& trie) {
  std::map<uint32_t, SemanticId> found;
  Walk(trie, trie.root(), 0, {}, found);
  return found;
}

TEST(ItemTrie, HoldsEveryItemByItsId) {
  LanguageTestModel model;
  const ItemTrie trie(model.view());
  const auto found = WalkAll(trie);
  ASSERT_EQ(found.size(), LanguageTestModel::kItems);
  for (const auto& [item, id] : found) {
    EXPECT_EQ(id, model.ids()[item]);
    EXPECT_EQ(trie.IdOf(item), id);
    EXPECT_TRUE(trie.Holds(id));
  }
  EXPECT_FALSE(trie.Holds({1, 1, 1, 1}));
}

TEST(ItemTrie, FindsNoBlockedItem) {
  LanguageTestModel model;
  ItemTrie trie(model.view());
  BitSet blocked(LanguageTestModel::kItems);
  for (uint32_t item = 0; item < LanguageTestModel::kItems; item += 3) blocked.Set(item);
  trie.Block(blocked.words());
  const auto found = WalkAll(trie);
  for (uint32_t item = 0; item < LanguageTestModel::kItems; ++item) {
    EXPECT_EQ(found.contains(item), item % 3 != 0) << item;
  }
  trie.Block({});
  EXPECT_EQ(WalkAll(trie).size(), LanguageTestModel::kItems);
}

TEST(ItemTrie, TakesItemsInInPlace) {
  LanguageTestModel model;
  ItemTrie trie(model.view());
  Random random(3);
  for (uint32_t added = 0; added < 50; ++added) {
    SemanticId id;
    do {
      for (uint8_t& code : id) code = static_cast<uint8_t>(random.NextBelow(3));
    } while (trie.Holds(id));
    trie.Insert(LanguageTestModel::kItems + added, id);
    EXPECT_EQ(trie.IdOf(LanguageTestModel::kItems + added), id);
    EXPECT_TRUE(trie.Holds(id));
  }
  EXPECT_EQ(WalkAll(trie).size(), LanguageTestModel::kItems + 50);
}

TEST(ItemTrie, AnItemThatTakesAPlaceLeavesNoOldId) {
  LanguageTestModel model;
  ItemTrie trie(model.view());
  const SemanticId first = {250, 1, 2, 3}, second = {251, 3, 2, 1};
  trie.Insert(LanguageTestModel::kItems, first);
  trie.Insert(LanguageTestModel::kItems, second);
  EXPECT_FALSE(trie.Holds(first));
  EXPECT_EQ(trie.IdOf(LanguageTestModel::kItems), second);
  EXPECT_EQ(WalkAll(trie).size(), LanguageTestModel::kItems + 1);
}

TEST(ItemCoder, GivesTheIdOfTheCodewordsThatTheRowIsMadeOf) {
  LanguageTestModel model;
  const ItemTrie trie(model.view());
  const float* codewords = model.model().data<float>(kCodewordTable);
  const SemanticId id = {9, 8, 7, 6};
  // Far apart in the levels' order, so that the nearest codeword of a level is the right one.
  float* writable = model.model().data<float>(kCodewordTable);
  for (size_t level = 0; level < kCodeLevels; ++level) {
    for (size_t code = 0; code < kLevelCodes; ++code) {
      for (size_t d = 0; d < 4; ++d) {
        writable[(level * kLevelCodes + code) * 4 + d] =
            d == level ? static_cast<float>(code) - 128.0f : 0.0f;
      }
    }
  }
  std::vector<float> row(4);
  for (size_t level = 0; level < kCodeLevels; ++level) {
    for (size_t d = 0; d < 4; ++d) row[d] += codewords[(level * kLevelCodes + id[level]) * 4 + d];
  }
  EXPECT_EQ(ItemCoder(model.view()).FreeId(row, trie), id);
}

TEST(ItemCoder, GivesEqualRowsDifferentIds) {
  LanguageTestModel model;
  ItemTrie trie(model.view());
  ItemCoder coder(model.view());
  const std::vector<float> row = {0.1f, -0.2f, 0.3f, 0.0f};
  const SemanticId first = coder.FreeId(row, trie);
  for (int i = 0; i < 600; ++i) {  // more than a level holds
    const SemanticId id = coder.FreeId(row, trie);
    ASSERT_FALSE(trie.Holds(id));
    EXPECT_EQ(id[0], first[0]);
    EXPECT_EQ(id[1], first[1]);
    trie.Insert(static_cast<uint32_t>(trie.size()), id);
  }
}

}  // namespace
}  // namespace tsugi
