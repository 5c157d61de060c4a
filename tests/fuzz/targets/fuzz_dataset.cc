// A damaged file of a data set: the first byte says which. Nothing but the file as it was written
// opens. With the first byte's highest bit the hashes are made to fit, as a forger would: then what
// opens is whole in itself.
#include <algorithm>
#include <iterator>

#include "native/dataset/dataset.h"
#include "native/dataset/dataset_files.h"
#include "native/dataset/import.h"
#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

constexpr uint8_t kForged = 128;

/// A small data set with titles, metadata, actions, vectors and words, and the bytes of its files.
class Whole {
 public:
  Whole() {
    ImportOptions options;
    options.events = {folder_.Write(
        "events.csv",
        BytesOf("user,item,time,action,value\nu1,a,1600000000,view,1\nu1,b,1600000060,buy,2\n"
                "u1,c,1600000120,view,3\nu2,a,1600000001,,4\nu2,c,1600000061,view,5\n"))};
    options.event_reader.action_column = "action";
    options.items =
        folder_.Write("items.csv", BytesOf("id,title,genres\na,Winter,War\nb,Night,War\n"));
    options.item_vectors = {{"image", folder_.Write("v.csv", BytesOf("id,v\na,\"[1,2]\"\n")), {}}};
    options.words = folder_.Write("w.txt", BytesOf("winter 1 2\nnight 2 1\nwar 0 1\n"));
    options.event_reader.value_column = "value";
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
  const File& stats() const { return *std::ranges::find(files_, kStatsFile, &File::name); }
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

/// The names in the order of the hash; what a data set need not have comes last.
std::vector<std::string> HashedNames() {
  std::vector<std::string> names = {kOffsetsFile,  kItemsFile,      kTimesFile,
                                    kActionsFile,  kValuesFile,     kTrainEndFile,
                                    kRefitEndFile, kValidCasesFile, kTestCasesFile};
  for (const char* table : {kItemIds, kItemTitles, kItemMetadata, kActionNames, kWords}) {
    names.push_back(table + std::string(kOffsetsSuffix));
    names.push_back(table + std::string(kTextSuffix));
  }
  names.insert(names.end(), {kWordCodesFile, kWordCodebooksFile, ItemVectorsFile("image")});
  return names;
}

std::string_view TextOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// stats.json with hashes that fit its own text and the files, of which `changed` has `bytes`.
FuzzBytes Forge(const Whole& whole, const Whole::File& changed, std::span<const uint8_t> bytes) {
  const auto content = [&](const std::string& name) {
    if (name == changed.name) return TextOf(bytes);
    const auto found = std::ranges::find(whole.files(), name, &Whole::File::name);
    Require(found != whole.files().end(), "the data set has every file");
    return TextOf(found->bytes);
  };
  ContentHash hash;
  static const std::vector<std::string> names = HashedNames();
  for (const std::string& name : names) hash.Add(name, content(name));
  std::string stats(content(kStatsFile));
  const std::string key = "\"hash\": \"";
  const size_t at = stats.find(key);
  if (at != stats.npos && at + key.size() + 16 <= stats.size()) {
    stats.replace(at + key.size(), 16, hash.text());
  }
  stats.resize(std::min(stats.rfind(kStatsHash), stats.size()));
  return BytesOf(stats + StatsEnd(stats));
}

/// Follows every index of a data set, as training does without checks of its own.
void Follow(const Dataset& dataset) {
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s)) {
      Require(item < dataset.item_count(), "an item exists");
    }
    Require(dataset.train_end()[s] <= dataset.sequence_items(s).size(), "training ends inside");
    Require(dataset.refit_end()[s] <= dataset.sequence_items(s).size(), "and so does the refit");
  }
  for (const Split split : {Split::kValid, Split::kTest}) {
    for (const auto& [sequence, position] : dataset.cases(split)) {
      Require(sequence < dataset.sequence_count(), "the sequence of a case exists");
      Require(position < dataset.sequence_items(sequence).size(), "and so does its event");
    }
  }
  for (const uint32_t action : dataset.actions()) {
    Require(action < dataset.action_names().size(), "an action has a name");
  }
  size_t bytes = 0;
  for (const StringTableView& table :
       {dataset.item_ids(), dataset.item_titles(), dataset.item_metadata(), dataset.words()}) {
    for (size_t i = 0; i < table.size(); ++i) {
      for (const char c : table[i]) bytes += c != '\0';
    }
  }
  for (const ItemVectors& vectors : dataset.item_vectors()) {
    Require(vectors.rows.size() == dataset.item_count() * vectors.width, "rows are whole");
  }
  const EventView events = dataset.events();
  Require(events.times.empty() || events.times.size() == events.items.size(), "times are whole");
  Require(dataset.word_codes().size() % std::max<size_t>(dataset.words().size(), 1) == 0,
          "words have as many codes");
  if (!dataset.word_codebooks().empty()) {
    Require(dataset.word_width() > 0, "codewords have a width");
  }
  Require(!dataset.hash().empty() && dataset.protocol().size() + bytes < (size_t{1} << 20),
          "texts are no longer than their files");
  Require(dataset.repeat_share() == dataset.repeat_share(), "a share is a number");
}

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() {
  std::vector<FuzzBytes> seeds;
  const auto& files = SharedWhole().files();
  const auto add = [&](size_t number, std::span<const uint8_t> bytes) {
    for (const uint8_t forged : {uint8_t{0}, kForged}) {
      FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(number | forged)});
      seed.insert(seed.end(), bytes.begin(), bytes.end());
    }
  };
  for (size_t i = 0; i < files.size(); ++i) add(i, files[i].bytes);
  return seeds;
}

void FuzzOne(std::span<const uint8_t> input) {
  if (input.empty()) return;
  Whole& whole = SharedWhole();
  const Whole::File& file = whole.files()[input[0] % whole.files().size()];
  const auto bytes = input.subspan(1);
  whole.Put(file, bytes);
  const bool is_forged = input[0] & kForged;
  if (is_forged) whole.Put(whole.stats(), Forge(whole, file, bytes));
  const auto dataset = Dataset::Open(whole.path());
  const bool is_same = std::ranges::equal(bytes, file.bytes);
  if (is_same) Require(dataset.ok(), "the file as it was written opens");
  if (dataset.ok()) {
    // A stats.json of version 1, without a hash, may differ in what nothing reads.
    Require(is_same || is_forged || file.name == kStatsFile, "a changed file is refused");
    Follow(*dataset);
  } else {
    Require(!dataset.status().message().empty(), "an error says what is wrong");
  }
  whole.Put(file, file.bytes);
  if (is_forged) whole.Put(whole.stats(), whole.stats().bytes);
}

void FuzzRepair(FuzzBytes&) {}

}  // namespace tsugi
