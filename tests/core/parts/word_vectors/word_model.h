#ifndef TSUGI_TESTS_CORE_PARTS_WORD_VECTORS_WORD_MODEL_H_
#define TSUGI_TESTS_CORE_PARTS_WORD_VECTORS_WORD_MODEL_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/parts/word_vectors/word_vectors_spec.h"
#include "tests/core/test_model.h"

namespace tsugi {

struct TestWord {
  std::string text;
  std::vector<float> row;
  uint8_t weight = 1;
};

inline ModelSpec SpecOfWords(const std::vector<TestWord>& words, uint32_t codes, ModelSpec spec) {
  spec.word_vectors = WordVectorsSpec{.count = static_cast<uint32_t>(words.size()),
                                      .width = static_cast<uint32_t>(words[0].row.size()),
                                      .codes = codes,
                                      .weight_step = 0.5f};
  return spec;
}

/// At most 256 words, whose rows are codewords of their own; those of one code stand in another
/// order than the words.
class WordModel : public TestModel {
 public:
  explicit WordModel(std::vector<TestWord> words, uint32_t codes = 2,
                     const ModelSpec& other = TinySpec())
      : TestModel(SpecOfWords(words, codes, other)) {
    std::ranges::sort(words, {}, [](const TestWord& word) { return HashWord(word.text); });
    const WordVectorsSpec& spec = *view().spec.word_vectors;
    for (uint32_t i = 0; i < words.size(); ++i) {
      data<uint32_t>(kWordHashes)[i] = HashWord(words[i].text);
      data<uint8_t>(kWordWeights)[i] = words[i].weight;
      for (uint32_t j = 0; j < codes; ++j) {
        const uint32_t code = (i + j) % spec.count;
        data<uint8_t>(kWordCodes)[i * codes + j] = static_cast<uint8_t>(code);
        const uint32_t s = spec.codeword_width();
        for (uint32_t d = j * s; d < std::min((j + 1) * s, spec.width); ++d) {
          data<float>(kWordCodebooks)[(j * spec.count + code) * s + d - j * s] = words[i].row[d];
        }
      }
    }
    std::fill_n(data<float>(kWordMean), spec.width, 0.0f);
    EXPECT_TRUE(view().Validate().ok()) << view().Validate().message();
  }
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_PARTS_WORD_VECTORS_WORD_MODEL_H_
