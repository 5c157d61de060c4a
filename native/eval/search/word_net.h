#ifndef TSUGI_NATIVE_EVAL_SEARCH_WORD_NET_H_
#define TSUGI_NATIVE_EVAL_SEARCH_WORD_NET_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// Synonyms of English words from Princeton's WordNet: a source that no model has learnt from.
/// Source: the files index.POS and data.POS of wndb(5WN), POS = noun, verb, adj, adv.
/// Memory: about four times the bytes of the index files.
class WordNet {
 public:
  /// Reads the eight files of a folder. They may come from anywhere.
  /// Errors: those of ReadWholeFile; kInvalidArgument for a line that does not fit the format, with
  /// the path and the line's number; each with a remedy.
  static Result<WordNet> Open(const std::filesystem::path& folder);

  /// Whether some index has the word, which is in lower case.
  bool Has(std::string_view word) const;

  /// The synonyms of a word in lower case, distinct, in WordNet's order: noun, verb, adjective and
  /// adverb senses, frequent senses first. Of a plural in -s also those of the noun without the s,
  /// which follow. Only single words of the letters a to z; neither the word itself nor that noun.
  std::vector<std::string> Synonyms(std::string_view word) const;

 private:
  static constexpr size_t kPartsOfSpeech = 4;
  using Senses = std::map<std::string, std::vector<uint32_t>, std::less<>>;

  /// Appends the synsets of a data file. `places`: offset -> index of the synset.
  Status ReadSynsets(const std::filesystem::path& path, std::map<uint32_t, uint32_t>& places);
  /// Reads an index file, whose synsets must be in `places`.
  Status ReadSenses(const std::filesystem::path& path, const std::map<uint32_t, uint32_t>& places,
                    Senses& senses);

  std::vector<std::vector<std::string>> synsets_;  ///< words of each, in lower case
  Senses senses_[kPartsOfSpeech];                  ///< word -> its synsets
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_WORD_NET_H_
