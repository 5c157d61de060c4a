// The functions about items, among them those that were added: to a recommender (for everybody) and
// to a session (its own).
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/json_writer.h"
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

using Attributes = std::multimap<std::string_view, std::string_view>;

// The values of an item by field, in their order.
Attributes AttributesOf(const tsugi_recommender& recommender, uint32_t item) {
  const ModelView& view = recommender.model.view();
  Attributes attributes;
  const auto add = [&](std::string_view name) {
    const FieldValue one = FieldValue::Of(name);
    attributes.emplace(one.field, one.value);
  };
  if (item >= view.spec.item_count) {
    const auto& added = recommender.engine->added_items()[item - view.spec.item_count];
    for (const std::string_view line : SplitLines(added.attribute_lines)) add(line);
  } else if (!view.item_attribute_offsets.empty()) {
    const uint32_t* const offsets = &view.item_attribute_offsets[item];
    const StringTableView names = view.attribute_names();
    for (uint32_t at = offsets[0]; at < offsets[1]; ++at) add(names[view.item_attributes[at]]);
  }
  return attributes;
}

Status DescribeItem(const tsugi_recommender* recommender, int32_t item, const char** text,
                    size_t* size_bytes) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(text, "text"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(size_bytes, "size_bytes"));
  const auto index = static_cast<uint32_t>(item);
  TSUGI_RETURN_IF_ERROR(CheckItems("item", &item, 1, recommender->item_count()));
  const ModelView& view = recommender->model.view();
  const uint32_t own = view.spec.item_count;
  JsonWriter json;
  json.Open('{');
  json.Key("id");
  json.String(recommender->engine->ItemId(index));
  if (index >= own) {
    json.Key("title");
    json.String(recommender->engine->added_items()[index - own].title);
  } else if (view.item_titles().size() > 0) {
    json.Key("title");
    json.String(view.item_titles()[index]);
  }
  json.Key("attributes");
  json.Open('{');
  const Attributes attributes = AttributesOf(*recommender, index);
  for (auto one = attributes.begin(); one != attributes.end();) {
    const std::string_view field = one->first;
    json.Key(field);
    json.Open('[');
    for (; one != attributes.end() && one->first == field; ++one) json.String(one->second);
    json.Close(']');
  }
  json.Close('}');
  for (const PartItemText& part : kPartItemTexts) {
    TSUGI_ASSIGN_OR_RETURN(const std::string of_part, part.make(*recommender, index));
    if (of_part.empty()) continue;
    json.Key(part.key);
    json.String(of_part);
  }
  json.Close('}');
  recommender->item_text = json.text();
  *text = recommender->item_text.data();
  *size_bytes = recommender->item_text.size();
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_recommender_item(const tsugi_recommender* recommender, int32_t item,
                               const char** text, size_t* size_bytes) {
  return tsugi::Guard(recommender,
                      [&] { return tsugi::DescribeItem(recommender, item, text, size_bytes); });
}

int32_t tsugi_recommender_item_count(const tsugi_recommender* recommender, int32_t* count) {
  return tsugi::Guard(nullptr, [&] { return tsugi::CountItems(recommender, count); });
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
