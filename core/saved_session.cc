#include "core/saved_session.h"

#include <algorithm>
#include <string>

#include "core/base/little_endian.h"
#include "core/base/random.h"

namespace tsugi {
namespace {

constexpr uint8_t kMagic[4] = {'t', 's', 'g', 's'};
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 24;
constexpr size_t kChecksumBytes = 8;

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
  return CorruptModel("saved session: " + what + "; drop it and start a new session");
}

Status CheckHeader(uint64_t fingerprint, std::span<const uint8_t> bytes) {
  if (bytes.size() < SavedSessionBytes(0) ||
      !std::equal(std::begin(kMagic), std::end(kMagic), bytes.begin())) {
    return Damaged("not a saved session");
  }
  const auto version = LoadLittleEndian<uint32_t>(bytes.data() + 4);
  if (version > kVersion) {
    return VersionTooNew("saved session: version " + std::to_string(version) +
                         ", made by a newer tsugi; update");
  }
  const std::span<const uint8_t> content = bytes.first(bytes.size() - kChecksumBytes);
  if (Checksum(content) != LoadLittleEndian<uint64_t>(bytes.data() + content.size())) {
    return Damaged("checksum does not match");
  }
  if (version != kVersion || LoadLittleEndian<uint32_t>(bytes.data() + 20) != 0) {
    return Damaged("unknown header");
  }
  if (LoadLittleEndian<uint64_t>(bytes.data() + 8) != fingerprint) {
    return InvalidArgument("saved session: made with another model; start a new session");
  }
  return Status();
}

}  // namespace

void SaveEvents(uint64_t fingerprint, std::span<const uint32_t> items,
                std::span<const int64_t> times_s, std::span<uint8_t> out) {
  TSUGI_DCHECK(out.size() == SavedSessionBytes(items.size()) && times_s.size() == items.size());
  uint8_t* at = out.data();
  std::copy(std::begin(kMagic), std::end(kMagic), at);
  StoreLittleEndian(kVersion, at + 4);
  StoreLittleEndian(fingerprint, at + 8);
  StoreLittleEndian(static_cast<uint32_t>(items.size()), at + 16);
  StoreLittleEndian(uint32_t{0}, at + 20);
  at += kHeaderBytes;
  for (const uint32_t item : items) {
    StoreLittleEndian(item, at);
    at += 4;
  }
  for (const int64_t time_s : times_s) {
    StoreLittleEndian(static_cast<uint64_t>(time_s), at);
    at += 8;
  }
  StoreLittleEndian(Checksum(out.first(out.size() - kChecksumBytes)), at);
}

Result<std::vector<Event>> RestoreEvents(uint64_t fingerprint, std::span<const uint8_t> bytes) {
  TSUGI_RETURN_IF_ERROR(CheckHeader(fingerprint, bytes));
  const auto count = LoadLittleEndian<uint32_t>(bytes.data() + 16);
  const uint64_t expected = 24 + 12 * uint64_t{count} + 8;
  if (bytes.size() != expected) {
    return Damaged(std::to_string(bytes.size()) + " bytes, expected " + std::to_string(expected));
  }
  const uint8_t* items = bytes.data() + kHeaderBytes;
  const uint8_t* times = items + 4 * size_t{count};
  std::vector<Event> events(count);
  for (size_t i = 0; i < count; ++i) {
    events[i].item_index = LoadLittleEndian<uint32_t>(items + 4 * i);
    events[i].time_s = static_cast<int64_t>(LoadLittleEndian<uint64_t>(times + 8 * i));
  }
  return events;
}

}  // namespace tsugi
