// A damaged file of a data set: the first byte says which. Nothing but the file as it was written
// opens.
#include <algorithm>
#include <iterator>

#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

/// A small data set with titles, metadata, actions and vectors, and the bytes of its files.
class Whole {
 public:
  Whole() {
    ImportOptions options;
    options.events = {folder_.Write(
        "events.csv",
        BytesOf("user,item,time,action\nu1,a,1600000000,view\nu1,b,1600000060,buy\n"
                "u1,c,1600000120,view\nu2,a,1600000001,view\nu2,c,1600000061,view\n"))};
    options.event_reader.action_column = "action";
    options.items =
        folder_.Write("items.csv", BytesOf("id,title,genres\na,Winter,War\nb,Night,War\n"));
    options.item_vectors = {{"image", folder_.Write("v.csv", BytesOf("id,v\na,\"[1,2]\"\n")), {}}};
    options.min_count = 1;
    options.out = folder_.path("data");
    Require(ImportLog(options).ok(), "the data set is made");
    for (const auto& entry : std::filesystem::directory_iterator(options.out)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files_.push_back(
          {entry.path().filename(), FuzzBytes(std::istreambuf_iterator<char>(file), {})});
    }
    std::ranges::sort(files_, {}, &File::name);
  }
  struct File {
    std::string name;
    FuzzBytes bytes;
  };
  const std::vector<File>& files() const { return files_; }
  std::filesystem::path path() const { return folder_.path("data"); }
  void Put(const File& file, std::span<const uint8_t> bytes) const {
    folder_.Write("data/" + file.name, bytes);
  }

 private:
  FuzzFolder folder_;
  std::vector<File> files_;
};

Whole& SharedWhole() {
  static Whole whole;
  return whole;
}

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() {
  std::vector<FuzzBytes> seeds;
  const auto& files = SharedWhole().files();
  for (size_t i = 0; i < files.size(); ++i) {
    FuzzBytes seed = {static_cast<uint8_t>(i)};
    seed.insert(seed.end(), files[i].bytes.begin(), files[i].bytes.end());
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

void FuzzOne(std::span<const uint8_t> input) {
  if (input.empty()) return;
  Whole& whole = SharedWhole();
  const Whole::File& file = whole.files()[input[0] % whole.files().size()];
  const auto bytes = input.subspan(1);
  whole.Put(file, bytes);
  const auto dataset = Dataset::Open(whole.path());
  const bool is_same = std::ranges::equal(bytes, file.bytes);
  if (is_same) Require(dataset.ok(), "the file as it was written opens");
  if (dataset.ok()) {
    // A stats.json of version 1, without a hash, may differ in what nothing reads.
    Require(is_same || file.name == "stats.json", "a changed file is refused");
    for (size_t s = 0; s < dataset->sequence_count(); ++s) {
      for (const uint32_t item : dataset->sequence_items(s)) {
        Require(item < dataset->item_count(), "an item exists");
      }
    }
  } else {
    Require(!dataset.status().message().empty(), "an error says what is wrong");
  }
  whole.Put(file, file.bytes);
}

void FuzzRepair(FuzzBytes&) {}

}  // namespace tsugi
