#include "native/dataset/dataset_writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "native/dataset/dataset_files.h"
#include "native/files/folders.h"
#include "native/files/whole_file.h"

namespace tsugi {
namespace {

static_assert(std::endian::native == std::endian::little, "data sets are little-endian");

struct FileBytes {
  std::string name;
  std::string_view bytes;
  std::filesystem::path made = {};  // where the file lies already; empty: nowhere
};

template <typename Values>
std::string_view Bytes(const Values& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])};
}

// Every array file of a data set and its contents. Borrows `arrays`.
std::vector<FileBytes> ListFiles(const DatasetArrays& arrays) {
  std::vector<FileBytes> files = {{kOffsetsFile, Bytes(arrays.offsets)},
                                  {kItemsFile, Bytes(arrays.items), arrays.items.file()},
                                  {kTimesFile, Bytes(arrays.times), arrays.times.file()},
                                  {kActionsFile, Bytes(arrays.actions), arrays.actions.file()},
                                  {kValuesFile, Bytes(arrays.values), arrays.values.file()},
                                  {kTrainEndFile, Bytes(arrays.train_end)},
                                  {kRefitEndFile, Bytes(arrays.refit_end)},
                                  {kValidCasesFile, Bytes(arrays.valid_cases)},
                                  {kTestCasesFile, Bytes(arrays.test_cases)}};
  const std::pair<const char*, const StringTable*> tables[] = {
      {kItemIds, &arrays.item_ids},
      {kItemTitles, &arrays.item_titles},
      {kItemMetadata, &arrays.item_metadata},
      {kActionNames, &arrays.action_names}};
  const auto add_strings = [&files](const std::string& prefix, const StringTable& table) {
    files.push_back({prefix + kOffsetsSuffix, Bytes(table.View().offsets)});
    files.push_back({prefix + kTextSuffix, table.View().text});
  };
  for (const auto& [prefix, table] : tables) add_strings(prefix, *table);
  if (arrays.words.View().size() > 0) {
    add_strings(kWords, arrays.words);
    files.push_back({kWordCodesFile, Bytes(arrays.word_codes)});
    files.push_back({kWordCodebooksFile, Bytes(arrays.word_codebooks)});
  }
  // Only if there are any: the hashes of data sets without vectors stay what they were.
  for (const ItemVectorArray& vectors : arrays.item_vectors) {
    files.push_back({ItemVectorsFile(vectors.name), vectors.rows->text(), vectors.file});
  }
  return files;
}

// The list of an empty data set has the names that every data set has.
bool IsDatasetFile(const std::string& name) {
  static const std::vector<FileBytes> kFiles = ListFiles(DatasetArrays());
  const bool is_of_words = name == kWordCodesFile || name == kWordCodebooksFile ||
                           name == kWords + std::string(kOffsetsSuffix) ||
                           name == kWords + std::string(kTextSuffix);
  return is_of_words || name == kStatsFile || name == kRejectedFile ||
         (name.starts_with(kItemVectorsPrefix) && name.ends_with(kItemVectorsSuffix)) ||
         std::any_of(kFiles.begin(), kFiles.end(),
                     [&](const FileBytes& f) { return f.name == name; });
}

Status SystemError(const std::filesystem::path& path, std::string_view what, int error) {
  return Internal(path.string() + ": " + std::string(what) + " (" + std::strerror(error) +
                  "). Try: free disk space, or choose another --out");
}

Status WriteFile(const std::filesystem::path& path, std::string_view bytes) {
  // O_EXCL: the directory is ours and new, so a file in it would be another process's.
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return SystemError(path, "cannot be created", errno);
  int error = 0;
  const bool is_empty = bytes.empty();
  while (!bytes.empty() && error == 0) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  // Some file systems report a full disk only here. EINVAL: the target, e.g. a pipe, cannot be
  // synchronised, which is no error of ours.
  if (!is_empty && error == 0 && fsync(fd) != 0 && errno != EINVAL) error = errno;
  if (close(fd) != 0 && error == 0) error = errno;
  return error == 0 ? Status() : SystemError(path, "cannot be written", error);
}

