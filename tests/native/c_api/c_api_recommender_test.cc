// Opening models, and what a model says about itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/native/c_api/golden_handle.h"

namespace tsugi {
namespace {

std::string Describe(const tsugi_recommender* recommender) {
  size_t size = 0;
  EXPECT_EQ(tsugi_recommender_describe(recommender, nullptr, 0, &size), TSUGI_OUT_OF_RANGE);
  std::string text(size, '\0');
  EXPECT_EQ(tsugi_recommender_describe(recommender, text.data(), size, &size), TSUGI_OK);
  return text;
}

std::vector<std::string> Strings(const tsugi_recommender* recommender, int32_t table) {
  const uint64_t* offsets = nullptr;
  const char* text = nullptr;
  int32_t count = -1;
  EXPECT_EQ(tsugi_recommender_strings(recommender, table, &offsets, &text, &count), TSUGI_OK);
  std::vector<std::string> strings;
  for (int32_t i = 0; i < count; ++i) {
    strings.emplace_back(text + offsets[i], text + offsets[i + 1]);
  }
  return strings;
}

TEST(CApiRecommender, OpensBytesAndFilesAlike) {
  const auto bytes = GoldenBytes("gated_i8");
  tsugi_recommender* recommender = nullptr;
  ASSERT_EQ(tsugi_recommender_create(BufferOf(bytes), bytes.size(), &recommender), TSUGI_OK);
  const GoldenHandle opened;
  EXPECT_EQ(Describe(recommender), Describe(opened.recommender));
  tsugi_recommender_destroy(recommender);
}

TEST(CApiRecommender, ReadsOnlyTheGivenBytesOfALargerBuffer) {
  auto bytes = GoldenBytes("gated_i8");
  const size_t file_bytes = bytes.size();
  bytes.resize(file_bytes + 1000, '\xff');
  tsugi_recommender* recommender = nullptr;
  EXPECT_EQ(tsugi_recommender_create(BufferOf(bytes), file_bytes, &recommender), TSUGI_OK);
  tsugi_recommender_destroy(recommender);
}

TEST(CApiRecommender, SaysWhatIsWrongWithDamagedBytes) {
  auto bytes = GoldenBytes("gated_i8");
  tsugi_recommender* recommender = nullptr;
  for (const size_t cut : {size_t{0}, size_t{3}, size_t{64}, bytes.size() - 1}) {
    EXPECT_EQ(tsugi_recommender_create(BufferOf(bytes), cut, &recommender), TSUGI_CORRUPT_MODEL);
    EXPECT_STRNE(tsugi_last_error(), "");
  }
  bytes[bytes.size() - 65] ^= 1;  // the last byte of the last segment, before its padding
  EXPECT_EQ(tsugi_recommender_create(BufferOf(bytes), bytes.size(), &recommender),
            TSUGI_CORRUPT_MODEL);
  EXPECT_EQ(recommender, nullptr);
}

TEST(CApiRecommender, TakesTheBufferAlsoOnError) {  // the leak check of the dev preset sees it
  const auto bytes = GoldenBytes("gated_i8");
  EXPECT_EQ(tsugi_recommender_create(BufferOf(bytes), bytes.size(), nullptr),
            TSUGI_INVALID_ARGUMENT);
  tsugi_recommender* recommender = nullptr;
  EXPECT_EQ(tsugi_recommender_create(nullptr, 10, &recommender), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_create(BufferOf(bytes), bytes.size() + 1, &recommender),
            TSUGI_OUT_OF_RANGE);
  ExpectLastErrorHas("the buffer holds");
}

TEST(CApiRecommender, OpenNamesTheFile) {
  tsugi_recommender* recommender = nullptr;
  EXPECT_EQ(tsugi_recommender_open("/no/such/model.tsugi", &recommender), TSUGI_NOT_FOUND);
  ExpectLastErrorHas("/no/such/model.tsugi: cannot open (No such file");
  EXPECT_EQ(tsugi_recommender_open("/", &recommender), TSUGI_NOT_FOUND);
  ExpectLastErrorHas("/: cannot be read");
  EXPECT_EQ(tsugi_recommender_open(TSUGI_SOURCE_DIR "/README.md", &recommender),
            TSUGI_CORRUPT_MODEL);
  ExpectLastErrorHas("README.md: ");
  EXPECT_EQ(tsugi_recommender_open(nullptr, &recommender), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_open("/", nullptr), TSUGI_INVALID_ARGUMENT);
}

TEST(CApiRecommender, DescribesTheModelAsJson) {
  const GoldenHandle model;
  const auto json = nlohmann::json::parse(Describe(model.recommender));
  EXPECT_EQ(json.at("items"), 5);
  EXPECT_EQ(json.at("window"), 6);
  EXPECT_EQ(json.at("width"), 4);
  EXPECT_EQ(json.at("layers"), 2);
  EXPECT_EQ(json.at("format_version"), 1);
  EXPECT_EQ(json.at("model_bytes"), GoldenBytes("gated_i8").size());
  EXPECT_EQ(json.at("capabilities"),
            (std::vector<std::string>{"recommend", "item_ids", "item_titles", "search"}));
  EXPECT_EQ(json.at("modalities"), nlohmann::json::array());
  EXPECT_NE(json.at("engine").get<std::string>().find("-int8 "), std::string::npos);
  const auto& provenance = json.at("provenance");
  EXPECT_EQ(provenance.at("tsugi_version"), "0.1.0");
  EXPECT_EQ(provenance.at("data_hash"), "00000000feedbeef");
  EXPECT_EQ(provenance.at("config"), "preset = \"golden\"\n");
  EXPECT_EQ(provenance.at("seed"), 20260101);
  EXPECT_EQ(provenance.at("metrics"), "{\"ndcg@10\":0.05}");
  EXPECT_EQ(provenance.at("created_s"), 1767225600);
}

TEST(CApiRecommender, DescribesTheModalitiesInTheirOrder) {
  const GoldenHandle model("vectors_i8");
  const auto json = nlohmann::json::parse(Describe(model.recommender));
  EXPECT_EQ(json.at("modalities"),
            nlohmann::json::parse(R"([{"name":"image","width":3},{"name":"text","width":2}])"));
}

TEST(CApiRecommender, DescribeWritesNothingWhereItDoesNotFit) {
  const GoldenHandle model;
  const size_t needed = Describe(model.recommender).size();
  std::string text(needed, '#');
  size_t size = 0;
  EXPECT_EQ(tsugi_recommender_describe(model.recommender, text.data(), needed - 1, &size),
            TSUGI_OUT_OF_RANGE);
  EXPECT_EQ(size, needed);
  EXPECT_EQ(text, std::string(needed, '#'));
  EXPECT_EQ(tsugi_recommender_describe(model.recommender, nullptr, needed, &size),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_describe(model.recommender, text.data(), needed, nullptr),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_describe(nullptr, text.data(), needed, &size),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiRecommender, HandsOutIdsAndTitles) {
  const GoldenHandle model;
  EXPECT_EQ(Strings(model.recommender, TSUGI_ITEM_IDS),
            (std::vector<std::string>{"B00-1", "B00-2", "film 3", "\xe6\xac\xa1", "B00-5"}));
  EXPECT_EQ(Strings(model.recommender, TSUGI_ITEM_TITLES).at(2), "A \"quoted\" title");
  const GoldenHandle bare("sasrec_i8");
  EXPECT_EQ(Strings(bare.recommender, TSUGI_ITEM_IDS).size(), 0u);
  EXPECT_EQ(Strings(bare.recommender, TSUGI_ITEM_TITLES).size(), 0u);
}

TEST(CApiRecommender, TellsSemanticIdsOfItsItemsAndOfThoseThatWereAdded) {
  const GoldenHandle model("semantic_i8"), plain("tower_i8");
  ASSERT_EQ(tsugi_recommender_add_item(model.recommender, "new", 3, "Winter crime", 12, "", 0,
                                       nullptr, 0, nullptr),
            TSUGI_OK);
  const auto semantic_id = [](const GoldenHandle& of, int32_t item) {
    const char* text = nullptr;
    size_t bytes = 0;
    EXPECT_EQ(tsugi_recommender_item(of.recommender, item, &text, &bytes), TSUGI_OK);
    const std::string described(text, bytes);
    const size_t at = described.find("\"semanticId\":\"");
    return at == std::string::npos ? "" : described.substr(at + 14, described.size() - at - 16);
  };
  const std::vector<std::string> own = {"07c80300", "07c809ff", "1f000001", "1f048001", "5a5a5a5a"};
  for (int32_t item = 0; item < 5; ++item) EXPECT_EQ(semantic_id(model, item), own[item]);
  const std::string added = semantic_id(model, 5);
  EXPECT_EQ(added.size(), 8u);
  EXPECT_EQ(std::count(own.begin(), own.end(), added), 0) << "an id is one item's";
  EXPECT_EQ(semantic_id(plain, 0), "");
}

TEST(CApiRecommender, RefusesUnknownTablesAndNullPointers) {
  const GoldenHandle model;
  const uint64_t* offsets = nullptr;
  const char* text = nullptr;
  int32_t count = 0;
  for (const int32_t table : {-1, 99, INT32_MAX}) {
    EXPECT_EQ(tsugi_recommender_strings(model.recommender, table, &offsets, &text, &count),
              TSUGI_INVALID_ARGUMENT);
  }
  EXPECT_EQ(tsugi_recommender_strings(nullptr, 0, &offsets, &text, &count), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_strings(model.recommender, 0, nullptr, &text, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_strings(model.recommender, 0, &offsets, nullptr, &count),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_strings(model.recommender, 0, &offsets, &text, nullptr),
            TSUGI_INVALID_ARGUMENT);
}

TEST(CApiRecommender, FindsEveryItemByItsId) {
  const GoldenHandle model;
  const auto ids = Strings(model.recommender, TSUGI_ITEM_IDS);
  for (size_t i = 0; i < ids.size(); ++i) {
    int32_t item = -1;
    ASSERT_EQ(tsugi_recommender_find_item(model.recommender, ids[i].data(), ids[i].size(), &item),
              TSUGI_OK);
    EXPECT_EQ(item, static_cast<int32_t>(i));
  }
  int32_t item = 77;
  for (const std::string id : {"", "B00", "B00-11", "0"}) {
    EXPECT_EQ(tsugi_recommender_find_item(model.recommender, id.data(), id.size(), &item),
              TSUGI_NOT_FOUND);
    ExpectLastErrorHas("'" + id + "'");
  }
  EXPECT_EQ(item, 77);
}

TEST(CApiRecommender, WithoutIdsAnIdIsADecimalIndex) {
  const GoldenHandle model("sasrec_i8");
  int32_t item = -1;
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, "4", 1, &item), TSUGI_OK);
  EXPECT_EQ(item, 4);
  for (const std::string id : {"5", "-1", "4x", " 4", "4294967300", ""}) {
    EXPECT_EQ(tsugi_recommender_find_item(model.recommender, id.data(), id.size(), &item),
              TSUGI_NOT_FOUND);
  }
}

TEST(CApiRecommender, FindItemRefusesNullPointers) {
  const GoldenHandle model;
  int32_t item = 0;
  EXPECT_EQ(tsugi_recommender_find_item(nullptr, "1", 1, &item), TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, nullptr, 1, &item),
            TSUGI_INVALID_ARGUMENT);
  EXPECT_EQ(tsugi_recommender_find_item(model.recommender, nullptr, 0, &item), TSUGI_NOT_FOUND);
}

}  // namespace
}  // namespace tsugi
