#include "core/saved_session.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

constexpr uint8_t kMagic[4] = {'t', 's', 'g', 's'};
constexpr uint32_t kPlainVersion = 1;
constexpr uint32_t kAddedVersion = 2;      // with added items
constexpr uint32_t kContextVersion = 3;    // with actions and values, with added items or without
constexpr uint32_t kVectorVersion = 4;     // with all of that, and vectors of the added items
constexpr uint32_t kDislikeVersion = 5;    // with all of that, and dislikes
constexpr uint32_t kDislike = UINT32_MAX;  // as an action
constexpr size_t kHeaderBytes = 24;
constexpr size_t kEventBytes = 12, kContextBytes = 8;
constexpr size_t kChecksumBytes = 8;
constexpr int64_t kLatestTime = int64_t{1} << 53;  // a double holds every second up to it

// Finds damage, not forgery.
uint64_t Checksum(std::span<const uint8_t> bytes) {
  uint64_t hash = bytes.size();
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    hash = Random::Mix(hash ^ LoadLittleEndian<uint64_t>(bytes.data())) + 1;
  }
  for (const uint8_t byte : bytes) hash = Random::Mix(hash ^ byte) + 1;
  return hash;
}

Status Damaged(const std::string& what) {
  return CorruptModel(Concat("saved session: ", what, "; drop it and start a new session"));
}

Status CheckHeader(uint64_t fingerprint, std::span<const uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes ||
      !std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin())) {
    return Damaged("not a saved session");
  }
  const auto version = LoadLittleEndian<uint32_t>(bytes.data() + 4);
  if (version > kDislikeVersion) {
    return VersionTooNew(
        Concat("saved session: version ", version, ", made by a newer tsugi; update"));
  }
  const std::span<const uint8_t> content = bytes.first(bytes.size() - kChecksumBytes);
  if (Checksum(content) != LoadLittleEndian<uint64_t>(bytes.data() + content.size())) {
    return Damaged("checksum does not match");
  }
  // Versions 1 and 2 say by themselves whether items were added; SaveSession writes no other
  // header.
  const auto added_count = LoadLittleEndian<uint32_t>(bytes.data() + 20);
  const bool is_right =
      version >= kContextVersion || version == (added_count == 0 ? kPlainVersion : kAddedVersion);
  if (!is_right) {
    return Damaged("unknown header");
  }
  if (LoadLittleEndian<uint64_t>(bytes.data() + 8) != fingerprint) {
    return InvalidArgument(
        "saved session: made with another model. Try: keep the events of a session beside it, and "
        "push them to a new one");
  }
  return Status();
}

/// Writes values one after the other, without checks: the caller has measured the room.
class Writer {
 public:
  explicit Writer(uint8_t* at) : at_(at) {}

  template <typename T>
  void Number(T value) {
    StoreLittleEndian(value, at_);
    at_ += sizeof(T);
  }
  void Text(std::string_view text) {
    Number(static_cast<uint32_t>(text.size()));
    at_ = std::copy(text.begin(), text.end(), at_);
  }

 private:
  uint8_t* at_;
};

/// Takes a text off the front of `bytes`; false if it does not fit.
bool TakeText(std::span<const uint8_t>& bytes, std::string_view& text) {
  if (bytes.size() < 4) return false;
  const auto size = LoadLittleEndian<uint32_t>(bytes.data());
  bytes = bytes.subspan(4);
  if (size > bytes.size()) return false;  // compared before anything is read or allocated
  text = {reinterpret_cast<const char*>(bytes.data()), size};
  bytes = bytes.subspan(size);
  return true;
}

// No reserve: `count` is a claim of the bytes, and each item has to be paid for by bytes that are
// there.
Status ReadAdded(size_t count, bool have_vectors, std::span<const uint8_t> bytes,
                 SavedSession& session) {
  for (size_t i = 0; i < count; ++i) {
    SavedSession::Item item;
    if (!TakeText(bytes, item.id) || !TakeText(bytes, item.title) ||
        !TakeText(bytes, item.attribute_lines) ||
        (have_vectors && !TakeText(bytes, item.vectors)) || item.vectors.size() % 4 != 0) {
      return Damaged("its added items are cut short");
    }
    session.added.push_back(item);
  }
  return bytes.empty() ? Status() : Damaged(Concat(bytes.size(), " bytes too many"));
}

// The lowest version that holds the session, so that sessions without newer content stay as short
// as in the first version and an older tsugi can still read them.
uint32_t VersionOf(const SavedSession& session) {
  const auto has_context = [](const Event& event) {
    return event.action > 0 || event.value == event.value;
  };
  const auto has_vectors = [](const SavedSession::Item& item) { return !item.vectors.empty(); };
  if (std::ranges::any_of(session.events, &Event::is_dislike)) return kDislikeVersion;
  if (std::ranges::any_of(session.added, has_vectors)) return kVectorVersion;
  if (std::ranges::any_of(session.events, has_context)) return kContextVersion;
  return session.added.empty() ? kPlainVersion : kAddedVersion;
}

}  // namespace

