#include "native/eval/search/word_net.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "native/files/whole_file.h"

namespace tsugi {
namespace {

constexpr uint64_t kMostFileBytes = uint64_t{256} << 20;  // the largest, data.noun, has 16 MB
constexpr const char* kEndings[] = {"noun", "verb", "adj", "adv"};
constexpr char kRemedy[] =
    ". Try: the folder of WordNet's index and data files (Debian's package wordnet-base: "
    "/usr/share/wordnet)";

Status BrokenLine(const std::filesystem::path& path, size_t line, const std::string& expected) {
  return InvalidArgument(path.string() + ":" + std::to_string(line) + ": expected " + expected +
                         kRemedy);
}

// The fields of a line, which blanks separate.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_(line) {}

  // Empty at the end of the line.
  std::string_view Next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \r"), rest_.size()));
    const std::string_view field = rest_.substr(0, rest_.find_first_of(" \r"));
    rest_.remove_prefix(field.size());
    return field;
  }

  std::optional<uint32_t> Number(int base = 10) {
    const std::string_view field = Next();
    uint32_t number = 0;
    const char* const end = field.data() + field.size();
    const auto parsed = std::from_chars(field.data(), end, number, base);
    const bool is_number = !field.empty() && parsed.ec == std::errc() && parsed.ptr == end;
    return is_number ? std::optional(number) : std::nullopt;
  }

  // False if the line has fewer fields.
  bool Skip(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      if (Next().empty()) return false;
    }
    return true;
  }

 private:
  std::string_view rest_;
};

// Calls read(fields, number) for the lines of a file; those of the licence begin with a blank.
template <typename Read>
Status ForEachRecord(const std::filesystem::path& path, const Read& read) {
  auto bytes = ReadWholeFile(path, kMostFileBytes, "a file of WordNet");
  if (!bytes.ok()) {
    return {bytes.status().code(), std::string(bytes.status().message()) + kRemedy};
  }
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->span().size());
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line[0] == ' ') continue;
    // The gloss, after " | ", is text for people.
    TSUGI_RETURN_IF_ERROR(read(Fields(line.substr(0, line.find(" | "))), number));
  }
  return Status();
}

// In lower case, without the mark of an adjective's position, e.g. "galore(ip)".
std::string PlainWord(std::string_view word) {
  std::string plain(word.substr(0, word.find('(')));
  std::transform(plain.begin(), plain.end(), plain.begin(), LowerCase);
  return plain;
}

bool IsSingleWord(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

Result<WordNet> WordNet::Open(const std::filesystem::path& folder) {
  WordNet net;
  for (size_t part = 0; part < kPartsOfSpeech; ++part) {
    const std::string ending = kEndings[part];
    std::map<uint32_t, uint32_t> places;
    TSUGI_RETURN_IF_ERROR(net.ReadSynsets(folder / ("data." + ending), places));
    TSUGI_RETURN_IF_ERROR(net.ReadSenses(folder / ("index." + ending), places, net.senses_[part]));
  }
  return net;
}

// offset file kind count(hex) {word id} pointers {four fields each} ...
Status WordNet::ReadSynsets(const std::filesystem::path& path,
                            std::map<uint32_t, uint32_t>& places) {
  return ForEachRecord(path, [&](Fields fields, size_t line) -> Status {
    const auto offset = fields.Number();
    const bool has_kind = fields.Skip(2);
    const auto count = fields.Number(16);
    if (!offset || !has_kind || !count || *count == 0) {
      return BrokenLine(path, line, "a synset: offset, file, kind, number of words, words");
    }
    std::vector<std::string> words;
    for (uint32_t i = 0; i < *count; ++i) {
      const std::string_view word = fields.Next();
      if (!fields.Skip(1)) {
        return BrokenLine(path, line, std::to_string(*count) + " words, each with a number");
      }
      words.push_back(PlainWord(word));
    }
    const auto pointers = fields.Number();
    if (!pointers || !fields.Skip(size_t{4} * *pointers)) {
      return BrokenLine(path, line, "the pointers of the synset after its words");
    }
    if (!places.emplace(*offset, static_cast<uint32_t>(synsets_.size())).second) {
      return BrokenLine(path, line, "an offset that no line before has");
    }
    synsets_.push_back(std::move(words));
    return Status();
  });
}

// word kind senses pointers {symbol} senses tagged {offset}
Status WordNet::ReadSenses(const std::filesystem::path& path,
                           const std::map<uint32_t, uint32_t>& places, Senses& senses) {
  return ForEachRecord(path, [&](Fields fields, size_t line) -> Status {
    const std::string_view word = fields.Next();
    const bool has_kind = fields.Skip(1);
    const auto count = fields.Number(), pointers = fields.Number();
    if (!has_kind || !count || !pointers || !fields.Skip(size_t{*pointers} + 2)) {
      return BrokenLine(path, line, "a word with its kind and the number of its senses");
    }
    std::vector<uint32_t>& synsets = senses[std::string(word)];
    for (uint32_t i = 0; i < *count; ++i) {
      const auto offset = fields.Number();
      if (!offset) return BrokenLine(path, line, std::to_string(*count) + " offsets of synsets");
      const auto place = places.find(*offset);
      if (place == places.end()) {
        return BrokenLine(
            path, line,
            "offsets of synsets in the data file, which has none at " + std::to_string(*offset));
      }
      synsets.push_back(place->second);
    }
    return Status();
  });
}

bool WordNet::Has(std::string_view word) const {
  return std::any_of(std::begin(senses_), std::end(senses_),
                     [&](const Senses& senses) { return senses.contains(word); });
}

std::vector<std::string> WordNet::Synonyms(std::string_view word) const {
  const bool is_plural = word.size() > 3 && word.ends_with('s') && !word.ends_with("ss");
  const std::string_view noun = is_plural ? word.substr(0, word.size() - 1) : word;
  std::vector<std::string> synonyms;
  const auto add = [&](const Senses& senses, std::string_view of) {
    const auto found = senses.find(of);
    if (found == senses.end()) return;
    for (const uint32_t synset : found->second) {
      for (const std::string& other : synsets_[synset]) {
        const bool is_new = other != word && other != noun && IsSingleWord(other) &&
                            std::find(synonyms.begin(), synonyms.end(), other) == synonyms.end();
        if (is_new) synonyms.push_back(other);
      }
    }
  };
  for (const Senses& senses : senses_) add(senses, word);
  if (is_plural) add(senses_[0], noun);
  return synonyms;
}

}  // namespace tsugi
