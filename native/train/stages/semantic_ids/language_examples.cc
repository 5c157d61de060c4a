#include "native/train/stages/semantic_ids/language_examples.h"

#include <algorithm>

namespace tsugi::train {
namespace {

constexpr int kTries = 8;  // for a negative that is none of the sequence's later items

// Writes the tokens of one example; what is no target is read and not learnt.
class Writer {
 public:
  explicit Writer(const LanguageSources& sources) : sources_(sources) { Mark(kBeginToken); }

  void Mark(uint32_t token, bool is_target = false) {
    example_.tokens.push_back(token);
    example_.is_target.push_back(is_target);
  }
  void Item(uint32_t item, bool is_target) {
    for (size_t level = 0; level < kCodeLevels; ++level) {
      Mark(CodeToken(level, sources_.ids[item][level]), is_target);
    }
  }
  /// The items before `position` that the model reads.
  void History(uint32_t sequence, uint32_t position) {
    const auto items = sources_.dataset.sequence_items(sequence);
    for (size_t i = FirstReadEvent(sources_.history, position); i < position; ++i) {
      Item(items[i], false);
    }
  }
  void Text(const std::string& text, bool is_target) {
    std::vector<uint32_t> pieces;
    sources_.tokenizer.Tokenize(text, kMostQueryPieces, pieces);
    for (const uint32_t piece : pieces) Mark(kFirstPiece + piece, is_target);
  }
  void Query(const std::string& text) {
    Mark(kQueryToken);
    Text(text, false);
    Mark(kItemToken);
  }
  void Verdict(bool is_right) {
    Mark(kJudgeToken);
    Mark(is_right ? kYesToken : kNoToken, true);
  }
  TokenExample Take() { return std::move(example_); }

