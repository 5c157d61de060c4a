// Writes the golden models of the current format version: make_golden_models [FOLDER]

#include <cstdio>
#include <filesystem>

#include "native/model/model_file.h"
#include "tests/golden/golden_models.h"

int main(int argc, char** argv) {
  for (const std::string_view name : tsugi::GoldenModelNames()) {
    const std::filesystem::path in_checkout = tsugi::GoldenModelPath(name);
    const std::filesystem::path path =
        argc > 1 ? std::filesystem::path(argv[1]) / in_checkout.filename() : in_checkout;
    auto model = tsugi::MakeGoldenModel(name);
    const tsugi::Status status =
        model.ok()
            ? tsugi::SaveModel(path, model->data.View(), model->provenance, model->data.Int4View())
            : model.status();
    if (!status.ok()) {
      std::fprintf(stderr, "make_golden_models: %s\n", std::string(status.message()).c_str());
      return 1;
    }
    std::printf("%s\n", path.c_str());
  }
  return 0;
}
