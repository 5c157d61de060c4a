#include "native/semantic_ids/sub_words.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "core/parts/semantic_ids/subword_tokenizer.h"
#include "native/files/folders.h"

namespace tsugi {
namespace {

constexpr std::string_view kSpaceMark = "\xe2\x96\x81";  // U+2581, SentencePiece's sign for a space

// The number of distinct characters: SentencePiece fails if the vocabulary cannot hold them all.
size_t CountCharacters(const std::vector<std::string>& sentences) {
  std::set<std::string> characters;
  for (const std::string& sentence : sentences) {
    for (size_t i = 0; i < sentence.size();) {
      size_t end = i + 1;
      while (end < sentence.size() && (static_cast<uint8_t>(sentence[end]) & 0xc0) == 0x80) ++end;
      characters.insert(sentence.substr(i, end - i));
      i = end;
    }
  }
  return characters.size();
}

std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs a program from the PATH with its output in the file `log`. Returns its exit status, 127 if
// it is not installed and 128 if a signal ended it. posix_spawn rather than fork, which would copy
// the page tables of a process that may hold gigabytes.
int RunProgram(std::vector<std::string> arguments, const std::filesystem::path& log) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (failed != 0) return 127;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// Reads lines "piece<TAB>score" and leaves out SentencePiece's control symbols. The pieces
// are sorted and distinct, as SubwordTokenizer requires.
std::vector<std::string> SortedPieces(const std::string& vocabulary) {
  std::set<std::string> pieces;
  std::istringstream lines(vocabulary);
  for (std::string line; std::getline(lines, line);) {
    std::string piece = line.substr(0, line.find('\t'));
    if (piece == "<unk>" || piece == "<s>" || piece == "</s>") continue;
    for (size_t at; (at = piece.find(kSpaceMark)) != std::string::npos;) {
      piece.replace(at, kSpaceMark.size(), " ");
    }
    if (!piece.empty()) pieces.insert(piece);
  }
  return {pieces.begin(), pieces.end()};
}

}  // namespace

Result<std::vector<std::string>> LearnPieces(const ItemTexts& texts, size_t count) {
  std::vector<std::string> sentences;
  for (size_t i = 0; i < texts.titles.size(); ++i) {
    std::string words = SubwordTokenizer::Words(texts.All(i));
    if (!words.empty()) sentences.push_back(std::move(words));
  }
  if (sentences.empty()) return std::vector<std::string>();
  std::error_code error;
  const std::filesystem::path place = std::filesystem::temp_directory_path(error);
  const Status unwritable =
      Internal((error ? "the temporary folder" : place.string()) +
               ": cannot be written. Try: set TMPDIR to another folder, or free space");
  if (error) return unwritable;  // else it would be the folder that the user is in
  const auto scratch = TempFolder::Make(place);
  if (!scratch.ok()) return unwritable;
  const auto input = scratch->path() / "texts", log = scratch->path() / "log";
  std::ofstream file(input, std::ios::binary);
  for (const std::string& sentence : sentences) file << sentence << '\n';
  file.close();
  if (!file.good()) return unwritable;
  // With a coverage of 1 SentencePiece keeps every character as a piece, so that every text can be
  // tokenised. The vocabulary must hold these, a few control symbols and some real pieces.
  const size_t least = CountCharacters(sentences) + 16;
  // "identity": the texts are already folded, and the device must fold exactly as training did. One
  // thread: the result must not depend on the machine.
  const int status =
      RunProgram({"spm_train", "--input=" + input.string(), "--model_prefix=" + input.string(),
                  "--model_type=unigram", "--vocab_size=" + std::to_string(std::max(count, least)),
                  "--hard_vocab_limit=false", "--normalization_rule_name=identity",
                  "--add_dummy_prefix=false", "--remove_extra_whitespaces=false",
                  "--character_coverage=1.0", "--num_threads=1", "--minloglevel=2"},
                 log);
  if (status == 127) {
    return Unsupported(
        "spm_train was not found. Try: install SentencePiece's programs (Debian: sentencepiece)");
  }
  if (status != 0) {
    std::string said = ReadWhole(log);
    said = said.substr(said.size() - std::min<size_t>(said.size(), 500));
    if (status == 128) said += "ended by a signal";
    return Internal("spm_train failed: " + said + ". Try: free memory and space in " +
                    place.string() + ", or set TMPDIR to another folder");
  }
  return SortedPieces(ReadWhole(input.string() + ".vocab"));
}

}  // namespace tsugi
