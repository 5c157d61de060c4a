#include "native/dataset/item_vectors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "native/dataset/catalogue.h"
#include "native/dataset/dataset_files.h"
#include "native/dataset/raw_log.h"

namespace tsugi {
namespace {

// Rows of floats on disk, written in any order. Calls of write and no mapping: on a full disk they
// fail, where a mapped page would end the process.
class RowFile {
 public:
  explicit RowFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~RowFile() {
    if (fd_ >= 0) close(fd_);
  }
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

  Status Open() {
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd_ >= 0 ? Status() : Failed("cannot be created");
  }

  // The whole file is taken from the disk at once: rows come in any order, and written into holes
  // they would lie so on the disk. And a disk without the room says so before the work.
  Status Reserve(size_t rows, size_t width) {
    errno = posix_fallocate(fd_, 0, static_cast<off_t>(rows * width * sizeof(float)));
    const bool is_refused = errno != 0 && errno != EINVAL && errno != EOPNOTSUPP;
    return is_refused ? Failed("cannot be written") : Status();
  }

  Status Write(size_t row, std::span<const float> numbers) {
    const char* bytes = reinterpret_cast<const char*>(numbers.data());
    size_t left = numbers.size_bytes();
    auto at = static_cast<off_t>(row * left);
    while (left > 0) {
      const ssize_t count = pwrite(fd_, bytes, left, at);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return Failed("cannot be written");
      bytes += count;
      at += count;
      left -= static_cast<size_t>(count);
    }
    return {};
  }

  // Some file systems report a full disk only here.
  Status Close() {
    const bool is_synced = fsync(fd_) == 0 || errno == EINVAL;
    const bool is_closed = close(std::exchange(fd_, -1)) == 0;
    return is_synced && is_closed ? Status() : Failed("cannot be written");
  }

 private:
  Status Failed(const char* what) const {
    return Internal(path_.string() + ": " + what + " (" + std::strerror(errno) +
                    "). Try: free disk space, or choose another --out");
  }

  std::filesystem::path path_;
  int fd_ = -1;
};

// Joins the rows of one source with the catalogue.
class VectorJoin {
 public:
  VectorJoin(const StringTableView& ids, const Catalogue& catalogue, std::filesystem::path file)
      : ids_(ids), catalogue_(catalogue), file_(std::move(file)), place_of_(ids.size()) {}

  Status Open() { return file_.Open(); }

  // As with metadata: the first row of an id counts, and a row with the exact id before one with
  // another spelling.
  Status Add(const VectorRow& row, ItemVectorStats& stats) {
    ++stats.rows;
    const auto [i, is_exact] = catalogue_.Find(row.id);
    if (i == Catalogue::kNone) {
      ++stats.not_in_log;
      if (unused_examples_.size() < 3) unused_examples_.emplace_back(row.id);
      return {};
    }
    is_known_ = true;
    const auto is_zero = [](float number) { return number == 0.0f; };
    if (std::all_of(row.numbers.begin(), row.numbers.end(), is_zero)) {
      ++stats.empty;
      return {};
    }
    const Found found = is_exact ? Found::kExact : Found::kRespelled;
    if (place_of_[i] >= found) {
      ++stats.duplicates;
      return {};
    }
    stats.duplicates += place_of_[i] != Found::kNot;
    place_of_[i] = found;
    if (!std::exchange(has_room_, true)) {
      TSUGI_RETURN_IF_ERROR(file_.Reserve(ids_.size(), row.numbers.size()));
    }
    return file_.Write(i, row.numbers);
  }

  // Fills the rows of items without a vector and counts.
  Status Finish(const std::string& source, size_t width, ItemVectorStats& stats) {
    if (10 * (stats.rows - stats.not_in_log) < ids_.size()) {
      stats.join_examples = JoinExamples(ids_, unused_examples_);
    }
    if (!is_known_) {
      return InvalidArgument(source + ": no row is about an item of the log (" +
                             JoinExamples(ids_, unused_examples_) +
                             "). Try: check that both files use the same ids");
    }
    const std::vector<float> nothing(width, std::numeric_limits<float>::quiet_NaN());
    for (size_t i = 0; i < place_of_.size(); ++i) {
      stats.items += place_of_[i] != Found::kNot;
      stats.respelled += place_of_[i] == Found::kRespelled;
      if (place_of_[i] == Found::kNot) TSUGI_RETURN_IF_ERROR(file_.Write(i, nothing));
    }
    if (stats.items > 0) return file_.Close();
    return InvalidArgument(source +
                           ": no item of the log has a vector (they are empty or zeros). " +
                           "Try: check the file");
  }

  const std::filesystem::path& file() const { return file_.path(); }

 private:
  enum class Found : uint8_t { kNot, kRespelled, kExact };

  const StringTableView ids_;
  const Catalogue& catalogue_;
  RowFile file_;
  std::vector<Found> place_of_;  // [N]
  std::vector<std::string> unused_examples_;
  bool is_known_ = false;  // whether a row was about an item of the log
  bool has_room_ = false;
};

}  // namespace

Status CheckVectorSources(std::span<const VectorSource> sources) {
  if (sources.size() > kMostItemVectors) {
    return InvalidArgument("--item-vectors: " + std::to_string(sources.size()) +
                           " kinds of vectors (expected at most " +
                           std::to_string(kMostItemVectors) + "). Try: join some to one vector");
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string& name = sources[i].name;
    if (!IsVectorName(name)) {
      return InvalidArgument("--item-vectors " + name + "=" + sources[i].file.string() +
                             ": expected a name of a to z, 0 to 9 and _");
    }
    for (size_t j = 0; j < i; ++j) {
      if (sources[j].name != name) continue;
      return InvalidArgument("--item-vectors " + name + "=" + sources[i].file.string() +
                             ": the name is given twice. Try: another name for one of them");
    }
  }
  return {};
}

Status AddItemVectors(const ImportOptions& options, const std::filesystem::path& temp_folder,
                      ReadAudit& audit, DatasetArrays& arrays, ImportStats& stats) {
  const StringTableView ids = arrays.item_ids.View();
  const Catalogue catalogue(ids);
  VectorReaderOptions reader_options;
  reader_options.table.limits = LimitsOfDuckDb(options, temp_folder);
  reader_options.id_column = options.metadata_reader.id_column;
  reader_options.log_item_column = stats.columns.item;
  for (const VectorSource& source : options.item_vectors) {
    const std::string file = source.file.string();
    const uint64_t rejected_before = audit.rejected_count();
    ItemVectorStats counts{.name = source.name};
    VectorJoin join(ids, catalogue, temp_folder / ItemVectorsFile(source.name));
    TSUGI_RETURN_IF_ERROR(join.Open());
    TSUGI_ASSIGN_OR_RETURN(const VectorReport report,
                           ReadVectors(source, reader_options, audit, [&](const VectorRow& row) {
                             return join.Add(row, counts);
                           }));
    for (const std::string& note : report.notes) stats.notes.push_back(file + ": " + note);
    counts.width = static_cast<uint32_t>(report.width);
    counts.rejected = audit.rejected_count() - rejected_before;
    TSUGI_RETURN_IF_ERROR(join.Finish(file, report.width, counts));
    TSUGI_ASSIGN_OR_RETURN(MappedFile rows, MappedFile::Open(join.file()));
    arrays.item_vectors.push_back({source.name, counts.width, join.file(),
                                   std::make_shared<const MappedFile>(std::move(rows))});
    stats.item_vectors.push_back(std::move(counts));
  }
  return {};
}

}  // namespace tsugi
