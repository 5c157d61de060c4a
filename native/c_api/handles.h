#ifndef TSUGI_NATIVE_C_API_HANDLES_H_
#define TSUGI_NATIVE_C_API_HANDLES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/model/model_view.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/reader.h"
#include "native/c_api/tsugi.h"

// The contents of the opaque handles of tsugi.h. The order of members matters: they are destroyed
// from last to first, so the engine goes before the bytes that it borrows.

struct tsugi_buffer {
  tsugi::AlignedBuffer<uint8_t> bytes;
};

struct tsugi_recommender {
  tsugi::Model model;
  std::unique_ptr<tsugi::Recommender> engine;
  mutable std::string item_text;            ///< of tsugi_recommender_item

  uint32_t item_count() const { return engine->item_count(); }
};

struct tsugi_session {
  const tsugi_recommender* recommender;
  std::unique_ptr<tsugi::Session> session;
  std::vector<tsugi::Event> events;     ///< scratch of push
  std::vector<tsugi::ScoredItem> list;  ///< scratch of recommend; grows to the longest list
  std::string text;                     ///< the JSON that the last call returned
};

#endif  // TSUGI_NATIVE_C_API_HANDLES_H_