 private:
  const LanguageSources& sources_;
  TokenExample example_;
};

/// rate * count, rounded up or down at random so that it is right on average.
size_t DrawCount(double rate, size_t count, Random& random) {
  const double wanted = rate * static_cast<double>(count);
  return static_cast<size_t>(wanted + random.NextUniform());
}

}  // namespace

LanguageExamples::LanguageExamples(const LanguageSources& sources)
    : sources_(sources), by_first_code_(kLevelCodes) {
  for (uint32_t item = 0; item < sources.ids.size(); ++item) {
    by_first_code_[sources.ids[item][0]].push_back(item);
  }
  // An event of the training part drawn evenly is an item drawn by its popularity (DrawLike).
  for (size_t s = 0; s < sources.ends.size(); ++s) {
    for (uint32_t i = 0; i < sources.ends[s]; ++i) {
      train_places_.push_back(sources.dataset.offsets()[s] + i);
    }
  }
}

// Reads the history as the engine does, from FirstReadEvent on, so validation measures the loss
// that serving has.
TokenExample LanguageExamples::NextItem(uint32_t sequence, uint32_t position) const {
  Writer writer(sources_);
  writer.History(sequence, position);
  writer.Item(sources_.dataset.sequence_items(sequence)[position], true);
  return writer.Take();
}

TokenExample LanguageExamples::ItemOfText(const std::string& text, uint32_t item) const {
  Writer writer(sources_);
  writer.Query(text);
  writer.Item(item, true);
  return writer.Take();
}

TokenExample LanguageExamples::TextOfItem(uint32_t item) const {
  Writer writer(sources_);
  writer.Item(item, false);
  writer.Mark(kTextToken);
  writer.Text(sources_.texts.titles[item], true);
  writer.Mark(kEndToken, true);
  return writer.Take();
}

TokenExample LanguageExamples::JudgeNext(uint32_t sequence, uint32_t position,
                                         uint32_t candidate) const {
  Writer writer(sources_);
  writer.History(sequence, position);
  writer.Item(candidate, false);
  writer.Verdict(candidate == sources_.dataset.sequence_items(sequence)[position]);
  return writer.Take();
}

TokenExample LanguageExamples::JudgeText(const std::string& text, uint32_t item,
                                         bool is_right) const {
  Writer writer(sources_);
  writer.Query(text);
  writer.Item(item, false);
  writer.Verdict(is_right);
  return writer.Take();
}

std::string LanguageExamples::DrawQuery(uint32_t item, Random& random) const {
  const auto words = SplitWords(sources_.texts.titles[item]);
  const auto& attributes = sources_.texts.attributes[item];
  std::string query;
  const auto add = [&query](const std::string& word) {
    if (!query.empty()) query += ' ';
    query += word;
  };
  // People ask with words of the title mostly, and with attributes ("crime 1994") at times. An
  // attribute query has no order of its own, so it is shuffled; title words keep theirs.
  if (words.empty() || (!attributes.empty() && random.NextBelow(4) == 0)) {
    if (attributes.empty()) return query;
    std::vector<size_t> order(attributes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    Shuffle(order, random);
    const size_t count = 1 + random.NextBelow(std::min<size_t>(3, order.size()));
    for (size_t i = 0; i < count; ++i) add(attributes[order[i]]);
    return query;
  }
  const size_t count = 1 + random.NextBelow(std::min<size_t>(6, words.size()));
  const size_t first = random.NextBelow(words.size() - count + 1);
  for (size_t i = 0; i < count; ++i) add(words[first + i]);
  return query;
}

uint32_t LanguageExamples::DrawLike(uint32_t item, bool is_hard, Random& random) const {
  // The first code is the coarsest: items that share it are alike.
  const auto& alike = by_first_code_[sources_.ids[item][0]];
  if (is_hard && alike.size() > 1) return alike[random.NextBelow(alike.size())];
  return sources_.dataset.items()[train_places_[random.NextBelow(train_places_.size())]];
}

// Looks at training events alone: a check against held-out events would tell the model which items
// they hold. Negatives among later items are refused, because the user does want them.
uint32_t LanguageExamples::DrawNegative(uint32_t sequence, uint32_t position, bool is_hard,
                                        Random& random) const {
  const auto items = sources_.dataset.sequence_items(sequence).first(sources_.ends[sequence]);
  const uint32_t target = sources_.dataset.sequence_items(sequence)[position];
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const uint32_t drawn = DrawLike(target, is_hard, random);
    const auto later = items.subspan(std::min<size_t>(position, items.size()));
    if (drawn != target && std::find(later.begin(), later.end(), drawn) == later.end()) {
      return drawn;
    }
  }
  return target;
}

// Every training event is a target in exactly one example. Context and new items together are at
// most `history` items, so an example fits the window. The first piece ends at a random place,
// which moves the cuts of a long sequence from epoch to epoch.
void LanguageExamples::AddHistories(std::vector<TokenExample>& examples, Random& random) const {
  for (size_t s = 0; s < sources_.ends.size(); ++s) {
    const auto items = sources_.dataset.sequence_items(s).first(sources_.ends[s]);
    size_t begin = 0;
    size_t end = items.size() <= sources_.history
                     ? items.size()
                     : 1 + random.NextBelow(sources_.history);  // the first piece of a long one
    while (begin < items.size()) {
      Writer writer(sources_);
      // A piece of a long sequence goes on from half a history, which is not learnt again.
      const size_t context = begin - std::min(begin, sources_.history / 2);
      for (size_t i = context; i < end; ++i) writer.Item(items[i], i >= begin);
      examples.push_back(writer.Take());
      begin = end;
      end = std::min(items.size(), begin + sources_.history - sources_.history / 2);
    }
  }
}

void LanguageExamples::AddItemTasks(const SemanticIdsConfig& keys,
                                    std::vector<TokenExample>& examples, Random& random) const {
  std::vector<uint32_t> items;
  for (uint32_t item = 0; item < sources_.ids.size(); ++item) {
    const bool speaks =
        !sources_.texts.titles[item].empty() || !sources_.texts.attributes[item].empty();
    if (speaks && !sources_.is_text_held_out[item]) items.push_back(item);
  }
  if (items.empty()) return;
  const auto any = [&] { return items[random.NextBelow(items.size())]; };
  for (size_t i = DrawCount(keys.task_text, items.size(), random); i > 0; --i) {
    const uint32_t item = any();
    examples.push_back(ItemOfText(DrawQuery(item, random), item));
  }
  for (size_t i = DrawCount(keys.task_describe, items.size(), random); i > 0; --i) {
    const uint32_t item = any();
    if (!sources_.texts.titles[item].empty()) examples.push_back(TextOfItem(item));
  }
  // Half of the verdicts are yes. Of the others half show a hard item; one drawn at random may be
  // the right one after all, which `shown == item` says.
  for (size_t i = DrawCount(keys.task_negatives, items.size(), random); i > 0; --i) {
    const uint32_t item = any();
    const bool is_right = random.NextBelow(2) == 0;
    const uint32_t shown = is_right ? item : DrawLike(item, random.NextBelow(2) == 0, random);
    examples.push_back(JudgeText(DrawQuery(item, random), shown, shown == item));
  }
}

// Skipped draws are not made up for: an item without words, or with held-out ones, lowers the
// number of examples instead of giving its share to others.
void LanguageExamples::AddSequenceTasks(const SemanticIdsConfig& keys,
                                        std::vector<TokenExample>& examples, Random& random) const {
  const auto& ends = sources_.ends;
  // A sequence of one event has nothing before its only target.
  std::vector<uint32_t> sequences;
  for (uint32_t s = 0; s < ends.size(); ++s) {
    if (ends[s] > 1) sequences.push_back(s);
  }
  if (sequences.empty()) return;
  const auto any = [&] {
    const uint32_t s = sequences[random.NextBelow(sequences.size())];
    return std::pair(s, static_cast<uint32_t>(1 + random.NextBelow(ends[s] - 1)));
  };
  for (size_t i = DrawCount(keys.task_query, sequences.size(), random); i > 0; --i) {
    const auto [s, position] = any();
    const uint32_t target = sources_.dataset.sequence_items(s)[position];
    const std::string query = DrawQuery(target, random);
    if (query.empty() || sources_.is_text_held_out[target]) continue;
    Writer writer(sources_);
    writer.History(s, position);
    writer.Query(query);
    writer.Item(target, true);
    examples.push_back(writer.Take());
  }
  for (size_t i = DrawCount(keys.task_negatives, sequences.size(), random); i > 0; --i) {
    const auto [s, position] = any();
    const bool is_right = random.NextBelow(2) == 0;
    const uint32_t target = sources_.dataset.sequence_items(s)[position];
    const uint32_t candidate =
        is_right ? target : DrawNegative(s, position, random.NextBelow(2) == 0, random);
    examples.push_back(JudgeNext(s, position, candidate));
  }
}

// One generator for all, in this order: the order is part of what makes an epoch repeatable. The
// tasks are mixed at the end, so that every batch holds some of each.
std::vector<TokenExample> LanguageExamples::Epoch(const SemanticIdsConfig& keys, uint64_t seed,
                                                  uint64_t epoch) const {
  Random random(seed, epoch);
  std::vector<TokenExample> examples;
  AddHistories(examples, random);
  AddItemTasks(keys, examples, random);
  AddSequenceTasks(keys, examples, random);
  Shuffle(examples, random);
  return examples;
}

}  // namespace tsugi::train
