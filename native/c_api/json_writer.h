#ifndef TSUGI_NATIVE_C_API_JSON_WRITER_H_
#define TSUGI_NATIVE_C_API_JSON_WRITER_H_

#include <concepts>
#include <string>
#include <string_view>

#include "core/base/concat.h"

namespace tsugi {

/// Writes JSON text front to back. The caller opens and closes in order; commas come by themselves.
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
  /// Escapes what JSON wants escaped; a byte that is not UTF-8 becomes U+FFFD.
  void String(std::string_view value);
  void Number(std::integral auto value) {
    Separate();
    AppendPiece(text_, value);
  }

  /// Four digits behind the point. Requires: |value| < 10^5.
  void Fixed(double value);

  const std::string& text() const { return text_; }

 private:
  /// Writes the comma that a value or key needs here.
  void Separate();
  void AppendQuoted(std::string_view value);

  std::string text_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_JSON_WRITER_H_
