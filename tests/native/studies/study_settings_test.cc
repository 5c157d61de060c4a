#include <gtest/gtest.h>

#include "native/studies/study.h"

namespace tsugi {
namespace {

struct Settings {
  double rate = 0.5;
  int64_t beam = 20;
  std::string split = "test", name;

  Result<std::string> Read(std::vector<std::string> given) {
    StudyRequest request;
    request.settings = std::move(given);
    return ReadSettings(request, {{"rate", &rate, 0, 1},
                                  {"beam", &beam, 1, 64},
                                  {.key = "split", .value = &split, .words = "test|valid"},
                                  {.key = "name", .value = &name}});
  }
  std::string Message(const char* given) {
    const auto read = Read({given});
    return read.ok() ? "" : std::string(read.status().message());
  }
};

TEST(StudySettings, AreTheDefaultsAndWhatIsGivenOverThem) {
  Settings settings;
  const auto text = settings.Read({"beam=3", "name=a=b"});
  ASSERT_TRUE(text.ok()) << text.status().message();
  EXPECT_EQ(settings.beam, 3);
  EXPECT_EQ(settings.name, "a=b");
  EXPECT_EQ(*text, "rate=0.5\nbeam=3\nsplit=test\nname=a=b\n");
}

TEST(StudySettings, RefuseOtherKeysAndValuesNamingThoseThatAreAllowed) {
  Settings settings;
  EXPECT_NE(settings.Message("width=3").find("rate beam split name"), std::string::npos);
  EXPECT_NE(settings.Message("beam").find("KEY=VALUE"), std::string::npos);
  for (const char* wrong : {"beam=65", "beam=0", "beam=3x", "beam=", "beam=2.5", "beam=nan"}) {
    EXPECT_NE(settings.Message(wrong).find("1 to 64"), std::string::npos) << wrong;
  }
  EXPECT_NE(settings.Message("split=train").find("test|valid"), std::string::npos);
  EXPECT_NE(settings.Message("split=test|valid").find("expected"), std::string::npos);
  EXPECT_EQ(settings.beam, 20);
  EXPECT_EQ(settings.split, "test");
}

}  // namespace
}  // namespace tsugi
