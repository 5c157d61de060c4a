// The functions about added items, of a recommender (for everybody) and of a session (its own).
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/parts.h"

namespace tsugi {
namespace {

/// Whose items a call is about: of a session, or of a recommender for everybody. Not templates,
/// which would be downloaded twice.
struct Owner {
  const tsugi_recommender* everybody;
  const tsugi_session* session;

  Status Check() const {
    return CheckPointer(session != nullptr ? static_cast<const void*>(session) : everybody,
                        "handle");
  }
};

Status FindItem(const Owner& owner, const char* id_text, size_t id_bytes, int32_t* item) {
  TSUGI_RETURN_IF_ERROR(owner.Check());
  if (id_bytes > 0) TSUGI_RETURN_IF_ERROR(CheckPointer(id_text, "id"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(item, "item"));
  const std::string_view id(id_text, id_bytes);
  TSUGI_ASSIGN_OR_RETURN(const auto found, owner.session != nullptr
                                               ? owner.session->session->FindItem(id)
                                               : owner.everybody->engine->FindItem(id));
  if (!found) {
    // A caller may pass anything as an id, so the message shows no more than the start of it.
    return NotFound(Concat("item '", id.substr(0, 100),
                           "': not in the model, expected an id of the log it was trained on"));
  }
  *item = static_cast<int32_t>(*found);
  return Status();
}

Status AddItem(const Owner& owner, std::string_view id, std::string_view title,
               std::string_view attributes, std::span<const float> vectors, int32_t* item) {
  TSUGI_RETURN_IF_ERROR(owner.Check());
  // NULL with length 0 is an empty text, which title and attributes may be; NULL with a length is a
  // mistake of the caller. The engine refuses an empty id.
  if (id.data() == nullptr && !id.empty()) return CheckPointer(nullptr, "id");
  if (title.data() == nullptr && !title.empty()) return CheckPointer(nullptr, "title");
  if (attributes.data() == nullptr && !attributes.empty()) {
    return CheckPointer(nullptr, "attributes");
  }
  if (!vectors.empty()) TSUGI_RETURN_IF_ERROR(CheckPointer(vectors.data(), "vectors"));
  const auto lines = SplitLines(attributes);
  const NewItem made = {id, {title, lines, vectors}};
  TSUGI_ASSIGN_OR_RETURN(const uint32_t added, owner.session != nullptr
                                                   ? owner.session->session->AddItem(made)
                                                   : owner.everybody->engine->AddItem(made));
  if (item != nullptr) *item = static_cast<int32_t>(added);
  return Status();
}

/// A negative number becomes one above every item_index, which the engine refuses.
Status RemoveItem(const Owner& owner, int32_t item) {
  TSUGI_RETURN_IF_ERROR(owner.Check());
  const auto index = static_cast<uint32_t>(item);
  return owner.session != nullptr ? owner.session->session->RemoveItem(index)
                                  : owner.everybody->engine->RemoveItem(index);
}

Status CountItems(const tsugi_recommender* recommender, int32_t* count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(count, "count"));
  *count = static_cast<int32_t>(recommender->item_count());
  return Status();
}

Status GetAddedText(const tsugi_recommender* recommender, int32_t item, int32_t which,
                    const char** text, size_t* size_bytes) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(text, "text"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(size_bytes, "size_bytes"));
  const auto index = static_cast<uint32_t>(item);
  const uint32_t own = recommender->model.view().spec.item_count;
  if (index < own || index >= recommender->item_count()) {
    return OutOfRange(Concat("item: ", item, " is no added item"));
  }
  const AddedItems::Item& added = recommender->engine->added_items()[index - own];
  // In the order of the enum; the place of kPartItemTexts is filled below.
  const std::string* const texts[] = {&added.id, &added.title, &added.attribute_lines,
                                      &recommender->made_text};
  if (which < 0 || which >= static_cast<int32_t>(std::size(texts))) {
    return InvalidArgument(Concat("which: ", which, ", expected 0 to 3"));
  }
  for (const PartItemText& part : kPartItemTexts) {
    if (part.which != which) continue;
    TSUGI_ASSIGN_OR_RETURN(recommender->made_text, part.make(*recommender, index));
  }
  *text = texts[which]->data();
  *size_bytes = texts[which]->size();
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_recommender_item_count(const tsugi_recommender* recommender, int32_t* count) {
  return tsugi::Guard(nullptr, [&] { return tsugi::CountItems(recommender, count); });
}

int32_t tsugi_recommender_added_text(const tsugi_recommender* recommender, int32_t item,
                                     int32_t which, const char** text, size_t* size_bytes) {
  return tsugi::Guard(
      recommender, [&] { return tsugi::GetAddedText(recommender, item, which, text, size_bytes); });
}

int32_t tsugi_recommender_find_item(const tsugi_recommender* recommender, const char* id,
                                    size_t id_bytes, int32_t* item) {
  return tsugi::Guard(recommender, [&] {
    return tsugi::FindItem({recommender, nullptr}, id, id_bytes, item);
  });
}

int32_t tsugi_session_find_item(const tsugi_session* session, const char* id, size_t id_bytes,
                                int32_t* item) {
  return tsugi::Guard(session, [&] {
    return tsugi::FindItem({nullptr, session}, id, id_bytes, item);
  });
}

int32_t tsugi_recommender_add_item(tsugi_recommender* recommender, const char* id, size_t id_bytes,
                                   const char* title, size_t title_bytes, const char* attributes,
                                   size_t attributes_bytes, const float* vectors,
                                   size_t vector_count, int32_t* item) {
  return tsugi::Guard(
      recommender,
      [&] {
        return tsugi::AddItem({recommender, nullptr}, {id, id_bytes}, {title, title_bytes},
                              {attributes, attributes_bytes}, {vectors, vector_count}, item);
      },
      id_bytes + title_bytes + attributes_bytes + sizeof(float) * vector_count);
}

int32_t tsugi_session_add_item(tsugi_session* session, const char* id, size_t id_bytes,
                               const char* title, size_t title_bytes, const char* attributes,
                               size_t attributes_bytes, const float* vectors, size_t vector_count,
                               int32_t* item) {
  return tsugi::Guard(
      session,
      [&] {
        return tsugi::AddItem({nullptr, session}, {id, id_bytes}, {title, title_bytes},
                              {attributes, attributes_bytes}, {vectors, vector_count}, item);
      },
      id_bytes + title_bytes + attributes_bytes + sizeof(float) * vector_count);
}

int32_t tsugi_recommender_remove_item(tsugi_recommender* recommender, int32_t item) {
  return tsugi::Guard(nullptr, [&] { return tsugi::RemoveItem({recommender, nullptr}, item); });
}

int32_t tsugi_session_remove_item(tsugi_session* session, int32_t item) {
  return tsugi::Guard(nullptr, [&] { return tsugi::RemoveItem({nullptr, session}, item); });
}
