#include "native/log/duckdb.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "native/log/duckdb_library.h"

namespace tsugi {
namespace {

// A text of up to 12 bytes lies in place, a longer one where `longer.data` points.
union Text {
  struct {
    uint32_t bytes;
    char prefix[4];
    const char* data;
  } longer;
  struct {
    uint32_t bytes;
    char data[12];
  } inlined;
};
enum Type : int {
  kTinyInt = 2,
  kUInteger = 8,
  kUBigInt = 9,
  kFloat = 10,
  kDouble = 11,
  kTimestamp = 12,
  kDate = 13,
  kVarchar = 17,
  kBlob = 18,
  kTimestampS = 20,
  kTimestampMs = 21,
  kTimestampNs = 22,
  kTimestampTz = 31
};
constexpr int kTimeTypes[] = {12, 13, 20, 21, 22, 31};  // TIMESTAMP, DATE, ..._S, _MS, _NS, _TZ
constexpr int kNestedTypes[] = {24, 25, 26, 28, 33};    // LIST, STRUCT, MAP, UNION, ARRAY
constexpr int kSelect = 1;                              // a statement's type

template <size_t N>
bool HoldsType(int type, const int (&types)[N]) {
  for (const int one : types) {
    if (one == type) return true;
  }
  return false;
}

// What a column is handed over as.
enum class Form { kText, kWhole, kFloat, kDouble, kTime };

// Whole numbers that an int64 holds.
bool IsWhole(int type) { return type >= kTinyInt && type <= kUInteger; }

Form FormOf(int type, bool is_typed) {
  if (IsWhole(type)) return Form::kWhole;
  if (type == kFloat) return Form::kFloat;
  if (type == kDouble || (type == kUBigInt && is_typed)) return Form::kDouble;
  return is_typed && HoldsType(type, kTimeTypes) ? Form::kTime : Form::kText;
}

// The SQL for it. Casts cost more than all else, so there are few.
std::string SqlOf(const std::string& name, int type, Form form) {
  if (HoldsType(type, kNestedTypes)) return "to_json(" + name + ")::VARCHAR";
  if (form == Form::kWhole) return name + "::BIGINT";
  if (form == Form::kDouble) return name + "::DOUBLE";
  const bool is_as_it_is = form != Form::kText || type == kVarchar || type == kBlob;
  return is_as_it_is ? name : name + "::VARCHAR";
}

// How many units of a type of times are a second; 0 for days.
int64_t UnitsOfType(int type) {
  switch (type) {
    case kDate:
      return 0;
    case kTimestampS:
      return 1;
    case kTimestampMs:
      return 1000;
    case kTimestampNs:
      return 1'000'000'000;
    default:
      return 1'000'000;
  }
}

constexpr size_t kChunksAhead = 16;  // of 2,048 rows

char last_read[1024];

}  // namespace

std::string SqlQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

const char* LastReadByDuckDb() { return last_read; }

struct DuckDbQuery::Impl {
  const DuckDbLibrary* f = nullptr;
  std::string what, sql;
  std::shared_ptr<void> database;  // of this query and those that followed from it
  DuckDbHandle connection = nullptr, statement = nullptr, chunk = nullptr;
  DuckDbResult result{};
  bool has_result = false;
  std::vector<DuckDbColumn> columns;
  std::vector<int> types;  // of the columns
  struct Fields {
    int type = 0;
    Form form = Form::kText;
    const void* data = nullptr;
    const uint64_t* validity = nullptr;
    char text[32];  // a number that was asked for as text

    template <typename T>
    T at(size_t row) const {
      return static_cast<const T*>(data)[row];
    }
    // The mask has a bit for each row, set if there is a value, and is missing if all have one.
    bool is_null(size_t row) const {
      return validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0;
    }
  };
  std::vector<Fields> fields;  // of the chunk

  // Decoding a chunk takes about as long as using one, so a thread does it meanwhile.
  std::thread producer;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<DuckDbHandle> ahead;
  bool is_at_end = false, is_stopped = false;

