#ifndef TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUERIES_H_
#define TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUERIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/eval/search/tf_idf_search.h"
#include "native/eval/search/word_net.h"

namespace tsugi {

/// What is asked, and which items answer it.
struct SearchQuery {
  std::string text;
  std::vector<uint32_t> relevant = {};  ///< ascending; none: nothing answers it
  EventView history = {};               ///< of the session that asks; borrows the data set
  /// Items that the visitor has seen, ascending: of the history, also where the session lacks it.
  std::vector<uint32_t> seen = {};
};

/// Queries of one kind.
struct SearchKind {
  std::string name;
  std::vector<SearchQuery> queries;
  bool is_nonsense = false;  ///< no item answers any of them
};

/// Draws queries, the same in every run with one seed. Of each kind there are at most 2,000, in a
/// small catalogue perhaps none. Words are those of ForEachWord.
///
///   title words    two to four words in a row of a held-out title, or a whole shorter title; its
///                  item. The next three kinds are the same queries with one word damaged.
///   typo           two neighbouring letters swapped in the longest word
///   partial word   the first half of the longest word
///   unseen word    a word that no text contains instead of the longest
///   synonym of a title's word  one word instead of another: of 4 letters at least, nothing but
///                  letters a to z, in at most 10 titles; every item whose title has that word
///   synonym of an attribute    one word instead of another, which an attribute value has; every
///                  item with such a value
///   attribute word that word itself: of 3 letters at least, nothing but letters a to z
///   nonsense       200 queries of one to three words of 5 to 9 random letters that neither the
///                  catalogue, nor the data set's word vectors, nor WordNet has
///   attribute word after a session   of at most 1,000 test cases: their history as a session, and
///                  one of the attribute words of the next item; that item
///   the same without a session
///
/// A synonym is the first of WordNet::Synonyms that stands in no title and no attribute value.
/// word_net: may be null; there are no synonyms then.
std::vector<SearchKind> DrawSearchQueries(const WordIndex& words, const Dataset& dataset,
                                          const WordNet* word_net, uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUERIES_H_