size_t SavedSessionBytes(const SavedSession& session) {
  const uint32_t version = VersionOf(session);
  const size_t event_bytes = kEventBytes + (version >= kContextVersion ? kContextBytes : 0);
  size_t bytes = kHeaderBytes + event_bytes * session.events.size() + kChecksumBytes;
  for (const SavedSession::Item& item : session.added) {
    bytes += 12 + item.id.size() + item.title.size() + item.attribute_lines.size();
    if (version >= kVectorVersion) bytes += 4 + item.vectors.size();
  }
  return bytes;
}

void SaveSession(uint64_t fingerprint, const SavedSession& session, std::span<uint8_t> out) {
  TSUGI_DCHECK(out.size() == SavedSessionBytes(session));
  const uint32_t version = VersionOf(session);
  std::copy(std::begin(kMagic), std::end(kMagic), out.data());
  Writer writer(out.data() + 4);
  writer.Number(version);
  writer.Number(fingerprint);
  const std::vector<Event>& events = session.events;
  writer.Number(static_cast<uint32_t>(events.size()));
  writer.Number(static_cast<uint32_t>(session.added.size()));
  for (const Event& event : events) writer.Number(event.item_index);
  for (const Event& event : events) writer.Number(static_cast<uint64_t>(event.time_s));
  if (version >= kContextVersion) {
    for (const Event& event : events) writer.Number(event.is_dislike ? kDislike : event.action);
    for (const Event& event : events) writer.Number(std::bit_cast<uint32_t>(event.value));
  }
  for (const SavedSession::Item& item : session.added) {
    for (const std::string_view text : {item.id, item.title, item.attribute_lines}) {
      writer.Text(text);
    }
    if (version >= kVectorVersion) writer.Text(item.vectors);
  }
  writer.Number(Checksum(out.first(out.size() - kChecksumBytes)));
}

Result<SavedSession> ReadSavedSession(uint64_t fingerprint, std::span<const uint8_t> bytes) {
  TSUGI_RETURN_IF_ERROR(CheckHeader(fingerprint, bytes));
  const auto count = LoadLittleEndian<uint32_t>(bytes.data() + 16);
  const auto added_count = LoadLittleEndian<uint32_t>(bytes.data() + 20);
  const auto content = bytes.subspan(kHeaderBytes, bytes.size() - kHeaderBytes - kChecksumBytes);
  const auto version = LoadLittleEndian<uint32_t>(bytes.data() + 4);
  const bool have_contexts = version >= kContextVersion;
  // 64 bits: a damaged count of up to 2^32 - 1 must not wrap on a 32-bit target.
  const uint64_t event_bytes =
      (kEventBytes + (have_contexts ? kContextBytes : 0)) * uint64_t{count};
  if (content.size() < event_bytes) {
    return Damaged(Concat(content.size(), " bytes of events, expected ", event_bytes));
  }
  // Columns: items [count] u32, times [count] u64, then actions u32 and values f32 if there.
  const uint8_t* items = content.data();
  const uint8_t* times = items + 4 * size_t{count};
  const uint8_t* contexts = times + 8 * size_t{count};  // there if have_contexts
  // Only here is memory allocated for `count` events: the bytes for as many are there.
  SavedSession session;
  session.events.resize(count);
  for (size_t i = 0; i < count; ++i) {
    Event& event = session.events[i];
    event.item_index = LoadLittleEndian<uint32_t>(items + 4 * i);
    event.time_s = static_cast<int64_t>(LoadLittleEndian<uint64_t>(times + 8 * i));
    if (have_contexts) {
      event.action = LoadLittleEndian<uint32_t>(contexts + 4 * i);
      event.is_dislike = version >= kDislikeVersion && event.action == kDislike;
      if (event.is_dislike) event.action = 0;
      event.value =
          std::bit_cast<float>(LoadLittleEndian<uint32_t>(contexts + 4 * (size_t{count} + i)));
    }
    // The bytes may come from anywhere, so what a push refuses is refused here too.
    if (event.time_s > kLatestTime || event.time_s < -kLatestTime || event.value < 0 ||
        std::isinf(event.value)) {
      return Damaged(Concat("event ", i, " has an impossible time or value"));
    }
  }
  TSUGI_RETURN_IF_ERROR(
      ReadAdded(added_count, version >= kVectorVersion, content.subspan(event_bytes), session));
  return session;
}

}  // namespace tsugi
