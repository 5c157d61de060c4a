#ifndef TSUGI_NATIVE_C_API_HANDLES_H_
#define TSUGI_NATIVE_C_API_HANDLES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/model/string_table.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/reader.h"
#include "native/c_api/tsugi.h"

// What the opaque handles of tsugi.h are. Members of a handle are destroyed last to first, so a
// view never outlives its bytes.

struct tsugi_buffer {
  tsugi::AlignedBuffer<uint8_t> bytes;
};

struct tsugi_recommender {
  tsugi::Model model;
  std::unique_ptr<tsugi::Recommender> engine;
  mutable tsugi::StringTable semantic_ids;  ///< as text; made when asked for

  uint32_t item_count() const { return engine->item_count(); }
};

struct tsugi_session {
  const tsugi_recommender* recommender;
  std::unique_ptr<tsugi::Session> session;
  std::vector<tsugi::Event> events;         ///< scratch of push
  std::vector<tsugi::Recommendation> list;  ///< scratch of recommend, as long as the longest yet
  std::string concepts;                     ///< JSON of the last imagine
};

#endif  // TSUGI_NATIVE_C_API_HANDLES_H_
