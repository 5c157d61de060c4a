// A log, the items' metadata, their vectors and word vectors, whichever the first byte says,
// imported with small files that are right. Every row is accounted for, and what was written can be
// opened.
#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

enum class Kind : uint8_t {
  kTable,
  kJsonLines,
  kSequences,
  kSessions,
  kItems,
  kItemLines,
  kVectors,
  kNumpy,
  kVectorLines,
  kWords,
  kWordsJson,
  kWordsBinary
};
constexpr uint8_t kKinds = 12;

constexpr const char kEvents[] =
    "user,item,time,kind\nu1,a,1600000000,view\nu1,b,1600000060,buy\nu1,c,1600000120,view\n"
    "u2,a,1600000001,view\nu2,c,1600000061,view\nu2,b,1600000121,buy\n";
constexpr const char kItems[] = "id,title,genres\na,Winter crime,Drama|War\nb,Night,War\nc,,\n";

FuzzBytes SeedOf(Kind kind, std::string_view text) {
  FuzzBytes seed = {static_cast<uint8_t>(kind)};
  seed.insert(seed.end(), text.begin(), text.end());
  return seed;
}

ImportOptions OptionsFor(Kind kind, std::span<const uint8_t> bytes, const FuzzFolder& folder) {
  constexpr const char* kNames[kKinds] = {"log.csv", "log.jsonl", "log.txt",    "log.txt",
                                          "it.csv",  "it.jsonl",  "v.csv",      "v.npy",
                                          "v.jsonl", "glove.txt", "words.json", "words.bin"};
  ImportOptions options;
  options.out = folder.path("data");
  options.min_count = 1;
  const auto file = folder.Write(kNames[static_cast<size_t>(kind)], bytes);
  options.events = {kind <= Kind::kSessions ? file : folder.Write("events.csv", BytesOf(kEvents))};
  if (kind == Kind::kSequences) options.format = LogFormat::kSequences;
  if (kind == Kind::kSessions) options.format = LogFormat::kSessions;
  if (kind <= Kind::kSessions) return options;
  options.items = kind == Kind::kItems || kind == Kind::kItemLines
                      ? file
                      : folder.Write("items.csv", BytesOf(kItems));
  if (kind >= Kind::kVectors && kind <= Kind::kVectorLines) {
    VectorSource source{"image", file, {}};
    if (kind == Kind::kNumpy) source.ids = folder.Write("ids.txt", BytesOf("a\nb\nc\n"));
    options.item_vectors = {source};
  }
  if (kind >= Kind::kWords) options.words = file;
  return options;
}

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() {
  std::string numpy("\x93NUMPY\x01\x00v\x00", 10);
  numpy += "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  numpy += std::string(128 - numpy.size() - 1, ' ') + "\n" + std::string(24, '\x3f');
  std::string binary = "2 2\n";
  binary += "night " + std::string(8, '\x3f') + "\ncrime " + std::string(8, '\x3e') + "\n";
  return {
      SeedOf(Kind::kTable, kEvents),
      SeedOf(Kind::kTable,
             "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3.5\n1\t\"a\"\"b\"\t4\n"),
      SeedOf(Kind::kTable, "u;i;t\nx;y;2023-11-14 22:13:20 UTC\nx;z;31.12.2023\n"),
      SeedOf(Kind::kJsonLines,
             "{\"user\":\"u\",\"item\":[\"a\",\"b\"],\"time\":1700000000700,\"price\":NaN}\n"
             "{\"user\":1e3,\"item\":18446744073709551617,\"time\":\"2017/8/18\"}\n"),
      SeedOf(Kind::kSequences, "1 2 3 4\n2 3 4 5 5\n# a comment\n"),
      SeedOf(Kind::kSessions, "2 3 4\n3 4\n"),
      SeedOf(Kind::kItems, kItems),
      SeedOf(Kind::kItemLines,
             "{\"id\":\"a\",\"title\":\"T\\u00e9\",\"tags\":[\"x\",\"y\"],\"n\":{\"m\":1}}\n"),
      SeedOf(Kind::kVectors, "id,v\na,\"[1,2]\"\nb,\"[0.5,-1e3]\"\n"),
      SeedOf(Kind::kNumpy, numpy),
      SeedOf(Kind::kVectorLines, "{\"id\":\"a\",\"vector\":[1,2]}\n{\"id\":\"b\",\"vector\":[]}\n"),
      SeedOf(Kind::kWords, "night 1 2\ncrime 0.5 -1\nwar 2 2\n"),
      SeedOf(Kind::kWordsJson, "{\"dimensions\":2,\"vectors\":{\"night\":[1,2],\"war\":[0,1]}}"),
      SeedOf(Kind::kWordsBinary, binary),
  };
}

void FuzzOne(std::span<const uint8_t> input) {
  if (input.empty()) return;
  static FuzzFolder folder;
  folder.Clear();
  const auto kind = static_cast<Kind>(input[0] % kKinds);
  const auto stats = ImportLog(OptionsFor(kind, input.subspan(1), folder));
  if (!stats.ok()) {
    Require(!stats.status().message().empty(), "an error says what is wrong");
    Require(!std::filesystem::exists(folder.path("data")), "a refused log writes nothing");
    return;
  }
  Require(
      stats->log_events + stats->min_count_events + stats->merged_events + stats->held_out_events ==
          stats->events_read,
      "every event is accounted for");
  if (kind <= Kind::kJsonLines || kind > Kind::kSessions) {
    Require(stats->events_read ==
                stats->rows_read - stats->rows_rejected + stats->list_events - stats->list_rows,
            "every row is accounted for");
  }
  const auto dataset = Dataset::Open(folder.path("data"));
  Require(dataset.ok(), "what was imported can be opened");
  Require(dataset->item_count() == stats->items, "and has the items");
}

void FuzzRepair(FuzzBytes&) {}

}  // namespace tsugi
