// A log, the items' metadata, their vectors and word vectors, whichever the first byte says, with
// the options that the second byte chooses, imported with small files that are right. Every row is
// accounted for, and what was written can be opened.
#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "native/dataset/item_texts.h"
#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

enum class Kind : uint8_t {
  kTable,
  kJsonLines,
  kParts,  // of one log, with NUL between them
  kSequences,
  kTimes,
  kSessions,
  kCases,
  kItems,
  kItemLines,
  kVectors,
  kNumpy,
  kVectorLines,
  kWords,
  kWordsJson,
  kWordsBinary
};
constexpr uint8_t kKinds = 15;
constexpr const char* kNames[kKinds] = {
    "log.csv",  "log.jsonl", "part-0.csv", "log.txt", "times.txt", "log.txt", "cases.txt", "it.csv",
    "it.jsonl", "v.csv",     "v.npy",      "v.jsonl", "glove.txt", "w.json",  "w.bin"};

// The second byte: of logs, from kContexts to kDataset; of items, the four after it; of vectors,
// how many kinds there are.
enum Bits : uint8_t {
  kContexts = 1,   // action, value and order are read
  kNoHeading = 2,  // columns are 1, 2, 3 ...
  kDayFirst = 4,   // with kMonthFirst: no times
  kMonthFirst = 8,
  kRare = 16,      // users and items with one event are left out
  kOwnItems = 32,  // the log describes its items, too
  kOnDisk = 64,    // nothing fits into memory
  kOtherOrder = 128,
  kFields = 1,
  kWithout = 2,
  kTitle = 4,
  kId = 8
};

constexpr const char kEvents[] =
    "user,item,time,kind\nu1,a,1600000000,view\nu1,b,1600000060,buy\nu1,c,1600000120,view\n"
    "u2,a,1600000001,view\nu2,c,1600000061,view\nu2,b,1600000121,buy\n";
constexpr const char kItems[] = "id,title,genres\na,Winter crime,Drama|War\nb,Night,War\nc,,\n";

bool IsLog(Kind kind) { return kind <= Kind::kCases; }

void ChooseColumns(uint8_t bits, EventReaderOptions& reader) {
  const bool is_bare = bits & kNoHeading;
  reader.table.has_header = !is_bare;
  if (is_bare) reader.user_column = "1", reader.item_column = "2", reader.time_column = "3";
  if (bits & kContexts) {
    reader.action_column = is_bare ? "4" : "kind";
    reader.value_column = is_bare ? "5" : "v";
    reader.order_column = is_bare ? "6" : "n";
  }
  const uint8_t dates = bits & (kDayFirst | kMonthFirst);
  if (dates == (kDayFirst | kMonthFirst)) reader.time_column = "none";
  if (dates == kDayFirst || dates == kMonthFirst) reader.day_first = dates == kDayFirst;
}

/// The options of a log at `file`; `parts`: at files that a pattern names.
void ChooseLog(Kind kind, uint8_t bits, const std::filesystem::path& file, const FuzzFolder& folder,
               ImportOptions& options) {
  options.events = {file};
  const bool is_sequences = kind == Kind::kSequences || kind == Kind::kTimes;
  if (is_sequences) options.format = LogFormat::kSequences;
  if (kind == Kind::kSessions || kind == Kind::kCases) options.format = LogFormat::kSessions;
  if (kind == Kind::kTimes) {
    options.events = {folder.Write("log.txt", BytesOf("1 2 3 4\n2 3 4 5 5\n"))};
    options.times = file;
  }
  if (kind == Kind::kCases) {
    options.events = {folder.Write("log.txt", BytesOf("2 3 4\n3 4\n"))};
    options.test_cases = file;
  }
  if (kind == Kind::kParts) options.events = {folder.path("part-*.csv")};
  if (options.format == LogFormat::kEvents) ChooseColumns(bits, options.event_reader);
  if (bits & kRare) options.min_count = 2;
  if (bits & kOwnItems) options.items = file;
  if (bits & kOnDisk) options.memory_bytes = 1;
  if (bits & kOtherOrder) {
    options.tie_order = TieOrder::kShuffled;
    options.merge_repeats = true;
    if (options.format != LogFormat::kSessions) options.split_time = 1600000060;
  }
}

