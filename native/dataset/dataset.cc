#include "native/dataset/dataset.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>

#include "native/dataset/dataset_files.h"
#include "native/files/whole_file.h"
#include "native/log/vector_reader.h"

namespace tsugi {
namespace {

struct MappedStrings {
  MappedFile offsets, text;
  StringTableView view() const { return {offsets.as<uint64_t>(), text.text()}; }
};

// One sentence for every kind of damage: which one it was matters less than what to do.
Status Damaged(const std::filesystem::path& file, const std::string& what) {
  return CorruptModel(file.string() + ": " + what +
                      "; the data set is damaged. Try: tsugi import again");
}

// Maps `file` and checks that it holds one of the `allowed` element counts.
Result<MappedFile> MapArray(const std::filesystem::path& file, size_t element_bytes,
                            std::initializer_list<uint64_t> allowed) {
  auto mapped = MappedFile::Open(file);
  if (!mapped.ok()) return Damaged(file, "is missing");
  for (const uint64_t count : allowed) {
    if (mapped->bytes() % element_bytes == 0 && mapped->bytes() / element_bytes == count) {
      return std::move(mapped).value();
    }
  }
  return Damaged(file, std::to_string(mapped->bytes()) + " bytes, expected " +
                           std::to_string(*allowed.begin()) + " x " +
                           std::to_string(element_bytes));
}

// True if `offsets` start at 0, never decrease and end at `end`.
bool AreOffsets(std::span<const uint64_t> offsets, uint64_t end) {
  return !offsets.empty() && offsets.front() == 0 && offsets.back() == end &&
         std::is_sorted(offsets.begin(), offsets.end());
}

// Maps a table of `count` strings, or an empty one if it `may_be_empty`. The offsets are checked to
// the last one, since every string is later cut out of the text by them.
Result<MappedStrings> MapStrings(const std::filesystem::path& directory, const std::string& prefix,
                                 uint64_t count, bool may_be_empty) {
  const auto offsets_file = directory / (prefix + kOffsetsSuffix);
  const auto text_file = directory / (prefix + kTextSuffix);
  MappedStrings strings;
  TSUGI_ASSIGN_OR_RETURN(strings.offsets, MapArray(offsets_file, sizeof(uint64_t),
                                                   {count + 1, may_be_empty ? 0 : count + 1}));
  auto text = MappedFile::Open(text_file);
  if (!text.ok()) return Damaged(text_file, "is missing");
  strings.text = std::move(text).value();
  const auto offsets = strings.offsets.as<uint64_t>();
  if (offsets.empty() ? strings.text.bytes() > 0 : !AreOffsets(offsets, strings.text.bytes())) {
    return Damaged(text_file, "does not match " + offsets_file.filename().string());
  }
  return strings;
}

// The values of stats.json that are needed to read the arrays.
struct Counts {
  uint64_t version = 0;
  uint64_t sequences = 0, events = 0, items = 0, actions = 0, valid_cases = 0, test_cases = 0;
  std::optional<WordVectorsSpec> words;
  std::string protocol, hash;
  double repeat_share = 0;
  std::vector<ItemVectors> item_vectors;  // without their rows
};

// Names and widths of the kinds of vectors; a data set without any has no such list.
Status ReadItemVectors(const std::filesystem::path& file, const nlohmann::json& stats,
                       std::vector<ItemVectors>& found) {
  const auto list = stats.find("item_vectors");
  if (list == stats.end()) return {};
  const Status damaged = Damaged(file, "has no valid list \"item_vectors\"");
  if (!list->is_array() || list->size() > kMostItemVectors) return damaged;
  for (const auto& kind : *list) {
    const auto name = kind.find("name"), width = kind.find("width");
    if (!kind.is_object() || name == kind.end() || !name->is_string() || width == kind.end() ||
        !width->is_number_unsigned()) {
      return damaged;
    }
    const auto numbers = width->get<uint64_t>();
    ItemVectors vectors{.name = name->get<std::string>(), .rows = {}};
    if (!IsVectorName(vectors.name) || numbers < 1 || numbers > kMostVectorNumbers) return damaged;
    vectors.width = static_cast<uint32_t>(numbers);
    found.push_back(std::move(vectors));
  }
  return {};
}

// Only data sets with words have this object.
bool ReadWordCounts(const nlohmann::json& words, Counts& counts) {
  if (!words.is_object()) return false;
  WordVectorsSpec& sizes = counts.words.emplace();
  for (const auto& [key, value, most] : {std::tuple("kept", &sizes.count, kMostWordRows),
                                         std::tuple("width", &sizes.width, kMostWordWidth),
                                         std::tuple("codes", &sizes.codes, kMostWordCodes)}) {
    const auto found = words.find(key);
    if (found == words.end() || !found->is_number_unsigned()) return false;
    const auto number = found->get<uint64_t>();
    if (number == 0 || number > most) return false;
    *value = static_cast<uint32_t>(number);
  }
  return true;
}

Result<Counts> ReadCounts(const std::filesystem::path& file) {
  TSUGI_ASSIGN_OR_RETURN(const MappedFile mapped, MappedFile::Open(file));
  const auto stats = nlohmann::json::parse(mapped.text(), nullptr, /*allow_exceptions=*/false);
  if (!stats.is_object()) return Damaged(file, "is not a JSON object");
  const auto version = stats.find("format_version");
  if (version == stats.end() || !version->is_number_unsigned()) {
    return Damaged(file, "has no format_version");
  }
  if (version->get<uint64_t>() > kDatasetFormatVersion) {
    return VersionTooNew(file.string() + ": format version " + version->dump() +
                         ", this build reads " + std::to_string(kDatasetFormatVersion) +
                         ". Try: a newer tsugi, or import the log again with this one");
  }
  Counts counts;
  counts.version = version->get<uint64_t>();
  const std::pair<const char*, uint64_t*> numbers[] = {{"sequences", &counts.sequences},
                                                       {"events", &counts.events},
                                                       {"items", &counts.items},
                                                       {"actions", &counts.actions},
                                                       {"valid_cases", &counts.valid_cases},
                                                       {"test_cases", &counts.test_cases}};
  // Sizes come from stats.json alone and every array must agree with them: an array that was
  // truncated, or copied from another data set, is found by its size.
  for (const auto& [key, value] : numbers) {
    const auto found = stats.find(key);
    // Up to this count no product with the size of an element, or of a vector, overflows, so
    // MapArray may compare sizes.
    constexpr uint64_t kMaxCount = uint64_t{1} << 40;
    if (found == stats.end() || !found->is_number_unsigned() ||
        found->get<uint64_t>() > kMaxCount) {
      return Damaged(file, "has no valid count \"" + std::string(key) + "\"");
    }
    *value = found->get<uint64_t>();
  }
  if (stats.contains("words") && !ReadWordCounts(stats["words"], counts)) {
    return Damaged(file, "has no valid counts of \"words\"");
  }
  const std::pair<const char*, std::string*> texts[] = {{"protocol", &counts.protocol},
                                                        {"hash", &counts.hash}};
  for (const auto& [key, value] : texts) {
    const auto found = stats.find(key);
    if (found == stats.end() || !found->is_string()) {
      return Damaged(file, "has no text \"" + std::string(key) + "\"");
    }
    *value = found->get<std::string>();
  }
  const auto share = stats.find("repeat_share");
  if (share == stats.end() || !share->is_number()) return Damaged(file, "has no \"repeat_share\"");
  counts.repeat_share = share->get<double>();
  TSUGI_RETURN_IF_ERROR(ReadItemVectors(file, stats, counts.item_vectors));
  return counts;
}

}  // namespace

struct Dataset::Mapping {
  Counts counts;
  MappedFile offsets, items, times, actions, values, train_end, refit_end, valid_cases, test_cases;
  std::vector<MappedFile> item_vectors;  // as counts.item_vectors
  MappedStrings item_ids, item_titles, item_metadata, action_names, words;
  MappedFile word_codes, word_codebooks;

