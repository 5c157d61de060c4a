#include "native/log/json_row.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>

namespace tsugi {
namespace {

// Reads over the text of a JSON value from left to right. No JSON library: members are wanted as
// they are written, because a number that is read and written again may lose digits, and an id must
// not. Takes NaN and Infinity, as Python writes them.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool Take(char c) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool AtEnd() {
    SkipBlanks();
    return at_ == text_.size();
  }

  // A string with its quotes; empty if there is none. A quote ends the string unless an odd number
  // of backslashes stands in front of it. Looking from one quote to the next is faster than looking
  // at every character.
  std::string_view TakeString() {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != '"') return {};
    const size_t begin = at_++;
    for (;;) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return {};
      size_t slashes = 0;
      while (quote - slashes > begin + 1 && text_[quote - slashes - 1] == '\\') ++slashes;
      at_ = quote + 1;
      if (slashes % 2 == 0) return text_.substr(begin, at_ - begin);
    }
  }

  // Any value; empty if there is none.
  std::string_view TakeValue() {
    SkipBlanks();
    if (at_ >= text_.size()) return {};
    const char first = text_[at_];
    if (first == '"') return TakeString();
    if (first == '{' || first == '[') return TakeNested();
    const size_t begin = at_;
    while (at_ < text_.size() && (IsWordCharacter(text_[at_]))) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    return IsScalar(word) ? word : std::string_view();
  }

 private:
  static bool IsWordCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == '.';
  }
  static bool IsScalar(std::string_view word) {
    if (word == "true" || word == "false" || word == "null") return true;
    if (word.starts_with('-')) word.remove_prefix(1);
    if (word == "NaN" || word == "Infinity") return true;
    // A number too large for a double is a number all the same: its text is kept.
    double number;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return !word.empty() && word[0] >= '0' && word[0] <= '9' &&
           error != std::errc::invalid_argument && end == word.data() + word.size();
  }

  // An object or array up to its closing bracket. The open ones are kept in a string and not on the
  // call stack, which a line of 80,000 brackets would exhaust.
  std::string_view TakeNested() {
    const size_t begin = at_;
    std::string open;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (TakeString().empty()) return {};
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') open += c == '{' ? '}' : ']';
      if (c != '}' && c != ']') continue;
      if (open.back() != c) return {};
      open.pop_back();
      if (open.empty()) return text_.substr(begin, at_ - begin);
    }
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

void AppendUtf8(uint32_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// The four hexadecimal digits at the front of `text`, or 0xFFFD.
uint32_t TakeHex(std::string_view& text) {
  uint32_t code = 0;
  const size_t size = std::min<size_t>(4, text.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, code, 16);
  const bool is_whole = error == std::errc() && size == 4 && end == text.data() + 4;
  text.remove_prefix(size);
  return is_whole ? code : 0xFFFD;
}

// A pair of surrogates is one character; a lone one becomes the replacement character, since UTF-8
// cannot hold it.
void AppendEscape(std::string_view& rest, std::string& text) {
  const char c = rest.front();
  rest.remove_prefix(1);
  switch (c) {
    case 'n':
      text += '\n';
      return;
    case 't':
      text += '\t';
      return;
    case 'r':
      text += '\r';
      return;
    case 'b':
      text += '\b';
      return;
    case 'f':
      text += '\f';
      return;
    case 'u':
      break;
    default:
      text += c;
      return;
  }
  uint32_t code = TakeHex(rest);
  if (code >= 0xD800 && code < 0xDC00 && rest.starts_with("\\u")) {
    std::string_view after = rest.substr(2);
    const uint32_t low = TakeHex(after);
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      rest = after;
    }
  }
  AppendUtf8(code >= 0xD800 && code < 0xE000 ? 0xFFFD : code, text);
}

void AppendString(std::string_view quoted, std::string& text) {
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  while (!rest.empty()) {
    const size_t slash = rest.find('\\');
    text += rest.substr(0, slash);
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
    AppendEscape(rest, text);
  }
}