  void Produce() {
    for (bool is_last = false; !is_last;) {
      const DuckDbHandle next = f->fetch_chunk(result);
      is_last = next == nullptr;
      std::unique_lock lock(mutex);
      if (!is_last) ahead.push_back(next);
      is_at_end = is_last;
      changed.notify_all();
      changed.wait(lock, [this] { return is_stopped || ahead.size() < kChunksAhead; });
      if (is_stopped) return;
    }
  }

  // In the opposite order to that of their making, since each handle uses the one before it.
  ~Impl() {
    if (f == nullptr) return;
    if (producer.joinable()) {
      {
        const std::lock_guard lock(mutex);
        is_stopped = true;
      }
      changed.notify_all();
      f->interrupt(connection);  // it may be in the middle of a long sort
      producer.join();
    }
    for (DuckDbHandle& one : ahead) f->destroy_data_chunk(&one);
    if (chunk != nullptr) f->destroy_data_chunk(&chunk);
    if (has_result) f->destroy_result(&result);
    if (statement != nullptr) f->destroy_prepare(&statement);
    if (connection != nullptr) f->disconnect(&connection);
  }

  // DuckDB's messages explain the SQL over several lines and propose to install extensions. Their
  // first line says what is wrong.
  Status Refused(const char* reason) const {
    std::string text = reason == nullptr ? "no reason given" : reason;
    const bool is_network = text.find("httpfs") != std::string::npos;
    text = text.substr(0, text.find('\n'));
    if (is_network) {
      return InvalidArgument(what +
                             ": names an address on a network, and tsugi reads files only. " +
                             "Try: download the file first");
    }
    if (text.find("memory") != std::string::npos && text.starts_with("Out of Memory")) {
      return OutOfMemory(what + ": " + text + ". Try: a larger --memory");
    }
    return InvalidArgument(what + ": " + text + ". Try: check the file and the SQL");
  }

  // Extensions are neither fetched nor loaded by themselves: an import reads files and nothing
  // else. Times are shown in UTC, or the same file would give other events in another zone.
  Status Open(const DuckDbLimits& limits) {
    DuckDbHandle config = nullptr;
    f->create_config(&config);
    const std::pair<const char*, std::string> settings[] = {
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"temp_directory", limits.temp_folder.string()},
        {"memory_limit", limits.memory}};
    for (const auto& [name, value] : settings) {
      if (value.empty() && std::string_view(name) == "memory_limit") continue;
      if (f->set_config(config, name, value.c_str()) != 0) {
        f->destroy_config(&config);
        return InvalidArgument("--memory " + value + ": is no amount of memory. Try: --memory 4GB");
      }
    }
    char* error = nullptr;
    DuckDbHandle opened = nullptr;
    const int code = f->open_ext(nullptr, &opened, config, &error);
    f->destroy_config(&config);
    if (code != 0) {
      const Status status = Refused(error);
      if (error != nullptr) f->free(error);
      return status;
    }
    database.reset(opened, [close = f->close](DuckDbHandle handle) { close(&handle); });
    return {};
  }

  // Prepares the query on a connection of its own.
  Status Connect(const std::string& text) {
    f->connect(database.get(), &connection);
    DuckDbResult ignored{};
    f->query(connection, "SET TimeZone = 'UTC'", &ignored);
    f->destroy_result(&ignored);
    // A query at the end of a line often ends with a semicolon, which a subquery must not.
    sql = text.substr(0, text.find_last_not_of(" \t\r\n;") + 1);
    TSUGI_RETURN_IF_ERROR(PrepareStatement(sql));
    const uint64_t count = f->prepared_statement_column_count(statement);
    for (uint64_t i = 0; i < count; ++i) {
      const int type = f->prepared_statement_column_type(statement, i);
      const char* name = f->prepared_statement_column_name(statement, i);
      const Form form = FormOf(type, true);
      columns.push_back({name == nullptr ? "" : name, HoldsType(type, kNestedTypes),
                         form == Form::kTime, form != Form::kTime && form != Form::kText,
                         form == Form::kWhole, type == kBlob});
      if (name != nullptr) f->free(const_cast<char*>(name));
      types.push_back(type);
    }
    return {};
  }