// Moves a file that lies on the same file system already, cut to the bytes that count.
Status MoveFile(const FileBytes& file, const std::filesystem::path& to) {
  const int fd = open(file.made.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return SystemError(file.made, "cannot be opened", errno);
  int error = ftruncate(fd, static_cast<off_t>(file.bytes.size())) != 0 ? errno : 0;
  if (error == 0 && fsync(fd) != 0 && errno != EINVAL) error = errno;
  close(fd);
  if (error == 0 && rename(file.made.c_str(), to.c_str()) != 0) error = errno;
  return error == 0 ? Status() : SystemError(file.made, "cannot be moved", error);
}

// Replaces `out` by the directory `made` and removes the old content. At every moment either the
// old or the new data set is complete at `out`, except between the two renames of the fallback.
Status Publish(const std::filesystem::path& made, const std::filesystem::path& out) {
  const auto held = TempFolder::HoldAll();  // an interrupt waits, or has come and never ends this
  if (rename(made.c_str(), out.c_str()) == 0) {  // nothing there, or an empty directory
    SyncFolder(out.has_parent_path() ? out.parent_path() : ".");
    return {};
  }
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, out.c_str(), RENAME_EXCHANGE) != 0) {
    // A file system without atomic exchange: move the old one aside first.
    const std::filesystem::path old = made.string() + ".old";
    if (rename(out.c_str(), old.c_str()) != 0) {
      return SystemError(out, "cannot be replaced", errno);
    }
    if (rename(made.c_str(), out.c_str()) != 0) {
      const int error = errno;
      rename(old.c_str(), out.c_str());
      return SystemError(out, "cannot be replaced", error);
    }
    rename(old.c_str(), made.c_str());
  }
  SyncFolder(out.has_parent_path() ? out.parent_path() : ".");
  // The new data set is in place, so a directory that cannot be removed is no failure.
  std::error_code ignored;
  std::filesystem::remove_all(made, ignored);
  return {};
}

}  // namespace

std::filesystem::path RealPlace(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path followed = path.has_filename() ? path : path.parent_path();
  // weakly_canonical stops at a link to what is not there yet.
  for (int links = 0; links < 40 && std::filesystem::is_symlink(followed, error); ++links) {
    followed = followed.parent_path() / std::filesystem::read_symlink(followed, error);
  }
  std::filesystem::path real = std::filesystem::weakly_canonical(followed, error);
  if (error) real = followed.lexically_normal();
  return real.has_filename() ? real : real.parent_path();
}

Status CheckOut(const std::filesystem::path& out) {
  // Overwriting is only allowed where nothing can be lost: a user who mistypes --out must not lose
  // a directory of other files.
  std::error_code error;
  const auto kind = std::filesystem::status(out, error).type();
  if (kind == std::filesystem::file_type::not_found) return {};
  if (kind != std::filesystem::file_type::directory) {
    return InvalidArgument(out.string() + ": is not a directory. Try: choose another --out");
  }
  for (const auto& entry : std::filesystem::directory_iterator(out, error)) {
    const std::string name = entry.path().filename().string();
    if (IsDatasetFile(name)) continue;
    return InvalidArgument(out.string() + ": is not a data set (it contains " + name +
                           ", which the import would delete). Try: choose another --out");
  }
  if (error) return SystemError(out, "cannot be read", error.value());
  return {};
}

// Names are part of the hash, so that two arrays that swap their contents change it.
std::string HashArrays(const DatasetArrays& arrays) {
  ContentHash hash;
  for (const FileBytes& file : ListFiles(arrays)) hash.Add(file.name, file.bytes);
  return hash.text();
}

Status WriteDataset(const std::filesystem::path& given_out, const DatasetArrays& arrays,
                    std::string_view stats_json, std::string_view rejected_tsv) {
  const std::filesystem::path out = RealPlace(given_out);
  const std::filesystem::path place = out.has_parent_path() ? out.parent_path() : ".";
  std::error_code error;
  std::filesystem::create_directories(place, error);
  if (error) return SystemError(place, "cannot be created", error.value());
  // Next to its final place, so that a rename publishes it.
  TSUGI_ASSIGN_OR_RETURN(const TempFolder temp, TempFolder::Make(place));
  const std::filesystem::path made = temp.path() / "data";
  std::filesystem::create_directory(made, error);
  if (error) return SystemError(made, "cannot be created", error.value());

  std::vector<FileBytes> files = ListFiles(arrays);
  files.push_back({kStatsFile, stats_json});
  if (!rejected_tsv.empty()) files.push_back({kRejectedFile, rejected_tsv});
  for (const FileBytes& file : files) {
    TSUGI_RETURN_IF_ERROR(file.made.empty() ? WriteFile(made / file.name, file.bytes)
                                            : MoveFile(file, made / file.name));
  }
  SyncFolder(made);
  return Publish(made, out);
}

}  // namespace tsugi
