#ifndef TSUGI_NATIVE_C_API_JSON_WRITER_H_
#define TSUGI_NATIVE_C_API_JSON_WRITER_H_

#include <concepts>
#include <string>
#include <string_view>

#include "core/base/text.h"

namespace tsugi {

/// Writes JSON text from front to back. The caller opens and closes brackets in order; the writer
/// adds the commas.
///
///   JsonWriter json;
///   json.Open('{');
///   json.Key("items");
///   json.Number(12000);
///   json.Close('}');
///   json.text();  // {"items":12000}
class JsonWriter {
 public:
  void Open(char bracket);
  void Close(char bracket) { text_ += bracket; }
  void Key(std::string_view key);
  /// Writes a string, escaped where JSON requires it. Each byte that is not UTF-8 becomes U+FFFD.
  void String(std::string_view value);
  void Number(std::integral auto value) {
    Separate();
    AppendPiece(text_, value);
  }

  /// Writes a number with four decimals. Requires: |value| < 10^5.
  void Fixed(double value);

  const std::string& text() const { return text_; }

 private:
  /// Writes a comma if the next value or key needs one.
  void Separate();
  void AppendQuoted(std::string_view value);

  std::string text_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_JSON_WRITER_H_