  // Queries alone: COPY or ATTACH would write files, and an import must not.
  Status PrepareStatement(const std::string& text) {
    if (statement != nullptr) f->destroy_prepare(&statement);
    if (f->prepare(connection, text.c_str(), &statement) != 0) {
      return Refused(f->prepare_error(statement));
    }
    if (f->prepared_statement_type(statement) == kSelect) return {};
    return InvalidArgument(what + ": is not a query. Try: --sql \"SELECT user, item, time FROM " +
                           "'log.parquet'\"");
  }
};

DuckDbQuery::DuckDbQuery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DuckDbQuery::~DuckDbQuery() = default;
DuckDbQuery::DuckDbQuery(DuckDbQuery&&) noexcept = default;
DuckDbQuery& DuckDbQuery::operator=(DuckDbQuery&&) noexcept = default;

Result<DuckDbQuery> DuckDbQuery::Prepare(const std::string& what, const std::string& sql,
                                         const DuckDbLimits& limits) {
  auto impl = std::make_unique<Impl>();
  impl->what = what;
  TSUGI_ASSIGN_OR_RETURN(impl->f, OpenDuckDbLibrary());
  const size_t size = std::min(what.size(), sizeof last_read - 1);
  std::transform(what.begin(), what.begin() + static_cast<std::ptrdiff_t>(size), last_read,
                 [](char c) { return static_cast<uint8_t>(c) < ' ' ? '?' : c; });
  last_read[size] = '\0';
  TSUGI_RETURN_IF_ERROR(impl->Open(limits));
  TSUGI_RETURN_IF_ERROR(impl->Connect(sql));
  return DuckDbQuery(std::move(impl));
}

// Starting a DuckDB takes longer than reading a small file.
Result<DuckDbQuery> DuckDbQuery::First(size_t count) const {
  auto impl = std::make_unique<Impl>();
  impl->f = impl_->f;
  impl->what = impl_->what;
  impl->database = impl_->database;
  TSUGI_RETURN_IF_ERROR(
      impl->Connect("SELECT * FROM (" + impl_->sql + "\n) LIMIT " + std::to_string(count)));
  return DuckDbQuery(std::move(impl));
}

const std::vector<DuckDbColumn>& DuckDbQuery::columns() const { return impl_->columns; }

// A query around the query, so that DuckDB reads only the columns that are wanted.
Status DuckDbQuery::Start(const std::vector<size_t>& columns, const std::vector<size_t>& typed) {
  // The result's columns get names of ours: two of the query's may be equal.
  std::string list, names;
  impl_->fields.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const int type = impl_->types[columns[i]];
    const bool is_typed = std::find(typed.begin(), typed.end(), columns[i]) != typed.end();
    impl_->fields[i].type = type;
    impl_->fields[i].form = FormOf(type, is_typed);
    list += (i ? ", " : "") + SqlOf("c" + std::to_string(columns[i]), type, impl_->fields[i].form);
  }
  for (size_t i = 0; i < impl_->columns.size(); ++i) {
    names += (i ? ", c" : "c") + std::to_string(i);
  }
  TSUGI_RETURN_IF_ERROR(impl_->PrepareStatement("SELECT " + list + " FROM (" + impl_->sql +
                                                "\n) AS t(" + names + ")"));
  impl_->has_result = true;
  if (impl_->f->execute_prepared_streaming(impl_->statement, &impl_->result) != 0) {
    return impl_->Refused(impl_->f->result_error(&impl_->result));
  }
  impl_->producer = std::thread(&Impl::Produce, impl_.get());
  return {};
}

