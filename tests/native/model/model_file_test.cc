#include "native/model/model_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <iterator>
#include <string>

#include "tests/golden/golden_models.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

namespace fs = std::filesystem;

class ModelFile : public testing::Test {
 protected:
  size_t FileCount() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  // Loads a file with that text and expects an error of `code` whose message names the file and
  // `word`.
  void ExpectRefused(const std::string& text, StatusCode code, const std::string& word) {
    const fs::path path = files_.Write("refused.tsugi", text);
    const auto model = LoadModelFile(path);
    EXPECT_EQ(model.status().code(), code) << word;
    EXPECT_TRUE(model.status().message().starts_with(path.string())) << model.status().message();
    EXPECT_NE(model.status().message().find(word), std::string::npos) << model.status().message();
  }

  TempFiles files_;
  const fs::path folder_ = files_.path("");
};

TEST_F(ModelFile, SavesAndLoadsAgain) {
  const auto made = MakeGoldenModel("gated_i8");
  const fs::path path = folder_ / "model.tsugi";
  const Status saved = SaveModel(path, made->data.View(), made->provenance);
  ASSERT_TRUE(saved.ok()) << saved.message();
  const auto loaded = LoadModelFile(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ(loaded->provenance(), made->provenance);
  EXPECT_EQ(loaded->view().item_ids()[2], "film 3");
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(ModelFile, ReplacesAnOlderModel) {
  const fs::path path = folder_ / "model.tsugi";
  for (const std::string_view name : {"gated_f32", "sasrec_i8"}) {
    const auto made = MakeGoldenModel(name);
    ASSERT_TRUE(SaveModel(path, made->data.View(), made->provenance).ok());
    EXPECT_EQ(LoadModelFile(path)->view().spec.encoder.block, made->data.spec.encoder.block);
  }
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(ModelFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const auto made = MakeGoldenModel("gated_f32");
  const fs::path path = files_.Write("model.tsugi", "the old model");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 5000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = SaveModel(path, made->data.View(), made->provenance);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(status.code(), StatusCode::kOutOfRange);
  EXPECT_NE(status.message().find("free some space"), std::string_view::npos) << status.message();
  EXPECT_EQ(TempFiles::Read(path), "the old model");
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(ModelFile, KeepsTheOldFileWhenTheModelIsInvalid) {
  const auto made = MakeGoldenModel("gated_f32");
  const fs::path path = files_.Write("model.tsugi", "the old model");
  ModelView broken = made->data.View();
  broken.tensors.erase("items.table");
  EXPECT_FALSE(SaveModel(path, broken, {}).ok());
  EXPECT_EQ(TempFiles::Read(path), "the old model");
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(ModelFile, SaysWhereItCanNotSave) {
  const auto made = MakeGoldenModel("gated_f32");
  const ModelView view = made->data.View();
  EXPECT_EQ(SaveModel(folder_ / "no" / "model.tsugi", view, {}).code(), StatusCode::kNotFound);
  EXPECT_EQ(SaveModel(folder_, view, {}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(SaveModel("/dev/null", view, {}).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(ModelFile, SaysWhyItCanNotLoad) {
  EXPECT_EQ(LoadModelFile(folder_ / "none.tsugi").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(LoadModelFile(folder_).status().code(), StatusCode::kInvalidArgument);
  ExpectRefused("", StatusCode::kCorruptModel, "empty");
  ExpectRefused("<html><body>Not found</body></html>", StatusCode::kCorruptModel,
                "looks like HTML");
  ExpectRefused("\x1f\x8b\x08 zipped", StatusCode::kCorruptModel, "looks like gzip");
  ExpectRefused("{\"error\":404}", StatusCode::kCorruptModel, "looks like JSON");
  const std::string whole = TempFiles::Read(GoldenModelPath("gated_f32"));
  ExpectRefused(whole.substr(0, whole.size() / 2), StatusCode::kCorruptModel, "truncated");
}

TEST_F(ModelFile, ObeysTheCallersLimit) {
  const fs::path path = GoldenModelPath("gated_f32");
  ReadLimits limits;
  limits.max_file_bytes = fs::file_size(path);
  EXPECT_TRUE(LoadModelFile(path, limits).ok());
  limits.max_file_bytes -= 1;
  EXPECT_EQ(LoadModelFile(path, limits).status().code(), StatusCode::kOutOfMemory);
}

}  // namespace
}  // namespace tsugi
