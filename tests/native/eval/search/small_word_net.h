#ifndef TSUGI_TESTS_NATIVE_EVAL_SEARCH_SMALL_WORD_NET_H_
#define TSUGI_TESTS_NATIVE_EVAL_SEARCH_SMALL_WORD_NET_H_

#include <filesystem>
#include <fstream>
#include <string_view>

namespace tsugi {

/// Writes a WordNet of a few synsets into a folder that exists:
///   robot = automaton = golem, war = warfare (noun) = battle (verb), star = quiet = asterisk,
///   drama = play = dramatic_play, comedy = farce, summer = summertime, quiet = silent (adjective,
///   marked "(a)"), odd = peculiar.
inline void WriteSmallWordNet(const std::filesystem::path& folder) {
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream(folder / name, std::ios::binary) << "  1 The licence of the words.  \n" << text;
  };
  write("data.noun",
        "00000100 06 n 03 robot 0 Automaton 0 golem 1 001 @ 00000200 n 0000 | a machine; \"a | b\" "
        " \n"
        "00000200 04 n 02 war 0 warfare 0 000 | fighting  \n"
        "00000300 17 n 03 star 0 quiet 0 asterisk 0 000 | a sun  \n"
        "00000400 10 n 03 drama 0 play 0 dramatic_play 0 000 | acting  \n"
        "00000500 10 n 02 comedy 0 farce 2 000 | fun  \n"
        "00000600 28 n 02 summer 0 summertime 0 000 | warm  \n");
  write(
      "index.noun",
      "asterisk n 1 0 1 0 00000300  \nautomaton n 1 1 @ 1 0 00000100  \n"
      "comedy n 1 0 1 1 00000500  \ndrama n 1 0 1 1 00000400  \n"
      "dramatic_play n 1 0 1 0 00000400  \nfarce n 1 0 1 0 00000500  \n"
      "golem n 1 1 @ 1 0 00000100  \nplay n 1 0 1 0 00000400  \n"
      "quiet n 1 0 1 0 00000300  \nrobot n 1 1 @ 1 0 00000100  \n"
      "star n 1 0 1 1 00000300  \nsummer n 1 0 1 0 00000600  \n"
      "summertime n 1 0 1 0 00000600  \nwar n 1 0 1 1 00000200  \nwarfare n 1 0 1 0 00000200  \n");
  write("data.verb", "00000200 33 v 02 war 0 battle 0 000 01 + 02 00 | fight  \n");
  write("index.verb", "battle v 1 0 1 0 00000200  \nwar v 1 0 1 0 00000200  \n");
  write("data.adj",
        "00000700 00 a 02 quiet(a) 0 silent(p) 0 000 | without noise  \n"
        "00000800 00 s 02 odd 0 peculiar 0 000 | strange  \n");
  write("index.adj",
        "odd a 1 0 1 0 00000800  \npeculiar a 1 0 1 0 00000800  \n"
        "quiet a 1 0 1 1 00000700  \nsilent a 1 0 1 0 00000700  \n");
  write("data.adv", "");
  write("index.adv", "");
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_EVAL_SEARCH_SMALL_WORD_NET_H_
