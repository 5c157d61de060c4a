#ifndef TSUGI_CORE_SAVED_SESSION_H_
#define TSUGI_CORE_SAVED_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/session_input/event.h"

namespace tsugi {

// A session as bytes: its events, not the encoder's state, so that the bytes are small and the same
// on every machine; and the added items that belong to it, so that they can be added again.
// Little-endian, C events, M added items:
//
//   | at | type    | field                                                        |
//   |  0 | 4 bytes | magic "tsgs"                                                 |
//   |  4 | u32     | version: 5 with dislikes, else 4 with vectors, else 3 with   |
//   |    |         | actions and values, else 2 with added items, else 1          |
//   |  8 | u64     | model fingerprint (ModelView::fingerprint)                   |
//   | 16 | u32     | C                                                            |
//   | 20 | u32     | M                                                            |
//   | 24 | u32 [C] | item_index; N + i is added item i                            |
//   |    | i64 [C] | unix seconds, 0 = unknown                                    |
//   |    | u32 [C] | from version 3 on: Event::action; of a dislike 2^32 - 1      |
//   |    | f32 [C] | from version 3 on: Event::value                              |
//   |    | 3 M     | id, title and attribute lines of each: u32 length, then text |
//   |    |         | from version 4 on 4 M: vectors: u32 bytes, then numbers f32  |
//   |    | u64     | checksum of everything before                                |

/// The content of these bytes. Borrows the texts.
struct SavedSession {
  /// As AddedItems::Item. Without an id: the item was removed, and only the events need it.
  struct Item {
    std::string_view id, title, attribute_lines, vectors = {};
  };
  std::vector<Event> events;  ///< item_index N + i is added item i
  std::vector<Item> added;
};

/// Bytes that SaveSession writes.
size_t SavedSessionBytes(const SavedSession& session);

/// Writes a session to `out`. Requires: out.size() == SavedSessionBytes(session), fewer than 2^32
/// events.
void SaveSession(uint64_t fingerprint, const SavedSession& session, std::span<uint8_t> out);

/// Reads the bytes of SaveSession, or refuses others. Item indices are not compared with a
/// catalogue, vectors not with modalities. Allocates in proportion to the bytes.
/// Errors: kCorruptModel (not a saved session, or a damaged one; a time beyond 2^53 seconds, a
/// value that is infinite or below 0); kVersionTooNew; kInvalidArgument if the fingerprint is that
/// of another model.
Result<SavedSession> ReadSavedSession(uint64_t fingerprint, std::span<const uint8_t> bytes);

}  // namespace tsugi

#endif  // TSUGI_CORE_SAVED_SESSION_H_
