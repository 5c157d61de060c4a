#ifndef TSUGI_NATIVE_LOG_JSON_ROW_H_
#define TSUGI_NATIVE_LOG_JSON_ROW_H_

#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

/// One member of a JSON object, as it is written.
struct JsonMember {
  std::string_view key;    ///< between its quotes, escapes and all
  std::string_view value;  ///< e.g. `"a\"b"`, `1e1`, `[1, 2]`
};

/// Splits the members of one JSON object; values are not parsed. Returns false if `text` is not an
/// object. NaN and Infinity pass as values, since Python writes them. Objects and arrays inside are
/// only checked for closing brackets, so that their depth costs nothing.
///
/// Ours, because DuckDB's read_json keeps no rejected lines, changes numbers (1e1 becomes 10.0) and
/// refuses NaN.
bool SplitJsonObject(std::string_view text, std::vector<JsonMember>& members);

/// Splits the elements of a JSON array likewise. Returns false if `text` is not an array.
bool SplitJsonArray(std::string_view text, std::vector<std::string_view>& elements);

/// Reads the names in an object, or a list of objects, that holds nothing but a name and its key:
/// {"id": 16, "name": "Animation"}. Returns false for anything else.
bool ReadNames(std::string_view json, std::vector<std::string>& names);

/// Whether a text is written as a JSON or Python object is, or as a list of some.
bool IsObjectText(std::string_view text);

/// A list as Python writes it, ['a', "it's"], as JSON; any other text comes out as it may.
std::string PythonListToJson(std::string_view text);

/// Appends what a value says to `text`: a string without quotes and escapes, a number as written
/// but whole numbers in plain digits (10.0 and 1e1 -> 10), null and NaN as nothing, an object or
/// array as its JSON.
void AppendJsonText(std::string_view value, std::string& text);

/// Appends `text` as a JSON string with its quotes.
void AppendJsonString(std::string_view text, std::string& json);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_JSON_ROW_H_
