#include "native/studies/shift/shift_files.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "native/log/sequence_reader.h"

namespace tsugi {
namespace {

/// Numbers names in the order in which they come.
class Numbering {
 public:
  uint32_t Number(std::string_view name) {
    return numbers_.try_emplace(std::string(name), static_cast<uint32_t>(numbers_.size()))
        .first->second;
  }
  size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
};

}  // namespace

Result<ShiftData> ReadShiftFiles(const ShiftFiles& files, ReadAudit& audit) {
  ShiftData data;
  Numbering users, items;
  size_t trained_users = 0;
  std::vector<Interaction> known;  // sorted, of the parts read so far
  const auto read = [&](const std::filesystem::path& file, Interactions& part) -> Status {
    std::vector<Interaction> pairs;
    TSUGI_RETURN_IF_ERROR(ReadSequences(
        {file}, audit,
        [&](std::string_view user, std::span<const std::string_view> rest) -> std::string_view {
          // A user of a later part may get a number here, but at or above `trained_users`, so the
          // training part's numbers stay dense.
          const Interaction pair{users.Number(user), items.Number(rest.front())};
          if (std::binary_search(known.begin(), known.end(), pair)) {
            return "an earlier part holds this pair";
          }
          if (&part != &data.train && pair.first >= trained_users) {
            ++data.left_out;
            return {};
          }
          pairs.push_back(pair);
          return {};
        }));
    if (&part == &data.train) trained_users = users.size();
    if (pairs.empty()) {
      return InvalidArgument(file.string() +
                             ": no pair of a trained user (expected lines `user item`). Try: check "
                             "that all files use the same ids");
    }
    part = Interactions(trained_users, pairs);
    known.insert(known.end(), pairs.begin(), pairs.end());
    std::sort(known.begin(), known.end());
    return {};
  };
  // The training part first: it decides who is a trained user.
  TSUGI_RETURN_IF_ERROR(read(files.train, data.train));
  TSUGI_RETURN_IF_ERROR(read(files.valid, data.valid));
  TSUGI_RETURN_IF_ERROR(read(files.test, data.test));
  TSUGI_RETURN_IF_ERROR(read(files.shifted, data.shifted));
  data.user_count = trained_users;
  data.item_count = items.size();
  return data;
}

}  // namespace tsugi
