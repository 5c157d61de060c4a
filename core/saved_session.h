#ifndef TSUGI_CORE_SAVED_SESSION_H_
#define TSUGI_CORE_SAVED_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/event.h"

namespace tsugi {

// A session as bytes: what happened, not what the encoder made of it, so that the bytes are small
// and the same on every machine. Little-endian, version 1, C events:
//
//   | at | type    | field                                        |
//   |  0 | 4 bytes | magic "tsgs"                                 |
//   |  4 | u32     | version, 1                                   |
//   |  8 | u64     | model fingerprint (ModelView::fingerprint)   |
//   | 16 | u32     | C                                            |
//   | 20 | u32     | 0                                            |
//   | 24 | u32 [C] | item_index                                   |
//   |    | i64 [C] | unix seconds, 0 = unknown                    |
//   |    | u64     | checksum of everything before                |

/// Bytes of a saved session with `event_count` events.
constexpr size_t SavedSessionBytes(size_t event_count) { return 24 + 12 * event_count + 8; }

/// Writes the session to `out`. Requires: out.size() == SavedSessionBytes(items.size()),
/// times_s.size() == items.size() < 2^32.
void SaveEvents(uint64_t fingerprint, std::span<const uint32_t> items,
                std::span<const int64_t> times_s, std::span<uint8_t> out);

/// Reads what SaveEvents wrote, whatever the bytes are. Item indices are not compared with a
/// catalogue. Allocates no more than the bytes hold.
/// Errors: kCorruptModel (no saved session, or a damaged one); kVersionTooNew; kInvalidArgument if
/// it was saved with another model than `fingerprint`.
Result<std::vector<Event>> RestoreEvents(uint64_t fingerprint, std::span<const uint8_t> bytes);

}  // namespace tsugi

#endif  // TSUGI_CORE_SAVED_SESSION_H_