  Status Map(const std::filesystem::path& directory);
  Status CheckHash(const std::filesystem::path& directory) const;
  Status CheckStatsHash(const std::filesystem::path& file) const;
  Status CheckSequences(const std::filesystem::path& directory) const;
  Status CheckWords(const std::filesystem::path& directory) const;
  Status CheckCases(const std::filesystem::path& file, std::span<const EvaluationCase> cases) const;
};

Status Dataset::Mapping::Map(const std::filesystem::path& d) {
  // Arrays that may be absent (times, values) have two allowed counts; the first one is named in
  // the message.
  const uint64_t s = counts.sequences, e = counts.events, n = counts.items;
  TSUGI_ASSIGN_OR_RETURN(offsets, MapArray(d / kOffsetsFile, 8, {s + 1}));
  TSUGI_ASSIGN_OR_RETURN(items, MapArray(d / kItemsFile, 4, {e}));
  TSUGI_ASSIGN_OR_RETURN(times, MapArray(d / kTimesFile, 8, {e, 0}));
  TSUGI_ASSIGN_OR_RETURN(actions, MapArray(d / kActionsFile, 4, {counts.actions ? e : 0}));
  TSUGI_ASSIGN_OR_RETURN(values, MapArray(d / kValuesFile, 4, {e, 0}));
  TSUGI_ASSIGN_OR_RETURN(train_end, MapArray(d / kTrainEndFile, 4, {s}));
  TSUGI_ASSIGN_OR_RETURN(refit_end, MapArray(d / kRefitEndFile, 4, {s}));
  TSUGI_ASSIGN_OR_RETURN(valid_cases, MapArray(d / kValidCasesFile, 8, {counts.valid_cases}));
  TSUGI_ASSIGN_OR_RETURN(test_cases, MapArray(d / kTestCasesFile, 8, {counts.test_cases}));
  TSUGI_ASSIGN_OR_RETURN(item_ids, MapStrings(d, kItemIds, n, false));
  TSUGI_ASSIGN_OR_RETURN(item_titles, MapStrings(d, kItemTitles, n, true));
  TSUGI_ASSIGN_OR_RETURN(item_metadata, MapStrings(d, kItemMetadata, n, true));
  TSUGI_ASSIGN_OR_RETURN(action_names,
                         MapStrings(d, kActionNames, counts.actions, counts.actions == 0));
  for (ItemVectors& vectors : counts.item_vectors) {
    TSUGI_ASSIGN_OR_RETURN(MappedFile rows, MapArray(d / ItemVectorsFile(vectors.name),
                                                     sizeof(float), {n * vectors.width}));
    item_vectors.push_back(std::move(rows));
    vectors.rows = item_vectors.back().as<float>();
  }
  if (counts.words) {
    const WordVectorsSpec& of = *counts.words;
    TSUGI_ASSIGN_OR_RETURN(words, MapStrings(d, kWords, of.count, false));
    TSUGI_ASSIGN_OR_RETURN(word_codes,
                           MapArray(d / kWordCodesFile, 1, {uint64_t{of.count} * of.codes}));
    TSUGI_ASSIGN_OR_RETURN(word_codebooks,
                           MapArray(d / kWordCodebooksFile, 4,
                                    {uint64_t{of.codes} * of.codewords() * of.codeword_width()}));
  }
  return {};
}

// The writer's order of files. One pass over bytes that training reads anyway.
Status Dataset::Mapping::CheckHash(const std::filesystem::path& d) const {
  ContentHash hash;
  const std::pair<const char*, const MappedFile*> arrays[] = {
      {kOffsetsFile, &offsets},     {kItemsFile, &items},
      {kTimesFile, &times},         {kActionsFile, &actions},
      {kValuesFile, &values},       {kTrainEndFile, &train_end},
      {kRefitEndFile, &refit_end},  {kValidCasesFile, &valid_cases},
      {kTestCasesFile, &test_cases}};
  for (const auto& [name, file] : arrays) hash.Add(name, file->text());
  const std::pair<const char*, const MappedStrings*> tables[] = {{kItemIds, &item_ids},
                                                                 {kItemTitles, &item_titles},
                                                                 {kItemMetadata, &item_metadata},
                                                                 {kActionNames, &action_names}};
  const auto add_strings = [&hash](const std::string& prefix, const MappedStrings& table) {
    hash.Add(prefix + kOffsetsSuffix, table.offsets.text());
    hash.Add(prefix + kTextSuffix, table.text.text());
  };
  for (const auto& [prefix, table] : tables) add_strings(prefix, *table);
  // Only where there are some, so that data sets without keep their hash.
  if (counts.words) {
    add_strings(kWords, words);
    hash.Add(kWordCodesFile, word_codes.text());
    hash.Add(kWordCodebooksFile, word_codebooks.text());
  }
  for (size_t i = 0; i < item_vectors.size(); ++i) {
    hash.Add(ItemVectorsFile(counts.item_vectors[i].name), item_vectors[i].text());
  }
  if (hash.text() == counts.hash) return Status();
  return Damaged(
      d, "its files have the hash " + hash.text() + ", " + kStatsFile + " says " + counts.hash);
}

// A version without the hash may still hold a version's number that was changed: where a hash is,
// it counts.
Status Dataset::Mapping::CheckStatsHash(const std::filesystem::path& file) const {
  TSUGI_ASSIGN_OR_RETURN(const MappedFile mapped, MappedFile::Open(file));
  const std::string_view text = mapped.text();
  const size_t end = text.rfind(kStatsHash);
  if (end == text.npos && counts.version < 2) return Status();
  if (end != text.npos && text.substr(end) == StatsEnd(text.substr(0, end))) return Status();
  return Damaged(file, "does not fit its stats_hash");
}

// Checks every index once, when the data set is opened. Training and evaluation then follow the
// indices without checks of their own.
Status Dataset::Mapping::CheckSequences(const std::filesystem::path& d) const {
  const auto ends = offsets.as<uint64_t>();
  if (!AreOffsets(ends, counts.events)) {
    return Damaged(d / kOffsetsFile, "offsets are not in order");
  }
  const auto is_outside = [](uint64_t limit) { return [limit](uint32_t i) { return i >= limit; }; };
  const auto item = items.as<uint32_t>();
  if (std::any_of(item.begin(), item.end(), is_outside(counts.items))) {
    return Damaged(d / kItemsFile,
                   "holds an item_index of " + std::to_string(counts.items) + " or more");
  }
  const auto action = actions.as<uint32_t>();
  if (std::any_of(action.begin(), action.end(), is_outside(counts.actions))) {
    return Damaged(d / kActionsFile, "holds an unknown action");
  }
  for (size_t s = 0; s < counts.sequences; ++s) {
    const uint32_t train = train_end.as<uint32_t>()[s], refit = refit_end.as<uint32_t>()[s];
    if (train > refit || refit > ends[s + 1] - ends[s]) {
      return Damaged(d / kRefitEndFile, "sequence " + std::to_string(s) + " ends out of range");
    }
  }
  TSUGI_RETURN_IF_ERROR(CheckCases(d / kValidCasesFile, valid_cases.as<EvaluationCase>()));
  return CheckCases(d / kTestCasesFile, test_cases.as<EvaluationCase>());
}

// A case needs a position of at least 1, i.e. a history, and an event at that position.
Status Dataset::Mapping::CheckCases(const std::filesystem::path& file,
                                    std::span<const EvaluationCase> cases) const {
  const auto ends = offsets.as<uint64_t>();
  for (size_t i = 0; i < cases.size(); ++i) {
    const auto [sequence, position] = cases[i];
    if (sequence >= counts.sequences || position < 1 ||
        position >= ends[sequence + 1] - ends[sequence]) {
      return Damaged(file, "case " + std::to_string(i) + " is out of range");
    }
  }
  return {};
}

// As the engine does in a model file, of which these become a part.
Status Dataset::Mapping::CheckWords(const std::filesystem::path& d) const {
  if (!counts.words) return {};
  const auto codes = word_codes.as<uint8_t>();
  const uint32_t codewords = counts.words->codewords();
  if (std::any_of(codes.begin(), codes.end(), [&](uint8_t code) { return code >= codewords; })) {
    return Damaged(d / kWordCodesFile, "holds a code of " + std::to_string(codewords) + " or more");
  }
  const StringTableView texts = words.view();
  for (size_t i = 1; i < texts.size(); ++i) {
    if (HashWord(texts[i - 1]) >= HashWord(texts[i])) {
      return Damaged(d / kWords, "word " + std::to_string(i) + " is not in the order of hashes");
    }
  }
  return {};
}

Result<Dataset> Dataset::Open(const std::filesystem::path& directory) {
  if (!std::filesystem::exists(directory / kStatsFile)) {
    return NotFound(directory.string() + ": no data set here (" + kStatsFile +
                    " is missing). Try: tsugi import --events FILE --out " + directory.string());
  }
  auto mapping = std::make_shared<Mapping>();
  TSUGI_ASSIGN_OR_RETURN(mapping->counts, ReadCounts(directory / kStatsFile));
  TSUGI_RETURN_IF_ERROR(mapping->Map(directory));
  TSUGI_RETURN_IF_ERROR(mapping->CheckSequences(directory));
  TSUGI_RETURN_IF_ERROR(mapping->CheckHash(directory));
  TSUGI_RETURN_IF_ERROR(mapping->CheckStatsHash(directory / kStatsFile));
  TSUGI_RETURN_IF_ERROR(mapping->CheckWords(directory));
  return Dataset(std::move(mapping));
}

// The accessors only reinterpret mapped bytes: sizes and contents were checked in Open.
size_t Dataset::item_count() const { return mapping_->counts.items; }
std::span<const uint64_t> Dataset::offsets() const { return mapping_->offsets.as<uint64_t>(); }
std::span<const uint32_t> Dataset::items() const { return mapping_->items.as<uint32_t>(); }
std::span<const int64_t> Dataset::times() const { return mapping_->times.as<int64_t>(); }
std::span<const uint32_t> Dataset::actions() const { return mapping_->actions.as<uint32_t>(); }
std::span<const float> Dataset::values() const { return mapping_->values.as<float>(); }
std::span<const uint32_t> Dataset::train_end() const { return mapping_->train_end.as<uint32_t>(); }
std::span<const uint32_t> Dataset::refit_end() const { return mapping_->refit_end.as<uint32_t>(); }
std::span<const EvaluationCase> Dataset::cases(Split split) const {
  return (split == Split::kValid ? mapping_->valid_cases : mapping_->test_cases)
      .as<EvaluationCase>();
}
StringTableView Dataset::item_ids() const { return mapping_->item_ids.view(); }
StringTableView Dataset::item_titles() const { return mapping_->item_titles.view(); }
StringTableView Dataset::item_metadata() const { return mapping_->item_metadata.view(); }
EventView Dataset::events() const {
  const StringTableView names = action_names();
  // Rows without an action have the empty name. Names are sorted, so it is the first, and the
  // engine knows it as action 0, "unknown".
  const bool has_unnamed = names.size() > 0 && names[0].empty();
  return {items(), times(), actions(), values(), has_unnamed ? 0u : 1u};
}
StringTableView Dataset::action_names() const { return mapping_->action_names.view(); }
std::span<const ItemVectors> Dataset::item_vectors() const { return mapping_->counts.item_vectors; }
StringTableView Dataset::words() const { return mapping_->words.view(); }
size_t Dataset::word_width() const {
  return mapping_->counts.words ? mapping_->counts.words->width : 0;
}
std::span<const uint8_t> Dataset::word_codes() const { return mapping_->word_codes.as<uint8_t>(); }
std::span<const float> Dataset::word_codebooks() const {
  return mapping_->word_codebooks.as<float>();
}
std::string_view Dataset::protocol() const { return mapping_->counts.protocol; }
std::string_view Dataset::hash() const { return mapping_->counts.hash; }
double Dataset::repeat_share() const { return mapping_->counts.repeat_share; }

}  // namespace tsugi