/// The options of what is known of items at `file`.
void ChooseItems(Kind kind, uint8_t bits, const std::filesystem::path& file,
                 const FuzzFolder& folder, ImportOptions& options) {
  options.events = {folder.Write("events.csv", BytesOf(kEvents))};
  const bool is_items = kind == Kind::kItems || kind == Kind::kItemLines;
  options.items = is_items ? file : folder.Write("items.csv", BytesOf(kItems));
  if (is_items) {
    if (bits & kFields) options.item_fields = {"title", "genres"};
    if (bits & kWithout) options.without_fields = {"genres"};
    if (bits & kTitle) options.metadata_reader.title_column = "title";
    if (bits & kId) options.metadata_reader.id_column = "id";
  } else if (kind <= Kind::kVectorLines) {
    VectorSource source{"image", file, {}};
    if (kind == Kind::kNumpy) source.ids = folder.Write("ids.txt", BytesOf("a\nb\nc\n"));
    options.item_vectors.assign(size_t{1} + bits % 16, source);
    for (size_t i = 1; i < options.item_vectors.size(); ++i) {
      if (i > 1 || bits < 16) options.item_vectors[i].name += std::to_string(i);
    }
    if (bits >= 128) options.item_vectors[0].name = "No name";
  } else {
    options.words = file;
  }
}

/// Where the bytes lie: one file, or the parts of a log.
std::filesystem::path WriteInput(Kind kind, std::span<const uint8_t> bytes,
                                 const FuzzFolder& folder) {
  if (kind != Kind::kParts) return folder.Write(kNames[static_cast<size_t>(kind)], bytes);
  for (size_t number = 0; number < 4; ++number) {
    const auto end = std::ranges::find(bytes, 0);
    const auto size = static_cast<size_t>(end - bytes.begin());
    folder.Write("part-" + std::to_string(number) + ".csv", bytes.first(size));
    if (end == bytes.end()) break;
    bytes = bytes.subspan(size + 1);
  }
  return folder.path(kNames[static_cast<size_t>(kind)]);
}

void RequireWhole(const Dataset& dataset, const ImportStats& stats) {
  Require(dataset.item_count() == stats.items, "and has the items");
  CatalogueTexts texts(dataset.item_titles(), dataset.item_metadata());
  ItemTexts owned;
  for (size_t i = 0; i < texts.item_count(); ++i) {
    owned.titles.emplace_back(texts.Title(i));
    auto& attributes = owned.attributes.emplace_back();
    for (const std::string_view attribute : texts.Attributes(i)) {
      Require(attribute.find('=') != std::string_view::npos, "an attribute has a field");
      attributes.emplace_back(attribute);
    }
  }
  const std::vector<bool> held = HoldOutTexts(owned);
  for (size_t i = 0; i < held.size(); ++i) {
    Require(!held[i] || !owned.titles[i].empty(), "what is held out has a title");
  }
  const CatalogueWords words(texts);
  for (size_t i = 0; i < texts.item_count() && !owned.empty(); ++i) {
    for (const std::string& word : SplitWords(owned.titles[i])) {
      Require(words.ItemCount(word) > 0, "a title's word is counted");
    }
    Require(owned.All(i).starts_with(owned.titles[i]), "the texts of an item begin with its title");
  }
}

struct Seed {
  Kind kind;
  uint8_t bits;
  std::string_view text;
};

// Every form of a time that is read, and some that are none.
constexpr const char kTimeForms[] =
    "user,item,time\n"
    "a,x,2023-11-14T22:13:20.123456789Z\na,y,2023-11-14 22:13:20 +0100 CET\n"
    "a,z,14.11.2023 9.05.58\nb,x,2017/8/18\nb,y,12/31/2023 10:13:20 PM\nb,z,31-12-2023 0:05 AM\n"
    "c,x,Tue Apr 03 18:00:09 +0000 2012\nc,y,\"Tue, 03 Apr 2012 18:00:09 GMT\"\n"
    "c,z,Tue Apr  3 18:00:09 2012\nd,x,[03/Apr/2012:18:00:09 +0200]\nd,y,\"Dec 31, 2023\"\n"
    "d,z,31 December 2023\ne,x,01-Jan-1995 10:00 EST\ne,y,Sept 3 2021\n"
    "e,z,Mon Jan 05 2015 10:00:00 GMT+0100 (Central European Standard Time)\n"
    "f,x,20231114T221320Z\nf,y,1600000000.25\nf,z,\"1600000000,125\"\ng,x,1.6e9\n"
    "g,y,133400000000000000\ng,z,638300000000000000\nh,x,13300000000000000\nh,y,-1\n"
    "h,z,1600000000000000000\ni,x,1600000000000000\ni,y,-1600000000123\ni,z,1e30\n"
    "j,x,2023-02-30\nj,y,2023-11-14 25:00\nj,z,2023-11-14 10:00 XX\nk,x,2023-11-14 10:00 PM\n"
    "k,y,2023-11-14 10:00 +15:00\nk,z,2023-11-14X10\nl,x,Tue Apr 03 18:00:09 +0000 99999\n"
    "l,y,31 Month 2023\nl,z,2023-11-14 10:00:00.\nm,x,0001-01-01 00:00 +10:00\n"
    "m,y,13/13/2023\nm,z,1/2/23\nn,x,31 December 23\nn,y,Tue Feb 30 18:00:09 2012\n"
    "n,z,2023-11-14 13:00 AM\no,x,20231114 22:13\no,y,20231114-10\no,z,2023-11-14T221320\n";