// The plain digits of a whole number that is written with a fraction or an exponent. Only up to
// 2^53, above which a double no longer holds every whole number.
std::optional<int64_t> WholeNumber(std::string_view number) {
  if (number.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  double value = 0;
  const char* last = number.data() + number.size();
  const auto [end, error] = std::from_chars(number.data(), last, value);
  if (error != std::errc() || end != last) return std::nullopt;  // no number, or a huge one
  constexpr double kExact = 9007199254740992.0;
  if (!(value > -kExact && value < kExact) ||
      value != static_cast<double>(static_cast<int64_t>(value))) {
    return std::nullopt;
  }
  return static_cast<int64_t>(value);
}

}  // namespace

// Anything after the closing brace makes the line no object: two rows may have run into one
// another.
bool SplitJsonObject(std::string_view text, std::vector<JsonMember>& members) {
  members.clear();
  Scanner scanner(text);
  if (!scanner.Take('{')) return false;
  if (scanner.Take('}')) return scanner.AtEnd();
  do {
    const std::string_view key = scanner.TakeString();
    if (key.empty() || !scanner.Take(':')) return false;
    const std::string_view value = scanner.TakeValue();
    if (value.empty()) return false;
    members.push_back({key.substr(1, key.size() - 2), value});
  } while (scanner.Take(','));
  return scanner.Take('}') && scanner.AtEnd();
}

bool SplitJsonArray(std::string_view text, std::vector<std::string_view>& elements) {
  elements.clear();
  Scanner scanner(text);
  if (!scanner.Take('[')) return false;
  if (scanner.Take(']')) return scanner.AtEnd();
  do {
    elements.push_back(scanner.TakeValue());
    if (elements.back().empty()) return false;
  } while (scanner.Take(','));
  return scanner.Take(']') && scanner.AtEnd();
}

bool IsObjectText(std::string_view text) {
  if (text.starts_with("[{")) text.remove_prefix(1);
  if (!text.starts_with("{'") && !text.starts_with("{\"")) return false;
  const size_t end = text.find(text[1], 2);  // of the first key
  return end != text.npos && text.substr(end + 1).starts_with(':');
}

bool ReadNames(std::string_view json, std::vector<std::string>& names) {
  names.clear();
  std::vector<std::string_view> objects;
  if (json.starts_with('{')) {
    objects.push_back(json);
  } else if (!SplitJsonArray(json, objects) || objects.empty()) {
    return false;
  }
  std::vector<JsonMember> members;
  for (const std::string_view object : objects) {
    if (!SplitJsonObject(object, members)) return false;
    const size_t before = names.size();
    for (const JsonMember& member : members) {
      const bool is_name = member.key == "name" && member.value.starts_with('"');
      if (is_name) AppendJsonText(member.value, names.emplace_back());
      const bool is_key = member.key == "id" || member.key == "_id" || member.key == "slug" ||
                          member.key == "code" || member.key.starts_with("iso_");
      if (is_name || (is_key && !member.value.starts_with('{') && !member.value.starts_with('[')))
        continue;
      return false;
    }
    if (names.size() != before + 1) return false;
  }
  return true;
}

std::string PythonListToJson(std::string_view text) {
  std::string json;
  char open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && open != 0 && i + 1 < text.size()) {
      const char next = text[++i];
      json += next == '\'' ? "'" : std::string{c, next};
    } else if (open == 0 && (c == '"' || c == '\'')) {
      open = c;
      json += '"';
    } else if (c == open) {
      open = 0;
      json += '"';
    } else {
      json += c == '"' ? "\\\"" : std::string(1, c);
    }
  }
  return json;
}

// Missing values become the empty text, as in a CSV file.
void AppendJsonText(std::string_view value, std::string& text) {
  if (value.starts_with('"')) return AppendString(value, text);
  if (value == "null" || value == "NaN") return;
  if (const std::optional<int64_t> whole = WholeNumber(value)) {
    text += std::to_string(*whole);
  } else {
    text += value;
  }
}

// Control characters must be escaped (RFC 8259, section 7). Everything else stays, UTF-8 as well.
void AppendJsonString(std::string_view text, std::string& json) {
  json += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      case '\b':
        json += "\\b";
        break;
      case '\f':
        json += "\\f";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) {
          json += c;
        } else {
          char escape[8];
          std::snprintf(escape, sizeof escape, "\\u%04x", c);
          json += escape;
        }
    }
  }
  json += '"';
}

}  // namespace tsugi