// No chunk means the end or an error, and only the result's message tells which. An error that is
// taken for the end would lose the rest of the log.
Result<size_t> DuckDbQuery::NextChunk() {
  const DuckDbLibrary& f = *impl_->f;
  if (impl_->chunk != nullptr) f.destroy_data_chunk(&impl_->chunk);
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [this] { return impl_->is_at_end || !impl_->ahead.empty(); });
    if (!impl_->ahead.empty()) {
      impl_->chunk = impl_->ahead.front();
      impl_->ahead.pop_front();
    }
  }
  impl_->changed.notify_all();
  if (impl_->chunk == nullptr) {
    const char* error = f.result_error(&impl_->result);
    if (error != nullptr && *error != '\0') return impl_->Refused(error);
    return size_t{0};
  }
  for (size_t i = 0; i < impl_->fields.size(); ++i) {
    const DuckDbHandle vector = f.data_chunk_get_vector(impl_->chunk, i);
    impl_->fields[i].data = f.vector_get_data(vector);
    impl_->fields[i].validity = f.vector_get_validity(vector);
  }
  return static_cast<size_t>(f.data_chunk_get_size(impl_->chunk));
}

// Whole numbers are written without a fraction: a column of ids becomes one of DOUBLE as soon as a
// table holds a gap, and 7.0 must meet 7.
std::string_view DuckDbQuery::field(size_t column, size_t row) const {
  Impl::Fields& fields = impl_->fields[column];
  if (fields.is_null(row)) return {};
  if (fields.form == Form::kText) {
    const Text& text = static_cast<const Text*>(fields.data)[row];
    const bool is_inlined = text.inlined.bytes <= sizeof(text.inlined.data);
    return {is_inlined ? text.inlined.data : text.longer.data, text.inlined.bytes};
  }
  char* const begin = fields.text;
  char* const end = begin + sizeof fields.text;
  const auto written = [&](std::to_chars_result result) {
    return std::string_view(begin, static_cast<size_t>(result.ptr - begin));
  };
  if (fields.form == Form::kWhole)
    return written(std::to_chars(begin, end, fields.at<int64_t>(row)));
  const double number =
      fields.form == Form::kFloat ? double{fields.at<float>(row)} : fields.at<double>(row);
  if (std::abs(number) < 1e15 && number == std::trunc(number)) {
    return written(std::to_chars(begin, end, static_cast<int64_t>(number)));
  }
  return written(fields.form == Form::kFloat ? std::to_chars(begin, end, fields.at<float>(row))
                                             : std::to_chars(begin, end, number));
}

std::optional<LogTime> DuckDbQuery::time(size_t column, size_t row) const {
  const Impl::Fields& fields = impl_->fields[column];
  if (fields.is_null(row)) return std::nullopt;
  if (fields.form == Form::kWhole) return TimeOfNumber(fields.at<int64_t>(row));
  const int64_t units = UnitsOfType(fields.type);
  LogTime time;
  if (units == 0) {
    time.seconds = int64_t{fields.at<int32_t>(row)} * 86400;
  } else {
    const int64_t value = fields.at<int64_t>(row);
    const int64_t rest = (value % units + units) % units;
    time.seconds = (value - rest) / units;
    time.nanos = static_cast<uint32_t>(rest * (1'000'000'000 / units));
  }
  // DuckDB's infinity is no time. The years 1 to 9999, as in ParseLogTime.
  constexpr int64_t kFirst = -62135596800, kLast = 253402300799;
  if (time.seconds < kFirst || time.seconds > kLast) return std::nullopt;
  return time;
}

std::optional<double> DuckDbQuery::number(size_t column, size_t row) const {
  const Impl::Fields& fields = impl_->fields[column];
  if (fields.is_null(row)) return std::nullopt;
  if (fields.form == Form::kWhole) return static_cast<double>(fields.at<int64_t>(row));
  return fields.form == Form::kFloat ? double{fields.at<float>(row)} : fields.at<double>(row);
}

}  // namespace tsugi