using namespace std::string_view_literals;

// What the formats, their habits and their faults are.
constexpr Seed kSeeds[] = {
    {Kind::kTable, 0, kEvents},
    {Kind::kTable, 0, kTimeForms},
    {Kind::kTable, kDayFirst, kTimeForms},
    {Kind::kTable, kMonthFirst, "user,item,time\nu,a,03/04/2023\nu,b,04/05/2023\nv,a,x\n"},
    {Kind::kTable, 0, "user,item,time\nu,a,03/04/2023\nu,b,04/25/2023\nv,a,02/03/2023\n"},
    {Kind::kTable, 0, "user,item,time\nu,a,03/04/2023\nu,b,05/06/2023\n"},
    {Kind::kTable, 0, "user,item,time\nu,a,25/04/2023\nu,b,04/25/2023\n"},
    {Kind::kTable, 0, "user,item,time\nu,a,20231114\nu,b,20231115\nv,a,20231116221320\nv,b,0\n"},
    {Kind::kTable, 0, "user,item,when\nu,a,2023-11-14\nu,b,2023-11-15\n"},
    {Kind::kTable, 0, "user,item,eventDate\nu,a,1600000000\nu,b,1600000000\nv,b,0\n"},
    {Kind::kTable, 0, "user,item,start_at\nu,a,14th of May 2020\nu,b,15th of May 2020\n"},
    {Kind::kTable, 0, "user,item,n\nu,a,1600000000\nu,b,1600000100\nv,c,\n"},
    {Kind::kTable, kDayFirst | kMonthFirst, kEvents},
    {Kind::kTable, kRare | kOtherOrder, kEvents},
    {Kind::kTable, kOnDisk, kEvents},
    {Kind::kTable, kContexts,
     "user,item,time,kind,v,n\nu,a,1600000000,view,1.5,1\nu,b,1600000000,buy,\"2,5\",-2.25\n"
     "u,c,1600000060,NULL,,1e3\nv,a,1600000060,view,x,3\nv,b,1600000060,view,1e300,3\n"
     "v,c,1600000060,view,3,1e30\nv,d,1600000060,view,3,-4\n"},
    {Kind::kTable, kContexts,
     "user,item,kind,v,n\nu,a,view,1,2023-11-14 10:00\nu,b,buy,2,2023-11-14 9:00\nv,a,,3,never\n"},
    {Kind::kTable, kContexts | kNoHeading, "u,a,1600000000,view,1,2\nu,b,1600000060,buy,2,1\n"},
    {Kind::kTable, kNoHeading, "u,a,1600000000.5\nu,b,1600000060\nv,a,never\n"},
    {Kind::kTable, 0, "u,a,1600000000\nu,b,1600000060\n"},
    {Kind::kTable, 0,
     "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3.5\n1\t\"a\"\"b\"\t4\n"},
    {Kind::kTable, 0, "u;i;t\nx;y;2023-11-14 22:13:20 UTC\nx;z;31.12.2023\n"},
    {Kind::kTable, 0, "sep=;\nuser;item\nu;a\nu;b\nv;a\n"},
    {Kind::kTable, 0, "# made by hand\n\n# user item\nu a\nu b\nv a\n"},
    {Kind::kTable, 0, "\"user\",\"item\"\n\"1\",\"u\",\"a\"\n\"2\",\"u\",\"b\"\n"},
    {Kind::kTable, 0, "3\nuser,item\nu,a\nu,b\nv,a\n"},
    {Kind::kTable, 0, "user,item,\nu,a,\nu,b,\nv,a,\n"},
    {Kind::kTable, 0, "user,item\nu,a,\nu,b,\n"},
    {Kind::kTable, 0, "user,item,\nu,a\nu,b\n"},
    {Kind::kTable, 0, "user,item,name,name,\nu,a,1,2,\nuser,item,name,name,\nu,b\nv,\0,3,4,\n"sv},
    {Kind::kTable, 0,
     "user,item,text\nu,a,\"a line\nand one, more\"\nu,b,\"a \\\"word\\\" said\"\nv,a,\"loose\" "
     "end\n"
     "v,b,\"never closed\nw,a,x\nw,b,y\n"},
    {Kind::kTable, 0, "user::item::time\nu::a::1600000000\nu::b::1600000001\n"},
    {Kind::kTable, 0, "user|item\nu|a\nu|b\n"},
    {Kind::kTable, 0, "user^item\nu^a\nu^b\n"},
    {Kind::kTable, 0, "user,item\r\nu,caf\xE9\r\nu,b\r\n\r\nNULL,c\r\n,c\r\nv,(not set)\r\n"},
    {Kind::kTable, 0,
     "\xEF\xBB\xBFuser,item\ru,a\ru,\x80\x9F\rv,\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
    {Kind::kTable, 0,
     "user,item\nu,\"['a', \\\"b\\\", 'it\\'s']\"\nv,\"[\"\"a\"\", 7, null]\"\nw,[]\n"},
    {Kind::kTable, 0, "user,item\nu,a|b\nu,b|c\nv,a|c\n"},
    {Kind::kTable, 0, "user,user,other\nu,a,b\n"},
    {Kind::kTable, 0, "user,item,session\nNULL,a,s\nNULL,b,s\nnull,c,t\nu,a,t\n"},
    {Kind::kTable, 0, "guest,item\nu,a\n"},
    {Kind::kTable, 0, ""},
    {Kind::kTable, 0, "user\titem\0\nu\ta\n"sv},
    {Kind::kTable, 0, "user,item\nu,x\nu,y\nu,z\nu,x\nv,x\nv,y\nw,z\na,x\nb,x\nc,x\nd,x\n"},
    {Kind::kTable, kOwnItems,
     "user,item,time,title,who\nu,a,1,T,u\nv,a,2,T,v\nu,b,3,S,u\nv,b,4,R,v\nu,c,5,Q,u\nw,c,6,Q,"
     "w\n"},
    {Kind::kTable, 0,
     "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\x2B\x2D\x4E\x2D\xD2\xC9\x2C\x49\xCD\xE5\x2A\xD5"
     "\x49\x04\xE2\x24\xAE\x32\x20\x0D\x00\x39\xCA\xAE\xE0\x16\x00\x00\x00\x00\x00"sv},
    {Kind::kTable, 0,
     "\x28\xB5\x2F\xFD\x04\x58\xB1\x00\x00user,item\nu,a\nu,b\nv,a\n\x13\x34\xC4\x44"sv},
    {Kind::kTable, 0, "\x28\xB5\x2F\xFD\x04\x58\xB1\x00\x00user,it"sv},
    {Kind::kTable, 0, "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xFF\xFF"sv},
    {Kind::kTable, 0, "PK\x03\x04"sv},
    {Kind::kTable, 0, "SQLite format 3"},
    {Kind::kJsonLines, 0,
     "{\"user\":\"u\",\"item\":[\"a\",\"b\"],\"time\":1700000000700,\"price\":NaN}\n"
     "{\"user\":1e3,\"item\":18446744073709551617,\"time\":\"2017/8/18\"}\n\n[1]\n"},
    {Kind::kJsonLines, 0,
     "{\"us\\u0065r\":\"\\u00e9\\ud83d\\ude00\\ud83d\\u20ac\\n\\t\\r\\b\\f\\\"\\\\\\/"
     "\",\"item\":-1.50}\n"
     "{\"user\":{\"id\":7},\"item\":\"a\"}\n{\"item\":{\"a\":[1,{\"b\":2}]},\"user\":true}\n{}\n"
     "{\"user\":\"v\",\"item\":[[1],{\"a\":2}]}\n{\"user\":\"v\",\"item\":[null]}\n{\"user\":-"
     "Infinity}\n"
     "{\"user\":\"\\uZZZZ\",\"item\":1e400,\"caf\xE9\":null} {\"user\":1]\n{\"user\":\"x\n"},
    {Kind::kJsonLines, kContexts,
     "{\"user\":\"u\",\"item\":1.0,\"kind\":\"view\",\"v\":2,\"n\":1}\n{\"user\":\"u\",\"item\":2}"
     "\n"},
    {Kind::kJsonLines, 0, "not JSON\n"},
    {Kind::kJsonLines, 0, ""},
    {Kind::kParts, 0, "user,item\n1,2\n1,3\n2,2\n\0user,item\n1.0,4\n2.0,3\n"sv},
    {Kind::kParts, 0,
     "user,item,time\nu,a,1600000000\n\0v,b,1600000060\n\0item,user,time\na,w,3\n"sv},
    {Kind::kParts, 0, "user,item\nu,a\n\0user,item\nu,a\n\0{\"user\":\"v\",\"item\":\"a\"}\n"sv},
    {Kind::kParts, 0, "user,item\nu,a\n\0user,item,time\nu,b,1600000000\n"sv},
    {Kind::kSequences, 0,
     "1 2 3 4\n2 3 4 5 5\n# a comment\n1 7 8\n3\n[\"a\", 1]\n\0 1\ncaf\xE9 \xE9 a\n"sv},
    {Kind::kSequences, kRare | kOnDisk, "1 2 3 4\n2 3 4 5 5\n"},
    {Kind::kSequences, 0, "\n"},
    {Kind::kTimes, 0, "2 1600000000 1600000060 1600000120 1600000180\n1 2023-11-14 x y\n9 1\n"},
    {Kind::kTimes, 0, "1 1600000000 1600000060 1600000120\n2 1 2 3 4\n1 1 2 3\n2 1\n"},
    {Kind::kSessions, 0, "2 3 4\n3 4\n['a', 1]\n"},
    {Kind::kSessions, kOtherOrder, "2 3 4\n3 4\n"},
    {Kind::kCases, 0, "2 3\t4\n3\t9\n"},
    {Kind::kCases, 0, "2 3 4\n\t4\n2\t3\t4\n2\t3\n"},
    {Kind::kCases, 0, "2 3 4\n"},
    {Kind::kItems, 0, kItems},
    {Kind::kItems, kFields | kTitle | kId, kItems},
    {Kind::kItems, kWithout, kItems},
    {Kind::kItems, kFields, "id,title\na,A\n"},
    {Kind::kItems, 0,
     "id,title,tags:token_seq,x\na,\"{\"\"en\"\": \"\"Heat\"\"}\",one  two,\"[{'id': 1, 'name': "
     "'War'}]\"\n"
     "A,T,one,\"[{'name': ['x']}]\"\nb,\"tab\there\",,\"{'a': 1}\"\n,no "
     "id,,\nz,,,\na,again,two,\n"},
    {Kind::kItems, 0,
     "id,list,set,tuple,pg,names,size\na,\"['Drama', \"\"War\"\"]\",{'Drama'},\"('Drama', 'War')\","
     "\"{Drama,War}\",\"Doe, John\",1\nb,\"['War', ]\",\"{'War', 'Drama'}\",\"('War',)\",{War},"
     "\"Roe, Jane\",2\nc,[27],{},(none),[],x;y/z>w,3\n"},
    {Kind::kItems, 0,
     "id,user,session,year,u2\na,u1,s,1999,u1\na,u2,t,1999,u2\nb,u1,s,2000,u1\nb,u2,t,2000,u2\n"
     "c,u1,s,2001,u1\nc,u2,t,2001,u2\na,u3,t,1998,u1\n"},
    {Kind::kItems, 0, "id,title\nx,Nothing\ny,of the log\n"},
    {Kind::kItems, 0, "code,title\nx,Nothing\n"},
    {Kind::kItemLines, 0,
     "{\"id\":\"a\",\"title\":\"T\\u00e9\",\"tags\":[\"x\",\"y\"],\"n\":{\"m\":1},\"a=b\":1,\"\":2}"
     "\n"
     "{\"id\":\"b\",\"tags\":[\"x\"],\"l\":[{\"name\":\"War\"}],\"v\":NaN,\"t\":true,\"s\":\"{"
     "\\\"k\\\":1}\"}\n"
     "{\"id\":\"c\",\"tags\":null,\"l\":[{\"name\":\"War\",\"x\":[]}],\"g\":[[1],{\"k\":2}],\"t\":"
     "true}\n"},
    {Kind::kItemLines, 0,
     "{\"id\":\"a\",\"user\":\"x\",\"Gr\\u00f6\\u00dfe\":1}\n{\"id\":\"a\",\"user\":\"y\","
     "\"other\":2}\n"
     "{\"id\":\"a\",\"user\":\"z\"\n"},
    {Kind::kVectors, 0, "id,v\na,\"[1,2]\"\nb,\"[0.5,-1e3]\"\n"},
    {Kind::kVectors, 0, "id,v\na,\"[0,0]\"\nA,\"[1,2]\"\na,\"[3,4]\"\nz,\"[1,2]\"\na,\"[5,6]\"\n"},
    {Kind::kVectors, 0, "id,v\nx,\"[1,2]\"\n"},
    {Kind::kVectors, 0, "id,v\na,\"[0,0]\"\n"},
    {Kind::kVectors, 1, "id,v,image\na,\"[1,2]\",\"[3]\"\n"},
    {Kind::kVectors, 17, "id,v\na,\"[1,2]\"\n"},
    {Kind::kVectors, 9, "id,v\na,\"[1,2]\"\n"},
    {Kind::kVectors, 128, "id,v\na,\"[1,2]\"\n"},
    {Kind::kVectorLines, 0, "{\"id\":\"a\",\"vector\":[1,2]}\n{\"id\":\"b\",\"vector\":[]}\n"},
    {Kind::kWords, 0, "night 1 2\ncrime 0.5 -1\nwar 2 2\n"},
    {Kind::kWordsJson, 0, "{\"dimensions\":2,\"vectors\":{\"night\":[1,2],\"war\":[0,1]}}"},
};

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() {
  std::vector<FuzzBytes> seeds;
  const auto add = [&](const Seed& one) {
    FuzzBytes& seed = seeds.emplace_back();
    seed = {static_cast<uint8_t>(one.kind), one.bits};
    seed.insert(seed.end(), one.text.begin(), one.text.end());
  };
  for (const Seed& seed : kSeeds) add(seed);
  std::string numpy("\x93NUMPY\x01\x00v\x00", 10);
  numpy += "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  numpy += std::string(128 - numpy.size() - 1, ' ') + "\n" + std::string(24, '\x3f');
  add({Kind::kNumpy, 0, numpy});
  std::string binary = "2 2\n";
  binary += "night " + std::string(8, '\x3f') + "\ncrime " + std::string(8, '\x3e') + "\n";
  add({Kind::kWordsBinary, 0, binary});
  std::string wide = "user,item,text\n";  // a field of more lines than a quote may span
  wide += "u,a,\"";
  for (int i = 0; i < 1100; ++i) wide += std::string(60, 'x') + "\n";
  add({Kind::kTable, 0, wide});
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  add({Kind::kTable, 0, tar});
  return seeds;
}

void FuzzOne(std::span<const uint8_t> input) {
  if (input.size() < 2) return;
  static FuzzFolder folder;
  folder.Clear();
  const auto kind = static_cast<Kind>(input[0] % kKinds);
  const std::filesystem::path file = WriteInput(kind, input.subspan(2), folder);
  ImportOptions options;
  options.out = folder.path("data");
  options.min_count = 1;
  if (IsLog(kind)) ChooseLog(kind, input[1], file, folder, options);
  if (!IsLog(kind)) ChooseItems(kind, input[1], file, folder, options);
  if (kind <= Kind::kSessions && input[1] & kOtherOrder) (void)GuessFormat(file.string());
  const auto stats = ImportLog(options);
  if (!stats.ok()) {
    Require(!stats.status().message().empty(), "an error says what is wrong");
    Require(!std::filesystem::exists(folder.path("data")), "a refused log writes nothing");
    return;
  }
  Require(
      stats->log_events + stats->min_count_events + stats->merged_events + stats->held_out_events ==
          stats->events_read,
      "every event is accounted for");
  if (options.format == LogFormat::kEvents) {
    Require(stats->events_read ==
                stats->rows_read - stats->rows_rejected + stats->list_events - stats->list_rows,
            "every row is accounted for");
  }
  const auto dataset = Dataset::Open(folder.path("data"));
  Require(dataset.ok(), "what was imported can be opened");
  RequireWhole(*dataset, *stats);
}

void FuzzRepair(FuzzBytes&) {}

}  // namespace tsugi
