// Two targets. `vectors`: vectors of items and of words, whichever the first byte says; what is
// read is finite, written in another form and read again as the same numbers. `sql`: Parquet files
// and queries, through DuckDB. Each runs in a process of its own, because some changed Parquet
// files crash DuckDB, whose code is not ours: `tsugi import` then ends with a message
// (native/cli/import_command.cc). Such a crash is told and is no failure; an oracle or a
// sanitizer's report is one.
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>

#include "native/dataset/word_vectors/word_file.h"
#include "native/log/duckdb_library.h"
#include "native/log/event_reader.h"
#include "native/log/field_text.h"
#include "native/log/table_reader.h"
#include "native/log/vector_reader.h"
#include "tests/fuzz/targets/fuzz_target.h"

/// Of a program that counts the lines that run; else there is none.
extern "C" __attribute__((weak)) int __llvm_profile_write_file();

namespace tsugi {
namespace {

namespace vectors {

enum class Kind : uint8_t { kNumpy, kIds, kTable, kLines, kWords, kWordsJson, kOption };
constexpr uint8_t kKinds = 7;
constexpr const char* kNames[kKinds] = {"v.npy", "ids.txt", "v.csv", "v.jsonl",
                                        "w.txt", "w.json",  "option"};

/// An array as NumPy saves it.
std::string Numpy(const std::string& type, size_t rows, size_t columns, std::string_view numbers) {
  std::string heading = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" +
                        std::to_string(rows) + ", " + std::to_string(columns) + "), }";
  heading.resize(117, ' ');
  return std::string("\x93NUMPY\x01\x00v\x00", 10) + heading + "\n" + std::string(numbers);
}

struct Rows {
  std::vector<std::string> ids;
  std::vector<float> numbers;
  size_t width = 0;
};

Result<VectorReport> ReadRows(const VectorSource& source, Rows& rows) {
  ReadAudit audit;
  return ReadVectors(source, {}, audit, [&](const VectorRow& row) {
    Require(!row.id.empty(), "a row has an id");
    Require(std::ranges::all_of(row.numbers, [](float x) { return std::isfinite(x); }), "finite");
    if (row.numbers.empty()) return Status();
    Require(rows.width == 0 || rows.width == row.numbers.size(), "rows are as wide");
    rows.width = row.numbers.size();
    rows.ids.emplace_back(row.id);
    rows.numbers.insert(rows.numbers.end(), row.numbers.begin(), row.numbers.end());
    return Status();
  });
}

bool IsSame(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

void UseItems(const FuzzFolder& folder, const VectorSource& source) {
  Rows rows;
  const auto report = ReadRows(source, rows);
  if (!report.ok()) return Require(!report.status().message().empty(), "an error says why");
  Require(report->width == rows.width && rows.ids.size() <= report->rows, "the report is right");
  if (rows.ids.empty()) return;
  std::string ids;
  for (size_t i = 0; i < rows.ids.size(); ++i) ids += std::to_string(i) + "\n";
  const std::string_view numbers(reinterpret_cast<const char*>(rows.numbers.data()),
                                 rows.numbers.size() * sizeof(float));
  const std::string file = Numpy("<f4", rows.ids.size(), rows.width, numbers);
  Rows again;
  const auto read = ReadRows(
      {"v", folder.Write("again.npy", BytesOf(file)), folder.Write("again.txt", BytesOf(ids))},
      again);
  Require(read.ok(), "what is written is read");
  Require(again.ids.size() == rows.ids.size() && IsSame(again.numbers, rows.numbers),
          "and is the same");
}

struct Words {
  std::vector<std::string> texts;
  std::vector<float> numbers;
};

Result<WordFileReport> ReadWords(const std::filesystem::path& file, Words& words) {
  return ReadWordFile(file, [&](const FileWord& word) {
    Require(std::ranges::all_of(word.vector, [](float x) { return std::isfinite(x); }), "finite");
    // What a text file cannot hold is no word for it.
    const auto is_inner = [](char c) { return static_cast<uint8_t>(c) > ' '; };
    if (word.text.empty() || !std::ranges::all_of(word.text, is_inner)) return true;
    words.texts.emplace_back(word.text);
    words.numbers.insert(words.numbers.end(), word.vector.begin(), word.vector.end());
    return true;
  });
}

void UseWords(const FuzzFolder& folder, const std::filesystem::path& file) {
  Words words;
  const auto report = ReadWords(file, words);
  if (!report.ok()) return Require(!report.status().message().empty(), "an error says why");
  Require(words.texts.size() <= report->words, "the report counts words");
  Require(words.numbers.size() == words.texts.size() * report->width, "words are as wide");
  if (words.texts.empty()) return;
  std::string text =
      std::to_string(words.texts.size()) + " " + std::to_string(report->width) + "\n";
  const float* next = words.numbers.data();
  for (const std::string& word : words.texts) {
    text += word;
    for (uint32_t i = 0; i < report->width; ++i) {
      char number[64];
      text += ' ';
      text.append(number, std::to_chars(number, std::end(number), *next++).ptr);
    }
    text += '\n';
  }
  Words again;
  const auto read = ReadWords(folder.Write("again.txt", BytesOf(text)), again);
  Require(read.ok() && read->form == "text", "what is written is read");
  Require(again.texts == words.texts && IsSame(again.numbers, words.numbers), "and is the same");
}

/// The text of --item-vectors: what is read says what it is called, and is read again alike.
void UseOption(std::string_view text) {
  const auto source = VectorSource::Parse(text);
  if (!source.ok()) {
    const std::string_view message = source.status().message();
    return Require(message.starts_with("--item-vectors "), "an error names the option");
  }
  Require(text.starts_with(source->name + "="), "the name comes first");
  const std::string ids = source->ids.empty() ? "" : ":" + source->ids.string();
  Require(source->name + "=" + source->file.string() + ids == text, "nothing is lost");
}

/// Of NumPy's own forms and of what goes wrong with them.
void AddArrays(const std::function<void(std::string_view)>& add) {
  add(Numpy("<f4", 3, 2, std::string(24, '\x3f')));
  add(Numpy(">f2", 3, 2, std::string(12, '\x01')));
  add(Numpy("<f2", 3, 1, std::string("\x00\x7c\x00\xfc\x01\x7e", 6)));
  add(Numpy("<f8", 3, 1, std::string(24, '\x3f')));
  add(Numpy("|O", 3, 1, ""));
  add(Numpy("<i4", 3, 1, std::string(12, '\0')));
  add(Numpy("<f4", 3, 2, std::string(20, '\x3f')));
  add(Numpy("<f4", 3, 2, std::string(28, '\x3f')));
  add(Numpy("<f4", 4, 2, std::string(32, '\x3f')));
  add(Numpy("<f4", 3, 0, ""));
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string file = Numpy("<f4", 3, 2, std::string(24, '\x3f'));
    return file.replace(file.find(from), from.size(), to);
  };
  add(changed("False", "True "));
  add(changed("False", "maybe"));
  add(changed("(3, 2)", "(3L,) "));
  add(changed("(3, 2)", "(x, 2)"));
  add(changed("(3, 2)", "[3, 2]"));
  add(changed("'shape'", "'share'"));
  add(changed("}", " "));
  add(changed("\x01", "\x07"));
  add(std::string_view("\x93NUMPY\x01", 7));
  add(std::string_view("\x93NUMPY\x01\x00v", 9));
  add(std::string_view("\x93NUMPY\x01\x00v\x00{", 11));
  add(std::string_view("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12));
}

/// Files of words that are refused, each for a reason of its own.
void AddFaultyWords(const std::function<void(Kind, std::string_view)>& add) {
  for (const std::string_view text :
       {"{\"vectors\":{\"a\":[1,2]}}", "{\"dimensions\":1,\"vectors\":{}}", "{\"dimensions\":2}",
        "{\"dimensions\":2,\"vectors\":{\"a\":{}}}", "{\"dimensions\":2,\"vectors\":{\"a\":[[1]]}}",
        "{\"dimensions\":2,\"vectors\":{\"a\":[1,null]}}",
        "{\"dimensions\":2,\"vectors\":{\"a\":true", "{\"dimensions\":2,\"vectors\":{\"a\":[-1]}}",
        "{\"dimensions\":2,\"vectors\":{\"\xE9\":[1,2]}}",
        "{\"dimensions\":2,\"vectors\":{\"a\":[1,2],\"b\":[1,2,3]}}",
        "{\"dimensions\":2,\"vectors\":{\"a\":[1e300,2]}}", "{\"b\":false,\"n\":null,\"s\":1.5}"}) {
    add(Kind::kWordsJson, text);
  }
  for (const std::string_view text :
       {"a 1\n", "a x\n", "a 1 2\nb 1 x\n", "a 1 2\nb 1\n", "3 2\na 1 2\n", "2 1\na 1\n", "2 2\n\n",
        "a 1 2\nb nan 2\n", "\xE9 1 2\n", "PAR1", "", "a 1 1e99\n"}) {
    add(Kind::kWords, text);
  }
  add(Kind::kWords, "a " + std::string(8'300, '1') + "\n");
  std::string many = "a";
  for (int i = 0; i < 5'000; ++i) many += " 1";
  add(Kind::kWords, many + "\n");
  add(Kind::kWords, "2 2\nnight" + std::string(8, '\x01'));
  add(Kind::kWords, "1 2\nnight " + std::string(8, '\xff') + "\n");
}

std::vector<FuzzBytes> Seeds() {
  std::vector<FuzzBytes> seeds;
  const auto add = [&](Kind kind, std::string_view text) {
    FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(kind)});
    seed.insert(seed.end(), text.begin(), text.end());
  };
  AddArrays([&](std::string_view file) { add(Kind::kNumpy, file); });
  std::string second = Numpy("<f2", 3, 1, std::string("\x00\x7c\x00\xfc\x01\x7e", 6));
  second.replace(6, 4, std::string("\x02\x00\x76\x00\x00\x00", 6));
  add(Kind::kNumpy, second);
  add(Kind::kIds, "a\nb\nc\n");
  add(Kind::kIds,
      "\xEF\xBB\xBF"
      "a\r\n\r\ncaf\xE9");
  add(Kind::kTable, "id,v\na,\"[1,2]\"\nb,\"[0.5,-1e3]\"\n,\"[1,2]\"\nc,\n");
  add(Kind::kTable, "id\tv\tname\na\t[1 +2 1e-50]\tx\nb\t[1. 2. 3.]\ty\n");
  add(Kind::kTable, "item;v\na;[null]\nb;[None, 1e400]\n");
  add(Kind::kTable, "id,v\na,\"[1e400]\"\n");
  add(Kind::kTable, "id,v\na,\"[1,2]\"\nb,\"[1]\"\n");
  add(Kind::kTable, "id,v\na,\"[1,2]\"\nb,x\nc,\"[1+2]\"\n");
  add(Kind::kTable, "id,v,Image\na,\"[1,2]\",\"[3]\"\n");
  add(Kind::kTable, "id,v,w\na,\"[1,2]\",\"[3]\"\n");
  add(Kind::kTable, "id,v\na,1\n");
  add(Kind::kOption, "image=v.npy:ids.txt");
  add(Kind::kOption, "image=/dev/null");
  add(Kind::kOption, "image=v.npy:");
  add(Kind::kOption, "Two words=v.npy");
  add(Kind::kOption, "=v.npy");
  add(Kind::kOption, "image=");
  add(Kind::kLines,
      "{\"id\":\"a\",\"v\":[1,2]}\n{\"id\":\"b\",\"v\":[]}\n{\"id\":\"c\",\"v\":null}\n");
  add(Kind::kLines, "{\"item\":7,\"image\":[1,2],\"v\":[3]}\n");
  add(Kind::kWords, "night 1 2\ncrime 0.5 -1\n. . . 2 2\n");
  std::string blanks = "a 1 2\n";  // it once took time that grew with the square
  for (int i = 0; i < 20'000; ++i) blanks += "b ";
  add(Kind::kWords, blanks + "1 2\n");
  add(Kind::kWords, "3 2\nnight 1 2\ncrime 0.5 -1\nw\xC3\xA9 1e-50 2\n");
  add(Kind::kWords,
      "2 2\nnight " + std::string(8, '\x01') + "\ncrime " + std::string(8, '\x02') + "\n");
  add(Kind::kWordsJson,
      "{\"dimensions\":2,\"vectors\":{\"night\":[1,2],\"w\\u00e9\\n\":[0,1,5,1]}}");
  add(Kind::kWordsJson, " {\"a\":[{\"b\":null}],\"dimensions\":2,\"unk\":\"x\",\"vectors\":{}}");
  AddFaultyWords(add);
  return seeds;
}

void One(std::span<const uint8_t> input) {
  if (input.empty()) return;
  static FuzzFolder folder;
  const auto kind = static_cast<Kind>(input[0] % kKinds);
  if (kind == Kind::kOption) {
    return UseOption({reinterpret_cast<const char*>(input.data()) + 1, input.size() - 1});
  }
  const auto file = folder.Write(kNames[static_cast<size_t>(kind)], input.subspan(1));
  if (kind >= Kind::kWords) return UseWords(folder, file);
  VectorSource source{"image", file, {}};
  if (kind == Kind::kNumpy) source.ids = folder.Write("ids.txt", BytesOf("a\nb\nc\n"));
  if (kind == Kind::kIds) {
    source.ids = file;
    source.file = folder.Write("v.npy", BytesOf(Numpy("<f4", 3, 2, std::string(24, '\x3f'))));
  }
  UseItems(folder, source);
}

void Repair(FuzzBytes&) {}

[[maybe_unused]] constexpr FuzzTarget kTarget = {Seeds, One, Repair};

}  // namespace vectors

namespace sql {

enum class Kind : uint8_t { kParquet, kQuery };
constexpr uint8_t kEvents = 2, kContexts = 4;  // of the first byte: how the table is read
constexpr int kFailed = 99;

/// As Require, but told from a crash of DuckDB.
void Hold(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "oracle: %s\n", what);
  _exit(kFailed);
}

/// What the columns of a table hold, read the way an import does; empty after an error.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

std::optional<Table> ReadTable(const TableSource& source) {
  ReadAudit audit;
  TableOptions options;
  options.limits.memory = "200MB";
  const auto read = [&]() -> Result<Table> {
    TSUGI_ASSIGN_OR_RETURN(const auto table, TableReader::Open(source, options, audit));
    Table result;
    result.columns = table->columns();
    std::vector<size_t> all(result.columns.size());
    std::iota(all.begin(), all.end(), size_t{0});
    TSUGI_ASSIGN_OR_RETURN(const auto sample, table->Sample(3));
    for (const auto& row : sample) Hold(row.size() == all.size(), "a row of a sample is whole");
    table->KeepColumns(all);
    while (result.rows.size() < 10'000) {
      TSUGI_ASSIGN_OR_RETURN(const bool has_row, table->Next());
      if (!has_row) break;
      auto& row = result.rows.emplace_back();
      for (const size_t column : all) row.emplace_back(table->field(column));
      for (const std::string& field : row) Hold(IsUtf8(field), "a field is UTF-8");
    }
    return result;
  };
  auto result = read();
  if (result.ok()) return std::move(result).value();
  const std::string_view message = result.status().message();
  Hold(message.find("Try: ") != std::string_view::npos, "an error says what to do");
  Hold(message.starts_with(source.name()), "and where");
  return std::nullopt;
}

/// Reads the events of a table with columns of users and items.
void ReadItsEvents(const TableSource& source, bool has_contexts) {
  EventReaderOptions options;
  options.table.limits.memory = "200MB";
  if (has_contexts) options.value_column = "v", options.order_column = "n";
  ReadAudit audit;
  uint64_t events = 0;
  const auto report = ReadEvents({source}, options, audit, [&](const EventRow& row) {
    Hold(!row.user.empty() && !row.item.empty(), "an event has a user and an item");
    Hold(IsUtf8(row.user) && IsUtf8(row.item), "in UTF-8");
    ++events;
  });
  if (!report.ok()) return Hold(!report.status().message().empty(), "an error says why");
  const uint64_t rows = audit.row_count() - audit.rejected_count();
  Hold(events == rows + report->list_events - report->list_rows, "every row is accounted for");
}

/// Runs `work` in a child, which a crash of DuckDB may end.
void RunApart(const std::function<void()>& work) {
  const pid_t child = fork();
  Require(child >= 0, "a process starts");
  if (child == 0) {
    for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(crash, SIG_DFL);
    work();
    if (__llvm_profile_write_file != nullptr) (void)__llvm_profile_write_file();
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Require(!WIFEXITED(status) || WEXITSTATUS(status) == 0, "no oracle and no sanitizer fails");
  if (WIFSIGNALED(status)) std::fprintf(stderr, "DuckDB: signal %d\n", WTERMSIG(status));
}

/// Parquet files that DuckDB itself writes: packings, lists, times, nulls, bytes and nested values.
std::vector<FuzzBytes> ParquetFiles(const FuzzFolder& folder) {
  constexpr const char* kQueries[] = {
      "(SELECT 'u' || i // 3 AS \"user\", i % 5 AS item, i AS at FROM range(12) t(i)) TO '%' "
      "(FORMAT parquet, COMPRESSION uncompressed)",
      "(SELECT 'u' || i AS u, (i % 3)::DOUBLE AS v, TIMESTAMP '2023-11-14 22:13:20.7' AS t, "
      "['Drama', NULL] AS genres FROM range(9) t(i)) TO '%' (FORMAT parquet, COMPRESSION snappy)",
      "(SELECT DATE '2023-11-14' AS d, NULL::INT AS n, 0.5::FLOAT AS f, 'x'::BLOB AS b, {'a': i} "
      "AS s, true AS y FROM range(4) t(i)) TO '%' (FORMAT parquet, COMPRESSION zstd)",
      "(SELECT 'u' || i // 3 AS \"user\", ['a', 'b'] AS item, i / 3 AS v, TIMESTAMPTZ "
      "'2023-11-14 10:00:00+01' AS time FROM range(9) t(i)) TO '%' (FORMAT parquet)",
      "(SELECT i * 1000003 AS big, repeat('word ', i::INT) AS text FROM range(40) t(i)) TO '%' "
      "(FORMAT parquet, COMPRESSION gzip, PARQUET_VERSION v2)"};
  const auto library = OpenDuckDbLibrary();
  Require(library.ok(), "DuckDB is there: ./dev setup npm");
  const DuckDbLibrary& f = **library;
  DuckDbHandle config = nullptr, database = nullptr, connection = nullptr;
  char* error = nullptr;
  f.create_config(&config);
  Require(f.open_ext(nullptr, &database, config, &error) == 0, "DuckDB opens");
  f.destroy_config(&config);
  f.connect(database, &connection);
  std::vector<FuzzBytes> files;
  for (std::string query : kQueries) {
    const std::string path = folder.path("made.parquet").string();
    query.replace(query.find('%', query.find(" TO ")), 1, path);
    DuckDbResult result{};
    Require(f.query(connection, ("COPY " + query).c_str(), &result) == 0, "a Parquet file is made");
    f.destroy_result(&result);
    std::ifstream file(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  f.disconnect(&connection);
  f.close(&database);
  return files;
}

std::vector<FuzzBytes> Seeds() {
  std::vector<FuzzBytes> seeds;
  const auto add = [&](Kind kind, std::span<const uint8_t> content) {
    for (const int how : {0, int{kEvents}, kEvents | kContexts}) {
      FuzzBytes& seed = seeds.emplace_back();
      seed = {static_cast<uint8_t>(static_cast<int>(kind) | how)};
      seed.insert(seed.end(), content.begin(), content.end());
    }
  };
  const FuzzFolder folder;
  for (const FuzzBytes& file : ParquetFiles(folder)) add(Kind::kParquet, file);
  for (const std::string_view query :
       {"SELECT 'u' AS user, unnest([1, 2, NULL]) AS item, TIMESTAMP '2023-11-14' AS time;",
        "SELECT i AS user, i / 2 AS item, [1, 2][i] AS v, 'infinity'::TIMESTAMP AS time, i AS n "
        "FROM range(3) t(i)",
        "SELECT 'u' AS user, ['a', NULL] AS item, 1700000000 + i AS time, i::FLOAT AS v "
        "FROM range(3) t(i)",
        "SELECT {'a': 1} AS user, MAP {'k': 2} AS item, DATE '2023-11-14' AS time",
        "SELECT 'u' AS user, 'a' AS item, TIMESTAMP_NS '2023-11-14 10:00:00.000000001' AS time, "
        "'nan'::DOUBLE AS v, TIMESTAMP_S '2023-11-14' AS x, TIMESTAMP_MS '2023-11-14' AS y",
        "SELECT 'u' AS user, 'a' AS item, 1e300 AS v, 20231114 AS time",
        "SELECT user, item, date AS time FROM 'log.csv'",
        "SELECT * FROM 'https://example.com/x.csv'",
        "SELECT * FROM read_csv('log.csv', all_varchar = true)", "SELECT 1 AS x FROM range(-1)",
        "SELECT error('no memory') FROM range(3)", "SELECT 1::UBIGINT AS user, 2::HUGEINT AS item",
        "FROM range(5) ORDER BY 1 DESC", "SELECT * FROM 'log.csv' WHERE user = 'it''s'",
        "WITH a AS (SELECT 1.5 AS x) SELECT x, x AS x, 'caf\xE9'::BLOB FROM a -- note",
        "COPY (SELECT 1) TO 'out.csv'", "SELECT 1; SELECT 2", "PRAGMA database_list"}) {
    add(Kind::kQuery, BytesOf(query));
  }
  return seeds;
}

void One(std::span<const uint8_t> input) {
  if (input.empty()) return;
  static FuzzFolder folder;
  // Loaded once: children share it, and DuckDB has no thread before a database is opened.
  static const bool is_loaded = OpenDuckDbLibrary().ok();
  Require(is_loaded, "DuckDB is there: ./dev setup npm");
  const auto kind = static_cast<Kind>(input[0] % 2);
  TableSource source;
  if (kind == Kind::kParquet) source.file = folder.Write("log.parquet", input.subspan(1));
  if (kind == Kind::kQuery) source.sql = std::string(input.begin() + 1, input.end());
  folder.Write("log.csv", BytesOf("user,item,date\nu,a,03/04/2023\nu,b,04/05/2023\n"));
  RunApart([&] {
    alarm(20);  // a query may run for ever
    std::filesystem::current_path(folder.path(""));
    // One of the two: opening a database takes longer than all else.
    if (input[0] & kEvents) {
      ReadItsEvents(source, input[0] & kContexts);
    } else {
      (void)ReadTable(source);
    }
    Hold(!std::filesystem::exists(folder.path("out.csv")), "a query writes no file");
  });
}

void Repair(FuzzBytes&) {}

[[maybe_unused]] constexpr FuzzTarget kTarget = {Seeds, One, Repair};

}  // namespace sql

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() { return TSUGI_FUZZ_TARGET::kTarget.seeds(); }
void FuzzOne(std::span<const uint8_t> input) { TSUGI_FUZZ_TARGET::kTarget.one(input); }
void FuzzRepair(FuzzBytes& input) { TSUGI_FUZZ_TARGET::kTarget.repair(input); }

}  // namespace tsugi
