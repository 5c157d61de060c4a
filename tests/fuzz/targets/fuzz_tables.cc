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
#include "native/log/field_text.h"
#include "native/log/table_reader.h"
#include "native/log/vector_reader.h"
#include "tests/fuzz/targets/fuzz_target.h"

/// Of a program that counts the lines that run; else there is none.
extern "C" __attribute__((weak)) int __llvm_profile_write_file();

namespace tsugi {
namespace {

namespace vectors {

enum class Kind : uint8_t { kNumpy, kIds, kTable, kLines, kWords, kWordsJson };
constexpr uint8_t kKinds = 6;
constexpr const char* kNames[kKinds] = {"v.npy", "ids.txt", "v.csv", "v.jsonl", "w.txt", "w.json"};

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

std::vector<FuzzBytes> Seeds() {
  std::vector<FuzzBytes> seeds;
  const auto add = [&](Kind kind, std::string_view text) {
    FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(kind)});
    seed.insert(seed.end(), text.begin(), text.end());
  };
  add(Kind::kNumpy, Numpy("<f4", 3, 2, std::string(24, '\x3f')));
  add(Kind::kNumpy, Numpy(">f2", 3, 2, std::string(12, '\x01')));
  add(Kind::kNumpy, Numpy("<f8", 3, 1, std::string(24, '\x3f')));
  add(Kind::kNumpy, Numpy("|O", 3, 1, ""));
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
  return seeds;
}

void One(std::span<const uint8_t> input) {
  if (input.empty()) return;
  static FuzzFolder folder;
  const auto kind = static_cast<Kind>(input[0] % kKinds);
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
  const FuzzFolder folder;
  for (const FuzzBytes& file : ParquetFiles(folder)) {
    FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(Kind::kParquet)});
    seed.insert(seed.end(), file.begin(), file.end());
  }
  for (const std::string_view query :
       {"SELECT 'u' AS user, unnest([1, 2, NULL]) AS item, TIMESTAMP '2023-11-14' AS time;",
        "FROM range(5) ORDER BY 1 DESC", "SELECT * FROM 'log.csv' WHERE user = 'it''s'",
        "WITH a AS (SELECT 1.5 AS x) SELECT x, x AS x, 'caf\xE9'::BLOB FROM a -- note",
        "COPY (SELECT 1) TO 'out.csv'", "SELECT 1; SELECT 2", "PRAGMA database_list"}) {
    FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(Kind::kQuery)});
    seed.insert(seed.end(), query.begin(), query.end());
  }
  return seeds;
}

void One(std::span<const uint8_t> input) {
  if (input.empty()) return;
  static FuzzFolder folder;
  const auto kind = static_cast<Kind>(input[0] % 2);
  TableSource source;
  if (kind == Kind::kParquet) source.file = folder.Write("log.parquet", input.subspan(1));
  if (kind == Kind::kQuery) source.sql = std::string(input.begin() + 1, input.end());
  RunApart([&] {
    alarm(20);  // a query may run for ever
    std::filesystem::current_path(folder.path(""));
    (void)ReadTable(source);
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
