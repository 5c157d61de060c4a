// What an example in C++ may use without declaring it, and how it is run.
#ifndef TSUGI_TESTS_EXAMPLES_GIVEN_H_
#define TSUGI_TESTS_EXAMPLES_GIVEN_H_

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/reader.h"
#include "model_format/writer.h"
#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/report.h"
#include "native/export/quantize_model.h"
#include "native/log/event_reader.h"
#include "native/model/model_file.h"
#include "native/quantize/quantize_rows.h"
#include "native/report/line_chart.h"
#include "native/report/text.h"
#include "native/semantic_ids/residual_codes.h"
#include "native/semantic_ids/semantic_ids.h"

namespace tsugi {

/// Ends the program if making the world of the examples failed.
inline void Require(const Status& status) {
  if (status.ok()) return;
  std::cerr << "examples: " << status.message() << '\n';
  std::exit(1);
}
template <typename Value>
Value Require(Result<Value> result) {
  Require(result.status());
  return std::move(*result);
}

/// In the working folder: a log, and the data set that is imported from it.
inline Dataset MakeDataset() {
  std::ofstream log("log.csv.gz");  // read by content: it need not be compressed
  log << "user,item,time\n";
  for (int user = 0; user < 8; ++user) {
    for (int event = 0; event < 5; ++event) {
      log << 'u' << user << ",B00-" << (user + event) % 5 << ',' << 1700000000 + event << '\n';
    }
  }
  log.close();
  ImportOptions options;
  options.events = {"log.csv.gz"};
  options.out = "data";
  Require(ImportLog(options).status());
  return Require(Dataset::Open("data"));
}
inline const Dataset dataset = MakeDataset();

/// A golden model under the ids of the data set, as training leaves it: run/weights.tsugi.
inline Model MakeModel() {
  const Model golden =
      Require(LoadModelFile(TSUGI_SOURCE_DIR "/tests/golden/models/v1/gated_f32.tsugi"));
  ModelView named = golden.view();
  named.SetStrings(kItemIdStrings, dataset.item_ids());
  std::filesystem::create_directory("run");
  Require(SaveModel("run/weights.tsugi", named, golden.provenance()));
  std::filesystem::copy_file("run/weights.tsugi", "model.tsugi",
                             std::filesystem::copy_options::overwrite_existing);
  return Require(LoadModelFile("model.tsugi"));
}
inline const Model model = MakeModel();
inline const ModelView& view = model.view();
inline const ModelSpec& spec = view.spec;
inline const Provenance provenance = model.provenance();

/// 300 rows of 4 floats, and an id for each.
inline constexpr size_t rows = 300, columns = 4, width = columns;
inline const std::vector<float> weights = [] {
  std::vector<float> all(rows * columns);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<float>((i * 7919) % 1009) - 500;
  return all;
}();
inline const std::vector<float>& vectors = weights;
inline const StringTable id_table = [] {
  StringTable ids;
  for (size_t i = 0; i < rows; ++i) ids.Append("id-" + std::to_string(i));
  return ids;
}();
inline const StringTableView item_ids = id_table.View();
inline constexpr uint64_t seed = 1;
/// An item table of the model, [5, 4].
inline const std::vector<float> values(size_t{5} * 4, 0.5f);

struct Example {
  const char* name;
  Status (*run)();
};

inline int RunExamples(int, char**, const Example* examples, size_t count) {
  int failed = 0;
  for (size_t i = 0; i < count; ++i) {
    const Status status = examples[i].run();
    std::printf("%s: %s\n", examples[i].name, std::string(status.message()).c_str());
    failed += status.ok() ? 0 : 1;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_EXAMPLES_GIVEN_H_
